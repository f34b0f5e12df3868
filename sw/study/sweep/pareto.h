// The points that no other beats.
#pragma once

#include "sw/study/sweep/study_table.h"

#include <string>
#include <vector>

namespace quell::study {

// Of each point whether it is on the front: no other done point is as good in every objective and better in
// one. Points that agree in all of them are on it together. False for points that are not done or lack an
// objective. Throws UsageError for an objective that is no metric, or one of which neither less nor more is
// better.
std::vector<bool> pareto_front(const StudyTable& table, const std::vector<std::string>& objectives);

// Its number among the table's metrics. Throws UsageError naming the nearest.
std::size_t metric_number(const std::vector<Metric>& metrics, const std::string& name);

}  // namespace quell::study
