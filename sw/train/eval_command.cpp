#include "sw/train/commands.h"
#include "sw/train/model_and_images.h"
#include "sw/train/torch_network.h"

#include <fmt/format.h>

#include <iostream>

namespace quell::train {

int eval_command(const std::vector<std::string>& words) {
    const ModelAndImages source = load(words, 0);
    if (source.configuration.run.threads > 0) set_torch_threads(source.configuration.run.threads);
    const TorchNetwork network(source.graph);
    constexpr std::int64_t batch = 64;
    std::int64_t correct = 0;
    for (std::int64_t first = 0; first < source.images.count(); first += batch) {
        const std::int64_t count = std::min(batch, source.images.count() - first);
        const Tensor<float> logits = network.run(batch_of(source, first, count));
        const std::int64_t outputs = logits.size() / count;
        for (std::int64_t i = 0; i < count; ++i) {
            const float* row = logits.data() + i * outputs;
            const std::int64_t answer = std::max_element(row, row + outputs) - row;
            correct += answer == source.images.labels[static_cast<std::size_t>(first + i)];
        }
    }
    std::cout << fmt::format(
        "{}: {:.2f} % of {} images right in LibTorch\n", source.model,
        100.0 * static_cast<double>(correct) / static_cast<double>(source.images.count()),
        source.images.count());
    return 0;
}

}  // namespace quell::train
