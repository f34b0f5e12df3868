// The machine as far as values go: a network's executor, the noise of its tiles and the blocks behind it.
#pragma once

#include "models/base/tensor.h"
#include "models/config/configuration.h"
#include "models/network/executor.h"
#include "sw/study/block_values.h"

#include <memory>
#include <vector>

namespace quell::study {

struct Machine {
    std::unique_ptr<network::Executor> executor;
    std::unique_ptr<network::ProductHook> noise;  // null: neither noise nor blocks

    // calibration: (C,H,W), normalised; fixed16 takes its scales from the first 16, noise its ranges and
    // magnitudes from the first noise.calibration_images.
    Machine(network::Graph graph, const std::vector<Tensor<float>>& calibration,
            const config::Configuration& configuration, const BlockPlaces& blocks);
};

// Images that a machine may want to be calibrated on.
std::int64_t calibration_image_count(const config::Configuration& configuration);

}  // namespace quell::study
