#include "hw/pe_array.h"

#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::hw {

PeArray::PeArray(const sc_core::sc_module_name& name, int tile_position)
    : sc_module(name), tile_position_(tile_position) {
    static_assert(kStages == timing::kArrayCycles);
}

void PeArray::accept_channel(const StreamControl& stream, const WordBus& weights, std::uint16_t zero_mask) {
    if (stream.channel) {
        // Field by field: built apart and copied, the processor would wait for the narrow stores.
        Channel& entering = channels_[0];
        entering.weights = {};
        entering.zero_mask = zero_mask;
        entering.output = stream.output;
        entering.bias = stream.bias;
        entering.first = stream.first;
        entering.half = stream.half;
        in_flight_ |= 1;
        multiplying_ |= !stream.bias;
        taking_over_ |= stream.take_over;
        age_ = 0;
    } else {
        ++age_;
    }
    if (weights.count == 0) return;
    // Row r has r cycles until its weight is needed: words that come later join their channel where it is by
    // now.
    if (age_ > stream.first_row || stream.first_row + weights.count > kRows) {
        throw Error(
            "{}: {} weights from row {} on, {} cycles after their channel: expected row r of {} within r "
            "cycles",
            name(), weights.count, stream.first_row, age_, kRows);
    }
    for (int k = 0; k < weights.count; ++k) channels_[age_].weights[stream.first_row + k] = weights.words[k];
}

void PeArray::take_over() {
    for (int d = 0; d < kDiagonals; ++d) {
        if ((taking_over_ >> d & 1) == 0) continue;
        const unsigned zero_mask = channels_[d].zero_mask;
        for (int r = std::max(0, d - (kColumns - 1)); r <= std::min(kRows - 1, d); ++r) {
            const int c = d - r;
            active_[r][c] = (zero_mask >> (kColumns * r + c) & 1) != 0 ? numeric::Word{0} : shadow_[r][c];
        }
    }
}

template <int diagonal>
void PeArray::compute() {
    constexpr int first_row = std::max(0, diagonal - (kColumns - 1)),
                  last_row = std::min(kRows - 1, diagonal);
    const Channel& channel = channels_[diagonal];
    for (int r = first_row; r <= last_row; ++r) {
        const int c = diagonal - r;
        const std::int64_t above = r == 0 ? 0 : sums_[r - 1][c];
        sums_[r][c] = above + std::int32_t{active_[r][c]} * std::int32_t{channel.weights[r]};
    }
}

void PeArray::accept_load(const LoadControl& load, const WordBus& activations) {
    const int wanted = load.target == LoadTarget::row ? kColumns : kWindowWords;
    const int offset = tile_position_ - load.first;  // on the bus, of this array's first word
    const int from = std::max(0, -offset), to = std::min(wanted, activations.count - offset);
    if (from >= to) return;
    Load& mine = loads_[0];
    mine.target = load.target;
    mine.row = load.row;
    mine.present = 0;
    for (int k = from; k < to; ++k) {
        mine.words[k] = activations.words[offset + k];
        mine.present = static_cast<std::uint8_t>(mine.present | 1U << k);
    }
    loads_in_flight_ |= 1;
}

void PeArray::fill_shadow() {
    for (int d = 0; d < kDiagonals; ++d) {
        if ((loads_in_flight_ >> d & 1) == 0) continue;
        const Load& load = loads_[d];
        if (load.target == LoadTarget::row) {
            const int c = d - load.row;
            if (c >= 0 && c < kColumns && (load.present >> c & 1) != 0) shadow_[load.row][c] = load.words[c];
        } else if ((load.present >> d & 1) != 0) {
            for (int r = std::max(0, d - (kColumns - 1)); r <= std::min(kRows - 1, d); ++r) {
                shadow_[r][d - r] = load.words[d];
            }
        }
    }
    std::copy_backward(loads_.begin(), loads_.end() - 1, loads_.end());
    loads_in_flight_ = loads_in_flight_ << 1 & kAllDiagonals;
}

void PeArray::step(const StreamControl& stream, const WordBus& weights, std::uint16_t zero_mask,
                   const LoadControl& load, const WordBus& activations) {
    if (stream.channel || weights.count != 0 || in_flight_ != 0) accept_channel(stream, weights, zero_mask);
    if (load.target != LoadTarget::none) accept_load(load, activations);
    if (in_flight_ != 0) {
        deskew_0_[1] = deskew_0_[0];
        deskew_0_[0] = sums_[kRows - 1][0];
        deskew_1_ = sums_[kRows - 1][1];
        // The multiplier takes the new word in the very cycle of the take-over, past the active register.
        if (taking_over_ != 0) take_over();
        // From the last diagonal to the first: a PE reads what the one above had before this edge. A diagonal
        // without a channel holds its sums.
        if ((multiplying_ & kAllDiagonals) == kAllDiagonals) {
            compute<4>(), compute<3>(), compute<2>(), compute<1>(), compute<0>();
        } else {
            if ((multiplying_ >> 4 & 1) != 0) compute<4>();
            if ((multiplying_ >> 3 & 1) != 0) compute<3>();
            if ((multiplying_ >> 2 & 1) != 0) compute<2>();
            if ((multiplying_ >> 1 & 1) != 0) compute<1>();
            if ((multiplying_ & 1) != 0) compute<0>();
        }
        for (int d = kStages; d > 0; --d) channels_[d] = channels_[d - 1];
        in_flight_ = in_flight_ << 1 & (kAllDiagonals << 1);
        multiplying_ = multiplying_ << 1 & (kAllDiagonals << 1);
        taking_over_ = taking_over_ << 1 & kAllDiagonals;
    }
    // The PEs above took the shadow registers' words of before this edge.
    if (loads_in_flight_ != 0) fill_shadow();
}

void PeArray::trace(sc_core::sc_trace_file* file) const {
    using sc_core::sc_trace;
    for (int r = 0; r < kRows; ++r) {
        for (int c = 0; c < kColumns; ++c) {
            const std::string pe = fmt::format("{}.pe_row{}_column{}.", name(), r, c);
            sc_trace(file, shadow_[r][c], pe + "shadow");
            sc_trace(file, active_[r][c], pe + "active");
            // That of PE (0, 0) comes from the bus.
            if (r + c > 0) sc_trace(file, channels_[r + c].weights[r], pe + "weight");
            sc_trace(file, sums_[r][c], pe + "sum");
        }
    }
    sc_trace(file, in_flight_, fmt::format("{}.channels_in_flight", name()), kStages + 1);
    sc_trace(file, loads_in_flight_, fmt::format("{}.loads_in_flight", name()), kDiagonals);
    sc_trace(file, channels_[kStages].output, fmt::format("{}.result.output", name()));
    sc_trace(file, deskew_0_[1], fmt::format("{}.result.pixel0", name()));
    sc_trace(file, deskew_1_, fmt::format("{}.result.pixel1", name()));
    sc_trace(file, sums_[kRows - 1][2], fmt::format("{}.result.pixel2", name()));
}

}  // namespace quell::hw
