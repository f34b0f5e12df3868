// What a sweep records of every point.
#pragma once

#include "models/config/configuration.h"
#include "sw/study/network_run.h"
#include "sw/study/sweep/study_table.h"

#include <string_view>
#include <vector>

namespace quell::study {

inline constexpr std::string_view accuracy_metric = "accuracy_percent";

// In the order of the columns: those of a run, and the accuracy where there are images.
std::vector<Metric> sweep_metrics(bool with_accuracy);

// Of one run, without the accuracy, in that order.
std::vector<double> measure(const NetworkRun& run, const config::Configuration& configuration);

}  // namespace quell::study
