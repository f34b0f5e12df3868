#include "sw/train/classification.h"

#include "models/base/error.h"

namespace quell::train {
namespace {

at::Tensor to_torch(const std::vector<std::int64_t>& labels, at::Device device) {
    return at::tensor(labels, at::kLong).to(device);
}

}  // namespace

at::Tensor classification_loss(const at::Tensor& logits, const std::vector<std::int64_t>& labels,
                               at::Reduction::Reduction reduction) {
    const auto images = static_cast<std::int64_t>(labels.size());
    if (logits.dim() != 2 || logits.size(0) != images) {
        throw Error("the network's output has {} axes, ({} images, classes) is expected", logits.dim(),
                    images);
    }
    for (const std::int64_t label : labels) {
        if (label < 0 || label >= logits.size(1)) {
            throw Error("a label is {}, the network's classes go from 0 to {}", label, logits.size(1) - 1);
        }
    }
    return at::cross_entropy_loss(logits, to_torch(labels, logits.device()), {}, reduction);
}

at::Tensor distillation_loss(const at::Tensor& logits, const at::Tensor& teacher) {
    constexpr double temperature = 4;
    const at::Tensor divergence = at::kl_div(at::log_softmax(logits / temperature, 1),
                                             at::softmax(teacher / temperature, 1), at::Reduction::Sum);
    return divergence * (temperature * temperature / static_cast<double>(logits.size(0)));
}

std::int64_t count_correct(const at::Tensor& logits, const std::vector<std::int64_t>& labels) {
    return logits.argmax(1).eq(to_torch(labels, logits.device())).sum().item<std::int64_t>();
}

}  // namespace quell::train
