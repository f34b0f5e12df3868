#include "models/network/executor_factory.h"

#include "models/network/dataset/preprocessing.h"
#include "models/network/fixed16_executor.h"
#include "models/network/passes/fold_batch_normalization.h"
#include "models/network/passes/remove_identities.h"

#include <algorithm>

namespace quell::network {

void prepare_for_execution(Graph& graph) {
    remove_identities(graph);
    fold_batch_normalization(graph);
}

std::unique_ptr<Executor> make_executor(Graph graph, config::Arithmetic arithmetic,
                                        const std::vector<Tensor<float>>& calibration_images,
                                        const ExecutorOptions& options) {
    prepare_for_execution(graph);
    if (arithmetic == config::Arithmetic::float32) return make_float32_executor(std::move(graph), options);
    const ValueRanges ranges = measure_ranges(graph, calibration_images);
    return make_fixed16_executor(std::move(graph), ranges, options);
}

std::vector<Tensor<float>> normalised_images(const LabelledImages& images, const config::InputConfig& input,
                                             std::int64_t count) {
    std::vector<Tensor<float>> result;
    for (std::int64_t i = 0; i < std::min(count, images.count()); ++i) {
        result.push_back(preprocess(images.image(i), images.image_shape, input));
    }
    return result;
}

}  // namespace quell::network
