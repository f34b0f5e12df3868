#include "sw/study/machine.h"

#include "models/analog/noise_hook.h"
#include "models/network/executor_factory.h"

#include <algorithm>

namespace quell::study {
namespace {

std::vector<Tensor<float>> first(const std::vector<Tensor<float>>& images, std::int64_t count) {
    const auto taken = std::min(images.size(), static_cast<std::size_t>(count));
    return {images.begin(), images.begin() + static_cast<std::ptrdiff_t>(taken)};
}

}  // namespace

Machine::Machine(network::Graph graph, const std::vector<Tensor<float>>& calibration,
                 const config::Configuration& c, const BlockPlaces& blocks)
    : executor(network::make_executor(std::move(graph), c.run.arithmetic,
                                      first(calibration, network::calibration_image_count), {c.run.seed})),
      noise(analog::make_noise(c, *executor, calibration)) {
    if (blocks.after.empty()) return;
    noise = std::make_unique<BlockValues>(blocks, c.denoiser, c.run.seed, *executor, std::move(noise));
}

std::int64_t calibration_image_count(const config::Configuration& c) {
    return std::max<std::int64_t>(network::calibration_image_count, c.noise.calibration_images);
}

}  // namespace quell::study
