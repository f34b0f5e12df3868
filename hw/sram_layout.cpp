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
    : geometry_(plan.geometry),
      resident_(plan.weights_resident),
      half_words_(sram_words / 2),
      image_words_(denoiser::weight_image_words(plan.geometry)),
      reduce_words_(tensor_first(WeightTensor::depthwise)),
      strips_(plan.strips),
      lookahead_(plan.lookahead) {
    if (!resident_) list_streamed_tiles(plan);
}

std::int64_t WeightLayout::words_per_channel(WeightTensor tensor) const {
    return tensor == WeightTensor::reduce      ? geometry_.channels
           : tensor == WeightTensor::depthwise ? 9
                                               : geometry_.head_inputs();
}

std::int64_t WeightLayout::channels(WeightTensor tensor) const {
    return tensor == WeightTensor::reduce || tensor == WeightTensor::depthwise ? geometry_.bottleneck
                                                                               : geometry_.channels;
}

std::int64_t WeightLayout::tensor_first(WeightTensor tensor) const {
    const std::int64_t bias = geometry_.bias ? denoiser::kBiasWords : 0;
    std::int64_t first = 0;
    for (const WeightTensor before : {WeightTensor::reduce, WeightTensor::depthwise, WeightTensor::mean}) {
        if (before >= tensor) break;
        first += channels(before) * (words_per_channel(before) + bias);
    }
    return first;
}

std::int64_t WeightLayout::biases_first(WeightTensor tensor) const {
    return tensor_first(tensor) + channels(tensor) * words_per_channel(tensor);
}

void WeightLayout::list_streamed_tiles(const timing::BlockPlan& plan) {
    for (const timing::ChannelRange& tile : plan.reduce_tiles) {
        reduce_tiles_.push_back({WeightTensor::reduce, tile});
    }
    for (const timing::ChannelRange& tile : plan.depthwise_tiles) {
        strip_tiles_.push_back({WeightTensor::depthwise, tile});
    }
    for (const std::vector<timing::ChannelRange>& tiles : plan.head_weight_tiles) {
        for (const timing::ChannelRange& tile : tiles) strip_tiles_.push_back({WeightTensor::mean, tile});
        if (!geometry_.variance_head) continue;
        for (const timing::ChannelRange& tile : tiles) strip_tiles_.push_back({WeightTensor::variance, tile});
    }
}

std::vector<WeightTransfer> WeightLayout::transfers(std::int64_t number) const {
    if (resident_) {
        if (number == 0) return {{0, reduce_words_, 0}};
        if (number == 1) {
            return {{reduce_words_, image_words_ - reduce_words_, static_cast<std::uint32_t>(reduce_words_)}};
        }
        return {};
    }
    // Every iteration loads the tiles of `reduce`, and once the lookahead is over those of a strip.
    const auto reduce = static_cast<std::int64_t>(reduce_tiles_.size());
    const auto strip = static_cast<std::int64_t>(strip_tiles_.size());
    std::int64_t at = number;
    for (std::int64_t iteration = 0; iteration < strips_ + lookahead_; ++iteration) {
        const std::int64_t reduces = iteration < strips_ ? reduce : 0;
        const std::int64_t denoises = iteration >= lookahead_ ? strip : 0;
        if (at >= reduces + denoises) {
            at -= reduces + denoises;
            continue;
        }
        const Streamed& tile = at < reduces ? reduce_tiles_[static_cast<std::size_t>(at)]
                                            : strip_tiles_[static_cast<std::size_t>(at - reduces)];
        const std::int64_t each = words_per_channel(tile.tensor), words = tile.channels.count * each;
        const auto half = static_cast<std::uint32_t>(number % 2 * half_words_);
        std::vector<WeightTransfer> list{
            {tensor_first(tile.tensor) + tile.channels.first * each, words, half}};
        if (geometry_.bias) {
            list.push_back({biases_first(tile.tensor) + tile.channels.first * denoiser::kBiasWords,
                            tile.channels.count * denoiser::kBiasWords,
                            half + static_cast<std::uint32_t>(words)});
        }
        return list;
    }
    return {};
}

WeightTile WeightLayout::tile(WeightTensor tensor, const timing::ChannelRange& range,
                              std::int64_t used) const {
    WeightTile tile;
    tile.channels = range;
    const std::int64_t each = words_per_channel(tensor);
    std::int64_t weights = 0, biases = 0;
    if (resident_) {
        weights = tensor_first(tensor) + range.first * each;
        biases = biases_first(tensor) + range.first * denoiser::kBiasWords;
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
