#include "sw/train/gradient_norms.h"

#include "sw/train/classification.h"
#include "sw/train/torch_tensors.h"
#include "sw/train/trainable_network.h"

#include <cmath>

namespace quell::train {

std::map<std::int64_t, double> gradient_norms(const network::Graph& graph, const network::ProductHook* noise,
                                              BatchLoader& loader, std::int64_t batches, Device device) {
    TrainableNetwork network(graph);
    network.move_to(device);
    network.freeze_backbone(true);
    std::map<std::int64_t, double> sums;
    std::int64_t images = 0;
    loader.begin(0);
    for (std::int64_t i = 0; i < batches; ++i) {
        const auto batch = loader.next();
        if (!batch) break;
        Observations seen;
        Pass pass;
        pass.noise = noise;
        pass.images = batch->places;
        pass.observations = &seen;
        const at::Tensor x = to_torch(batch->images).set_requires_grad(true);
        // The sum, so that no image's gradient depends on how many others there are.
        const at::Tensor loss =
            classification_loss(network.forward(x, pass), batch->labels, at::Reduction::Sum);
        if (!std::isfinite(loss.item<double>()))
            throw Error("the loss of batch {} is {}, a finite number is expected", i, loss.item<double>());
        loss.backward();
        for (const auto& [convolution, value] : seen.convolutions) {
            const at::Tensor gradient = value.grad();
            if (!gradient.defined()) continue;  // nothing of it reaches the output
            sums[convolution] += gradient.flatten(1).to(at::kDouble).norm(2, 1).sum().item<double>();
        }
        images += static_cast<std::int64_t>(batch->labels.size());
    }
    for (auto& [convolution, sum] : sums) sum /= static_cast<double>(images);
    return sums;
}

}  // namespace quell::train
