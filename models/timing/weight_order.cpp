#include "models/timing/weight_order.h"

#include <algorithm>

namespace quell::timing {

using denoiser::WeightTensor;

WeightOrder::WeightOrder(const BlockPlan& plan)
    : strips_(plan.strips), lookahead_(plan.lookahead), resident_(plan.weights_resident) {
    const denoiser::WeightPlaces places(plan.geometry);
    if (resident_) {
        const std::int64_t reduce = places.weights(WeightTensor::depthwise);
        reduce_.push_back({0, reduce, 0, 0});
        strip_.push_back({reduce, denoiser::weight_image_words(plan.geometry) - reduce, 0, 0});
        return;
    }
    const std::int64_t bias = plan.geometry.bias ? denoiser::kBiasWords : 0;
    const auto add = [&](std::vector<WeightPart>& parts, WeightTensor tensor,
                         const std::vector<ChannelRange>& tiles) {
        const std::int64_t each = places.words_per_channel(tensor);
        for (const ChannelRange& tile : tiles) {
            parts.push_back({places.weights(tensor) + tile.first * each, tile.count * each,
                             places.biases(tensor) + tile.first * bias, tile.count * bias});
        }
    };
    add(reduce_, WeightTensor::reduce, plan.reduce_tiles);
    add(strip_, WeightTensor::depthwise, plan.depthwise_tiles);
    for (const std::vector<ChannelRange>& tiles : plan.head_weight_tiles) {
        add(strip_, WeightTensor::mean, tiles);
        if (plan.geometry.variance_head) add(strip_, WeightTensor::variance, tiles);
    }
}

const WeightPart* WeightOrder::part(std::int64_t number) const {
    const auto reduce = static_cast<std::int64_t>(reduce_.size()),
               strip = static_cast<std::int64_t>(strip_.size());
    const auto at = [](const std::vector<WeightPart>& parts, std::int64_t place) {
        return &parts[static_cast<std::size_t>(place)];
    };
    if (resident_) return number == 0 ? at(reduce_, 0) : number == 1 ? at(strip_, 0) : nullptr;
    // Iterations that only reduce, then those that do both, then those that only work on a strip.
    const std::int64_t alone = std::min(lookahead_, strips_), both = strips_ - alone;
    if (number < alone * reduce) return at(reduce_, number % reduce);
    number -= alone * reduce;
    if (number < both * (reduce + strip)) {
        const std::int64_t place = number % (reduce + strip);
        return place < reduce ? at(reduce_, place) : at(strip_, place - reduce);
    }
    number -= both * (reduce + strip);
    return number < alone * strip ? at(strip_, number % strip) : nullptr;
}

}  // namespace quell::timing
