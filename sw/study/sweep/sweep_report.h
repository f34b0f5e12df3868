// A sweep's results as a table for people, JSON for scripts (schema quell.sweep/1) and CSV for spreadsheets.
#pragma once

#include "sw/study/sweep/study_table.h"
#include "sw/study/sweep/sweep_run.h"

#include <iosfwd>

namespace quell::study {

void write_sweep_table(std::ostream& out, const StudyTable& table);
void write_sweep_json(std::ostream& out, const StudyTable& table, const SweepOutcome& outcome);
// A line per point: its number, status, axes, metrics, whether it is on the Pareto front, and its message.
void write_sweep_csv(std::ostream& out, const StudyTable& table);

}  // namespace quell::study
