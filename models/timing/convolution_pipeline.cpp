#include "models/timing/convolution_pipeline.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::timing {

void Unit::add_pass(Cycles load, Cycles stream, std::int64_t count) {
    if (count > 0) passes[used_++] = {load, stream, count};
}

std::int64_t Unit::pass_count() const {
    std::int64_t count = 0;
    for (const PassRun& run : passes) count += run.count;
    return count;
}

bool ConvolutionPipeline::State::same_rhythm(const State& other) const {
    return last_stream == other.last_stream && written - last_start == other.written - other.last_start &&
           written_before - last_start == other.written_before - other.last_start;
}

ConvolutionPipeline::ConvolutionPipeline(Cycles begin, Cycles activation_latency, Cycles weight_latency)
    : begin_(begin) {
    // As if a pass had started when the first data could have come: the first real one starts after its load.
    lead_ = std::max(activation_latency, weight_latency);
    state_.last_start = begin + kStepIssueCycles + lead_;
    state_.last_stream = 0;
    state_.written = state_.written_before = begin;
}

void ConvolutionPipeline::wait_for_weights(Cycles ready) {
    not_before_ = std::max(not_before_, ready + lead_);
}

void ConvolutionPipeline::advance(const Unit& unit) {
    bool first = true;
    Cycles outputs_at = 0;
    for (const PassRun& pass : unit.passes) {
        if (pass.count == 0) continue;
        std::int64_t count = pass.count;
        if (first) {
            const Cycles free =
                std::max(state_.last_start + std::max(state_.last_stream, pass.load), state_.written_before);
            const Cycles start = std::max(free, not_before_);
            waited_ += start - free;
            if (first_start_ < 0) {
                first_start_ = start;
                waited_before_first_ = start - free;
            }
            state_.last_start = start;
            state_.last_stream = pass.stream;
            first = false;
            --count;
        }
        if (count > 0) {
            // The first of these follows a pass of another length.
            state_.last_start +=
                std::max(state_.last_stream, pass.load) + (count - 1) * std::max(pass.stream, pass.load);
            state_.last_stream = pass.stream;
        }
        compute_ += pass.count * unit.outputs;
        outputs_at = state_.last_start + kConvolutionOutputCycles;
    }
    const Cycles spacing = state_.last_stream / unit.outputs;
    const Cycles writer_bound = std::max(state_.written, outputs_at) + unit.outputs * unit.write;
    const Cycles stream_bound = outputs_at + (unit.outputs - 1) * spacing + unit.write;
    state_.written_before = state_.written;
    state_.written = std::max(writer_bound, stream_bound);
    write_cycles_ += unit.outputs * unit.write;
}

void ConvolutionPipeline::run(std::span<const UnitRun> sequence, std::int64_t times) {
    for (std::int64_t round = 0; round < times; ++round) {
        const State at_round = state_;
        const Cycles compute_at_round = compute_, writes_at_round = write_cycles_;
        for (const UnitRun& run : sequence) {
            for (std::int64_t k = 0; k < run.count; ++k) {
                const State before = state_;
                const Cycles compute_before = compute_, writes_before = write_cycles_;
                advance(run.unit);
                if (state_.same_rhythm(before) && not_before_ <= before.last_start) {
                    const std::int64_t left = run.count - k - 1;
                    const Cycles period = state_.last_start - before.last_start;
                    state_.last_start += left * period;
                    state_.written += left * period;
                    state_.written_before += left * period;
                    compute_ += left * (compute_ - compute_before);
                    write_cycles_ += left * (write_cycles_ - writes_before);
                    break;
                }
            }
        }
        if (state_.same_rhythm(at_round) && not_before_ <= at_round.last_start) {
            const std::int64_t left = times - round - 1;
            const Cycles period = state_.last_start - at_round.last_start;
            state_.last_start += left * period;
            state_.written += left * period;
            state_.written_before += left * period;
            compute_ += left * (compute_ - compute_at_round);
            write_cycles_ += left * (write_cycles_ - writes_at_round);
            break;
        }
    }
}

}  // namespace quell::timing
