#include "models/network/evaluation.h"

#include "models/network/dataset/preprocessing.h"

#include <algorithm>
#include <chrono>

namespace quell::network {

void require_classifier(const Graph& graph) {
    if (graph.outputs.size() != 1) {
        throw Error("{}: one output (images, classes) expected, the network has {}", graph.name,
                    graph.outputs.size());
    }
}

void require_classes(const Shape& output_shape, const LabelledImages& images) {
    if (output_shape.size() != 1) {
        throw Error(
            "an output (images, classes) of at least {} classes expected, the network's is {} an image",
            images.classes, to_string(output_shape));
    }
    if (output_shape[0] < images.classes)
        throw Error("the network has {} outputs, the data set {} classes", output_shape[0], images.classes);
}

Evaluation evaluate(const Executor& executor, const LabelledImages& images, const config::InputConfig& input,
                    const ProductHook* hook, int threads) {
    if (executor.image_shape() != images.image_shape) {
        throw Error("the network takes images of shape {}, the data set has {}",
                    to_string(executor.image_shape()), to_string(images.image_shape));
    }
    const auto start = std::chrono::steady_clock::now();
    require_classes(executor.output_shape(), images);
    const std::int64_t outputs = element_count(executor.output_shape());
    Evaluation result;
    result.images = images.count();
    result.predictions.resize(images.labels.size());
    result.logits = Tensor<float>({images.count(), outputs});
    for_each_image(images.count(), threads, [&](std::int64_t index, int) {
        const Tensor<float> logits =
            executor.run(preprocess(images.image(index), images.image_shape, input), index, hook);
        std::copy(logits.values.begin(), logits.values.end(), result.logits.data() + index * outputs);
        result.predictions[static_cast<std::size_t>(index)] =
            std::max_element(logits.values.begin(), logits.values.end()) - logits.values.begin();
    });
    for (std::size_t i = 0; i < images.labels.size(); ++i)
        result.correct += result.predictions[i] == images.labels[i];
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace quell::network
