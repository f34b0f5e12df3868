// Where the cycles of one layer, or of the block behind it, went, and what bounds them (quell run --explain).
#pragma once

#include "models/config/configuration.h"
#include "sw/study/network_run.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace quell::study {

// One layer of a run, or the denoiser block behind it.
struct Subject {
    std::size_t layer = 0;
    bool block = false;
};

// `words`: a layer's name or that of a node done with it, the number of a convolution, or block and such a
// number ("block20"). Throws UsageError with the nearest names when there is no such layer.
Subject find_subject(const NetworkRun& run, const std::string& words);

nlohmann::ordered_json explanation_json(const NetworkRun& run, const Subject& subject,
                                        const config::Configuration& configuration);
void write_explanation(std::ostream& out, const NetworkRun& run, const Subject& subject,
                       const config::Configuration& configuration);

}  // namespace quell::study
