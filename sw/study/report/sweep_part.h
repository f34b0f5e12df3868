// A sweep's part of the report.
#pragma once

#include "sw/study/report/page.h"
#include "sw/study/sweep/study_table.h"

#include <string>
#include <vector>

namespace quell::study {

// `metrics` are drawn and tabled instead of the objectives and accuracy, unless there are none. Throws Error
// naming `file` when no point is done, and for a metric that the study has not.
ReportPart sweep_part(const StudyTable& study, const std::string& file,
                      const std::vector<std::string>& metrics);

}  // namespace quell::study
