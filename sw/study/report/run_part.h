// A run's part of the report.
#pragma once

#include "sw/study/report/page.h"
#include "sw/study/report/run_record.h"

namespace quell::study {

ReportPart run_part(const RunRecord& run, const std::string& file);

// A column for each run: their totals side by side.
ReportTable runs_side_by_side(const std::vector<std::pair<std::string, const RunRecord*>>& runs);

}  // namespace quell::study
