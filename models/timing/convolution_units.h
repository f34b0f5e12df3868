// What the convolution cores do in one step on one strip, as units of passes (docs/timing.md, section 3).
#pragma once

#include "models/timing/block_plan.h"
#include "models/timing/convolution_pipeline.h"

#include <vector>

namespace quell::timing {

inline constexpr std::int64_t kArrayRows = 3;  // input channels, or taps of one kernel row, that a pass sums

class ConvolutionUnits {
public:
    // `plan` must outlive the object.
    explicit ConvolutionUnits(const BlockPlan& plan) : plan_(plan) {}

    // One group of a 1x1 convolution over a strip of this many pixels: `outputs` channels of `inputs`
    // channels.
    std::vector<UnitRun> pointwise(std::int64_t strip_pixels, std::int64_t inputs,
                                   std::int64_t outputs) const;

    // One channel of the depthwise convolution over a strip.
    std::vector<UnitRun> depthwise(std::int64_t strip) const;

    // Activation words that the depthwise convolution of one channel reads on a strip.
    std::int64_t depthwise_words(std::int64_t strip) const;

private:
    Cycles weight_cycles(std::int64_t words) const { return ceil_divide(words, plan_.weight_read_words); }
    void add_bias_pass(Unit& unit, std::int64_t outputs) const;
    Unit pointwise_unit(std::int64_t pixels, std::int64_t inputs, std::int64_t outputs) const;
    Cycles window_load(std::int64_t from, std::int64_t to) const;

    const BlockPlan& plan_;
};

}  // namespace quell::timing
