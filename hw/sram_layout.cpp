#include "hw/sram_layout.h"

#include "models/denoiser/weight_image.h"

#include <algorithm>

namespace quell::hw {

ActivationLayout::ActivationLayout(const timing::BlockPlan& plan)
    : x_slots_(plan.x_slots),
      bottleneck_slots_(plan.bottleneck_slots),
      head_buffers_(plan.lane_mode == timing::LaneMode::beside_cores ? 2 : 1),
      head_count_(plan.geometry.heads()) {
    const std::int64_t pixels = std::min(plan.strip_pixels, plan.geometry.pixels());
    x_words_ = plan.geometry.channels * pixels;
    bottleneck_words_ = plan.geometry.bottleneck * pixels;
    head_words_ = plan.head_channels * pixels;
    bottleneck_ = x_slots_ * x_words_;
    filtered_ = bottleneck_ + bottleneck_slots_ * bottleneck_words_;
    heads_ = filtered_ + bottleneck_words_;
}

std::uint32_t ActivationLayout::x(std::int64_t strip) const {
    return word(strip % x_slots_ * x_words_);
}

std::uint32_t ActivationLayout::bottleneck(std::int64_t strip) const {
    return word(bottleneck_ + strip % bottleneck_slots_ * bottleneck_words_);
}

std::uint32_t ActivationLayout::head(int head, std::int64_t head_step) const {
    return word(heads_ + (head_step % head_buffers_ * head_count_ + head) * head_words_);
}

WeightLayout::WeightLayout(const timing::BlockPlan& plan, std::int64_t sram_words)
    : places_(plan.geometry), order_(plan), resident_(plan.weights_resident), half_words_(sram_words / 2) {}

std::vector<WeightTransfer> WeightLayout::transfers(std::int64_t number) const {
    const timing::WeightPart* part = order_.part(number);
    if (part == nullptr) return {};
    // Resident weights lie as in the image, streamed tiles take turns in the halves.
    const auto address = static_cast<std::uint32_t>(resident_ ? part->first_word : number % 2 * half_words_);
    std::vector<WeightTransfer> list{{part->first_word, part->words, address}};
    if (part->bias_words > 0) {
        list.push_back(
            {part->bias_first, part->bias_words, address + static_cast<std::uint32_t>(part->words)});
    }
    return list;
}

WeightTile WeightLayout::tile(WeightTensor tensor, const timing::ChannelRange& range,
                              std::int64_t used) const {
    WeightTile tile;
    tile.channels = range;
    const std::int64_t each = words_per_channel(tensor);
    std::int64_t weights = 0, biases = 0;
    if (resident_) {
        weights = places_.weights(tensor) + range.first * each;
        biases = places_.biases(tensor) + range.first * denoiser::kBiasWords;
        tile.number = tensor == WeightTensor::reduce ? 0 : 1;
    } else {
        weights = used % 2 * half_words_;
        biases = weights + range.count * each;
        tile.number = used;
    }
    tile.weights = static_cast<std::uint32_t>(weights);
    tile.biases = static_cast<std::uint32_t>(biases);
    return tile;
}

}  // namespace quell::hw
