#include "sw/study/plain_accuracy.h"

#include "models/network/blocks/denoiser_blocks.h"
#include "sw/study/machine.h"

namespace quell::study {

PlainAccuracy evaluate_plain(network::Graph graph, const network::LabelledImages& images,
                             const std::vector<Tensor<float>>& calibration, const config::Configuration& c) {
    network::take_blocks(graph);
    const Machine machine(std::move(graph), calibration, c, {});
    const auto evaluate = [&](const network::ProductHook* noise) {
        return network::evaluate(*machine.executor, images, c.input, noise, c.run.threads);
    };
    return {evaluate(nullptr), evaluate(machine.noise.get())};
}

}  // namespace quell::study
