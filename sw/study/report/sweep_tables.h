// The tables of a sweep's part of the report.
#pragma once

#include "sw/study/report/page.h"
#include "sw/study/sweep/study_table.h"

#include <string>
#include <vector>

namespace quell::study {

inline constexpr std::size_t most_rows = 2000;

ReportTable axes_table(const StudyTable& study);
ReportTable front_table(const StudyTable& study, const std::vector<bool>& front);
// Of the axes that vary, in percent.
ReportTable sensitivity_table(const StudyTable& study, const std::vector<std::size_t>& metrics);
// Points that are not done, by message, the most frequent first; no rows where all are.
ReportTable failures_table(const StudyTable& study);
// Axes that vary and `metrics` (their numbers), the first 2000 points.
ReportTable points_table(const StudyTable& study, const std::vector<std::size_t>& metrics);

}  // namespace quell::study
