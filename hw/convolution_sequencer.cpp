#include "hw/convolution_sequencer.h"

#include <algorithm>

namespace quell::hw {

std::uint16_t zero_mask(std::int64_t pixel, int kernel_row, std::int64_t height, std::int64_t width) {
    unsigned mask = 0;
    for (int c = 0; c < kColumns; ++c) {
        const std::int64_t row = (pixel + c) / width + kernel_row, column = (pixel + c) % width;
        for (int r = 0; r < kRows; ++r) {
            const std::int64_t tap = column + r - 1;
            if (row < 0 || row >= height || tap < 0 || tap >= width) mask |= 1U << (kColumns * r + c);
        }
    }
    return static_cast<std::uint16_t>(mask);
}

ConvolutionSequencer::ConvolutionSequencer(const config::DenoiserConfig& config)
    : activation_latency_(config.activation.read_latency),
      weight_latency_(config.weight.read_latency),
      lead_(std::max(activation_latency_, weight_latency_)),
      writer_lead_(std::max(lead_, timing::kPartialSumCycles + timing::kRequantiseCycles)) {}

void ConvolutionSequencer::reset() {
    active_ = ended_ = false;
    slots_ = {};
    next_.reset();
    current_.reset();
    walker_.reset();
    tiles_freed_.clear();
}

void ConvolutionSequencer::begin(Cycles now, const timing::BlockPlan& plan, ConvolutionStep step,
                                 bool beside_lanes) {
    const auto word = [](int words) { return static_cast<std::uint32_t>(words); };
    read_words_ = word(beside_lanes ? plan.core_read_words : plan.read_words);
    write_words_ = word(beside_lanes ? plan.core_write_words : plan.write_words);
    weight_words_ = word(plan.weight_read_words);
    active_ = true;
    ended_ = false;
    begin_ = now;
    walker_.emplace(plan, std::move(step));
    slots_ = {};
    current_.reset();
    stream_over_ = true;
    started_ = false;
    half_ = 1;
    half_taken_ = {};
    half_free_ = {now, now};
    writing_count_ = 0;
    writer_free_ = now;
    tiles_freed_.clear();
    counts_ = {};
    fetch_pass();
}

// The loader turns to the next pass; from this cycle on the shadow registers are its own.
void ConvolutionSequencer::fetch_pass() {
    next_ = walker_->next();
    run_ = 0;
    loaded_ = 0;
    loading_ = next_ && next_->load_count > 0;
}

const ConvolutionCommands& ConvolutionSequencer::step(Cycles now, std::int64_t tiles_ready) {
    if (now >= begin_ + timing::kStepIssueCycles) {
        run_streamer(now + lead_, tiles_ready);
        run_writer(now);
    }
    at(now - 1) = {};  // which nobody looks at any more
    return at(now);
}

void ConvolutionSequencer::run_streamer(Cycles t, std::int64_t tiles_ready) {
    if (stream_over_ && next_ && !loading_) {
        const std::uint8_t half = next_->first ? half_ ^ 1 : half_;
        const bool free = !next_->first || (!half_taken_[half] && half_free_[half] <= t);
        if (free && next_->tile_first && next_->tile_number >= tiles_ready) {
            ++counts_.waited;
        } else if (free) {
            if (!started_) {
                counts_.fill = t - begin_ - counts_.waited;
                started_ = true;
            }
            start_pass(t);
        }
    }
    if (!stream_over_) stream_words(t);
    if (loading_) run_loader(t);
}

void ConvolutionSequencer::start_pass(Cycles t) {
    current_ = next_;
    if (current_->first) half_ ^= 1;
    channel_ = 0;
    streamed_ = 0;
    stream_over_ = false;
    if (!current_->bias) {
        TapMask& mask = at(t).mask;
        mask.kind = current_->target == LoadTarget::window ? TapMask::Kind::depthwise : TapMask::Kind::none;
        mask.pixel = current_->tap_pixel;
        mask.row = current_->tap_row;
    }
    if (current_->last) {
        Writing& writing = writing_[writing_count_++];
        writing.unit = current_->output;
        writing.first = t + timing::kConvolutionOutputCycles;
        writing.spacing = timing::ceil_divide(current_->weight_words, weight_words_);
        writing.half = half_;
        writing.done = 0;
        half_taken_[half_] = true;
    }
    fetch_pass();
}

// The words of this cycle: an output channel takes one or more.
void ConvolutionSequencer::stream_words(Cycles t) {
    const Pass& pass = *current_;
    StreamControl& stream = at(t).cores.stream;
    if (streamed_ == 0) {
        stream.channel = true;
        stream.take_over = channel_ == 0 && !pass.bias;
        stream.bias = pass.bias;
        stream.first = pass.first;
        stream.half = half_;
        stream.output = static_cast<std::uint16_t>(channel_);
        at(t - weight_latency_).weight_read = {
            pass.weight_words, pass.weights + static_cast<std::uint32_t>(channel_) * pass.weight_stride,
            weight_words_};
        ++counts_.compute;
    }
    stream.first_row = static_cast<std::uint8_t>(streamed_);
    streamed_ += weight_words_;
    if (streamed_ < pass.weight_words) return;
    streamed_ = 0;
    if (++channel_ < pass.output.outputs) return;
    stream_over_ = true;
    if (pass.tile_last) tiles_freed_.push_back(t + 1);
    if (!next_) counts_.drain = -(t + 1);  // completed when the end is known
}

void ConvolutionSequencer::run_loader(Cycles t) {
    const LoadRun& run = next_->loads[run_];
    if (loaded_ == 0) at(t - activation_latency_).activation_read = {run.count, run.address, read_words_};
    at(t).cores.load = {next_->target, run.row, static_cast<std::uint16_t>(run.first + loaded_)};
    loaded_ += read_words_;
    if (loaded_ < run.count) return;
    loaded_ = 0;
    loading_ = ++run_ < next_->load_count;
}

void ConvolutionSequencer::run_writer(Cycles now) {
    const Cycles t = now + writer_lead_;
    if (writing_count_ == 0) return;
    Writing& writing = writing_[0];
    if (t < writer_free_ || t < writing.first + writing.done * writing.spacing) return;
    const UnitOutput& unit = writing.unit;
    const Cycles cycles = timing::ceil_divide(unit.pixels, write_words_);
    at(t - timing::kPartialSumCycles - timing::kRequantiseCycles).cores.emit = {
        true,
        writing.half,
        static_cast<std::uint16_t>(writing.done),
        static_cast<std::uint16_t>(unit.pixels),
        static_cast<std::uint16_t>(write_words_),
        unit.address + static_cast<std::uint32_t>(writing.done) * unit.stride};
    writer_free_ = t + cycles;
    counts_.written += cycles;
    if (++writing.done < unit.outputs) return;
    half_taken_[writing.half] = false;
    half_free_[writing.half] = writer_free_;
    writing_[0] = writing_[1];
    --writing_count_;
    if (writing_count_ == 0 && !next_ && stream_over_) {
        ended_ = true;
        end_ = writer_free_;
        const Cycles stream_end = -counts_.drain;
        counts_.drain += end_;
        counts_.sram_stall = stream_end - begin_ - counts_.fill - counts_.compute - counts_.waited;
    }
}

bool ConvolutionSequencer::take_freed_tile(Cycles now) {
    if (tiles_freed_.empty() || now < tiles_freed_.front()) return false;
    tiles_freed_.pop_front();
    return true;
}

}  // namespace quell::hw
