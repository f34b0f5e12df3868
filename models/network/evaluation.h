// Accuracy of a network on labelled images.
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/executor.h"

#include <cstdint>
#include <vector>

namespace quell::network {

struct Evaluation {
    std::int64_t images = 0, correct = 0;
    std::vector<std::int64_t> predictions;  // (N): the class with the largest output, the first of several
    Tensor<float> logits;                   // (N, outputs)
    double seconds = 0;                     // wall clock, the images alone

    double accuracy_percent() const {
        return images == 0 ? 0 : 100.0 * static_cast<double>(correct) / static_cast<double>(images);
    }
    double images_per_second() const { return seconds > 0 ? static_cast<double>(images) / seconds : 0; }
};

// Throws Error when the network has not exactly one output: only the first would be looked at.
void require_classifier(const Graph& graph);

// Throws Error when an output of this shape, without the batch, is not (classes) or has fewer classes than
// the data set: a label would lie outside of them.
void require_classes(const Shape& output_shape, const LabelledImages& images);

// Runs every image once, on `threads` threads (0: one per processor). Nothing but `seconds` depends on the
// threads. Throws Error when images or labels do not fit the network: the output must be (images, classes),
// with at least as many classes as the data set has; an image with another prediction than its label is
// wrong.
Evaluation evaluate(const Executor& executor, const LabelledImages& images, const config::InputConfig& input,
                    const ProductHook* hook = nullptr, int threads = 0);

}  // namespace quell::network
