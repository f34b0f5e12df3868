// From a network as it was loaded to one that runs in the arithmetic asked for.
#pragma once

#include "models/config/input_config.h"
#include "models/config/run_config.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/executor.h"

#include <memory>
#include <vector>

namespace quell::network {

// Folds batch norms and removes nodes that only copy: the form in which networks are mapped and run.
void prepare_for_execution(Graph& graph);

// `calibration_images`: (C,H,W), normalised; fixed16 chooses its scales from them, float32 needs none.
// `graph` is prepared here.
std::unique_ptr<Executor> make_executor(Graph graph, config::Arithmetic arithmetic,
                                        const std::vector<Tensor<float>>& calibration_images,
                                        const ExecutorOptions& options = {});

// How many images fixed16's scales are chosen from where a data set is given.
inline constexpr std::int64_t calibration_image_count = 16;

// The first images of a set, normalised.
std::vector<Tensor<float>> normalised_images(const LabelledImages& images, const config::InputConfig& input,
                                             std::int64_t count);

}  // namespace quell::network
