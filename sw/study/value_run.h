// What a network says to images in the machine's arithmetic, without and with the noise of its tiles.
#pragma once

#include "models/base/tensor.h"
#include "models/config/configuration.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/graph.h"
#include "sw/study/block_values.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

struct ValueRun {
    std::int64_t images = 0;
    bool noisy = false;                            // what follows is of the machine with noise
    bool blocks = false;                           // and of one with its denoiser blocks
    std::vector<std::int64_t> predictions;         // the class with the largest output, the first of several
    std::vector<std::int64_t> clean_predictions;   // without noise
    Tensor<float> logits;                          // (N, outputs)
    std::optional<double> clean_accuracy_percent;  // of labelled images
    std::optional<double> noisy_accuracy_percent;  // absent without noise
    double images_per_second = 0;
};

// Images of a data set. fixed16 chooses its scales, and converters their ranges, from the calibration images
// ((C,H,W), normalised). `blocks`: those that take part in the noisy machine's values, or none.
ValueRun run_values(network::Graph graph, const network::LabelledImages& images,
                    const std::vector<Tensor<float>>& calibration, const config::Configuration& configuration,
                    const BlockPlaces& blocks = {});

// (N,C,H,W), in the network's own units. fixed16 chooses its scales from the first of them.
ValueRun run_values(network::Graph graph, const Tensor<float>& images,
                    const config::Configuration& configuration, const BlockPlaces& blocks = {});

// The k classes with the largest outputs of an image, the largest first.
std::vector<std::int64_t> top_classes(const ValueRun& values, std::int64_t image, std::size_t k);

// Images from an .npy file, (C,H,W) or (N,C,H,W): float32 as the network takes them, uint8 pixels through the
// section `input`. Throws Error naming the file and what is wrong: another type or rank, another shape than
// `image_shape`, no image, a value that is no finite number (and where it is).
Tensor<float> read_images(const std::string& path, const Shape& image_shape,
                          const config::InputConfig& input);

}  // namespace quell::study
