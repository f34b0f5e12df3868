// The passes of one convolution step on one strip, in order: the DCU's nested counters over weight tiles,
// groups or channels, pixel tiles and inputs (docs/timing.md, section 3).
#pragma once

#include "hw/convolution_control.h"
#include "hw/sram_layout.h"

#include <array>
#include <optional>
#include <vector>

namespace quell::hw {

// A run of words from the activation SRAM to the shadow registers.
struct LoadRun {
    std::uint32_t address = 0, count = 0;
    std::uint8_t row = 0;     // of the array, pointwise
    std::uint16_t first = 0;  // tile or window position of the first word
};

// What becomes of a unit's sums.
struct UnitOutput {
    std::int64_t outputs = 0;   // output channels
    std::uint32_t address = 0;  // of the first channel's words
    std::uint32_t stride = 0;   // from channel to channel
    std::uint32_t pixels = 0;   // words of one channel
};

struct Pass {
    bool first = false, last = false;  // of its unit
    bool bias = false;
    LoadTarget target = LoadTarget::none;
    std::array<LoadRun, 8> loads{};
    std::size_t load_count = 0;
    std::uint32_t weights = 0;        // address of the first output channel's words
    std::uint32_t weight_stride = 0;  // from channel to channel
    std::uint32_t weight_words = 0;   // of a channel in this pass
    std::int64_t tap_pixel = 0;       // depthwise: the tile's first pixel in the map ...
    int tap_row = 0;                  // ... and the kernel row, -1 to 1
    UnitOutput output;
    std::int64_t tile_number = 0;  // of the weights
    bool tile_first = false, tile_last = false;
};

// What a step is.
struct ConvolutionStep {
    WeightTensor tensor = WeightTensor::reduce;
    std::int64_t strip = 0;
    std::vector<WeightTile> tiles;
    std::uint32_t source = 0;       // pointwise: channel 0 of its input
    std::uint32_t destination = 0;  // of output channel `first_channel`
    std::int64_t first_channel = 0;
    std::vector<std::uint32_t>
        slots;  // depthwise: where the bottleneck of each strip lies, by strip mod size
};

class PassWalker {
public:
    // `plan` must outlive the object.
    PassWalker(const timing::BlockPlan& plan, ConvolutionStep step);

    std::optional<Pass> next();

private:
    bool next_unit();
    void set_range();
    Pass pointwise_pass();
    Pass depthwise_pass();
    void add_window_loads(Pass& pass, std::int64_t channel) const;
    std::int64_t passes() const;

    const timing::BlockPlan& plan_;
    const denoiser::Geometry& g_;
    const ConvolutionStep step_;
    const std::int64_t size_;    // pixels of the strip
    const std::int64_t inputs_;  // of a pointwise output channel
    bool pointwise_;

    std::size_t tile_ = 0;
    std::int64_t channel_ = 0;             // first of the range of output channels that share their inputs
    std::int64_t count_ = 0;               // channels of that range
    std::int64_t pixel_ = 0, pixels_ = 0;  // of the pixel tile, in the strip
    std::int64_t pass_ = 0;
    bool over_ = false, tile_begins_ = true;
};

}  // namespace quell::hw
