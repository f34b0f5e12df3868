// Where a start keeps what in the two SRAMs; word addresses (docs/timing.md, section 2).
//
// Activations: slots of X strips, slots of bottleneck strips, the depthwise convolution's output, the head
// buffers. In each, channel after channel, in a channel the strip's pixels. Weights: the image as it lies in
// memory when all of it fits, else a tile of output channels and then its biases in each half, tiles taking
// turns.
#pragma once

#include "models/timing/weight_order.h"

#include <cstdint>
#include <vector>

namespace quell::hw {

class ActivationLayout {
public:
    explicit ActivationLayout(const timing::BlockPlan& plan);

    std::uint32_t x(std::int64_t strip) const;
    std::uint32_t bottleneck(std::int64_t strip) const;  // the output of `reduce`
    std::uint32_t filtered() const { return word(filtered_); }
    // head: 0 mean, 1 variance; head_step: running number of the head tile, whose buffers take turns.
    std::uint32_t head(int head, std::int64_t head_step) const;

private:
    static std::uint32_t word(std::int64_t address) { return static_cast<std::uint32_t>(address); }

    std::int64_t x_slots_, bottleneck_slots_, head_buffers_;
    std::int64_t x_words_, bottleneck_words_, head_words_;
    std::int64_t bottleneck_, filtered_, heads_;
    std::int64_t head_count_;
};

using denoiser::WeightTensor;

// A tile of weights on its way from memory to the SRAM.
struct WeightTransfer {
    std::int64_t memory_word = 0;  // of the image
    std::int64_t words = 0;
    std::uint32_t address = 0;
};

// One tile of a tensor's output channels, as the convolution reads it.
struct WeightTile {
    timing::ChannelRange channels;
    std::uint32_t weights = 0, biases = 0;  // addresses of the first channel's
    std::int64_t number = 0;                // the tile in the order of loading; the convolution waits for it
};

class WeightLayout {
public:
    WeightLayout(const timing::BlockPlan& plan, std::int64_t sram_words);

    // The transfers that bring tile `number`: weights and, streamed, biases; none when there is no such tile.
    std::vector<WeightTransfer> transfers(std::int64_t number) const;

    // The tile of these channels; `used` counts the streamed tiles of the start so far.
    WeightTile tile(WeightTensor tensor, const timing::ChannelRange& channels, std::int64_t used) const;

    std::int64_t words_per_channel(WeightTensor tensor) const { return places_.words_per_channel(tensor); }

private:
    const denoiser::WeightPlaces places_;
    const timing::WeightOrder order_;
    const bool resident_;
    const std::int64_t half_words_;
};

}  // namespace quell::hw
