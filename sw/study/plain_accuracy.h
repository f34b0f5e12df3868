// What the noise costs a network that has no denoiser: beside these its blocks are judged.
#pragma once

#include "models/config/configuration.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/evaluation.h"
#include "models/network/graph.h"

#include <vector>

namespace quell::study {

struct PlainAccuracy {
    network::Evaluation clean, noisy;  // without noise, and with that of the configuration
};

// Of the network without the blocks that it brings, on the machine. calibration: as for Machine.
PlainAccuracy evaluate_plain(network::Graph graph, const network::LabelledImages& images,
                             const std::vector<Tensor<float>>& calibration,
                             const config::Configuration& configuration);

}  // namespace quell::study
