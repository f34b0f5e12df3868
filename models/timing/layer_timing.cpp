#include "models/timing/layer_timing.h"

#include <algorithm>

namespace quell::timing {
namespace {

// The recurrence of the header, one strip at a time. Index 0: the strip before, 1: the one before that.
class StripPipeline {
public:
    void advance(const StripTimes& strip) {
        const Cycles load_end = std::max(load_end_, multiply_end_[1]) + strip.load;
        const Cycles multiply_start = std::max({load_end, multiply_end_[0], store_end_[1]});
        const Cycles multiply_end = multiply_start + strip.multiply;
        const Cycles ready = multiply_end + strip.drain;
        const Cycles digital_end = std::max(ready, digital_end_) + strip.digital;
        const Cycles store_end = std::max(digital_end, store_end_[0]) + strip.store;

        book_gap(load_end, multiply_start);
        breakdown_.compute += strip.multiply - strip.converter_stall;
        breakdown_.converter_stall += strip.converter_stall;
        breakdown_.drain = strip.drain;
        digital_tail_ = digital_end - ready;
        breakdown_.store = store_end - digital_end;

        first_ = false;
        load_end_ = load_end;
        multiply_end_ = {multiply_end, multiply_end_[0]};
        digital_end_ = digital_end;
        earlier_digital_end_ = {digital_end, earlier_digital_end_[0]};
        store_end_ = {store_end, store_end_[0]};
    }

    CycleBreakdown breakdown() const {
        CycleBreakdown result = breakdown_;
        result.digital += digital_tail_;
        return result;
    }

private:
    // The crossbars stand still before their products: for input, then for the place of the results before
    // the last, which the digital units still work on or which are on their way to memory.
    void book_gap(Cycles load_end, Cycles multiply_start) {
        const Cycles loaded = std::max(load_end, multiply_end_[0]);
        const Cycles worked = std::clamp(earlier_digital_end_[1], loaded, multiply_start);
        breakdown_.digital += worked - loaded;
        (first_ ? breakdown_.load : breakdown_.memory_stall) +=
            multiply_start - multiply_end_[0] - (worked - loaded);
    }

    bool first_ = true;
    Cycles load_end_ = 0, digital_end_ = 0;
    std::array<Cycles, 2> multiply_end_{}, store_end_{}, earlier_digital_end_{};
    Cycles digital_tail_ = 0;  // after the last product
    CycleBreakdown breakdown_;
};

}  // namespace

StripTimes strip_times(const Strip& strip, const PlatformTiming& timing) {
    StripTimes times;
    for (const Transfer& transfer : strip.loads) times.load += timing.transfer_cycles(transfer);
    for (const Transfer& transfer : strip.stores) times.store += timing.transfer_cycles(transfer);
    for (const DigitalStep& step : strip.digital) times.digital += timing.digital_cycles(step);
    if (strip.products > 0) {
        times.multiply = strip.products * timing.tile().interval_cycles;
        times.converter_stall = strip.products * timing.tile().converter_wait_cycles;
        times.drain = timing.tile().drain_cycles();
    } else {
        times.multiply = times.digital;
        times.digital = 0;
    }
    return times;
}

CycleBreakdown time_layer(std::span<const Pass> passes, const PlatformTiming& timing) {
    CycleBreakdown breakdown;
    for (const Pass& pass : passes) {
        breakdown.program += timing.program_cycles(pass);
        StripPipeline pipeline;
        for (const StripRun& run : pass.runs) {
            const StripTimes times = strip_times(run.strip, timing);
            for (std::int64_t i = 0; i < run.count; ++i) pipeline.advance(times);
        }
        breakdown += pipeline.breakdown();
    }
    return breakdown;
}

}  // namespace quell::timing
