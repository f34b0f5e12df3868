#include "hw/pe_array.h"

#include "hw/vector_support.h"
#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::hw {

namespace {

using Lanes = PeArrays::Lanes;
using Registers = PeArrays::Registers;

// The PEs from the last diagonal to the first: a PE reads what the one above had before this edge.
struct Position {
    int row, column;
};
constexpr Position kPositions[] = {{2, 2}, {2, 1}, {1, 2}, {2, 0}, {1, 1}, {0, 2}, {1, 0}, {0, 1}, {0, 0}};

constexpr Lanes kNothing{};

constexpr unsigned kAllDiagonals = (1U << (kRows + kColumns - 1)) - 1;

// sum(r, c) = sum(r - 1, c) + activation * weight, for cores 0 to cores - 1, on the diagonals whose bit is
// set; activations and weights are 16-bit words. The others hold their sums.
void multiply_accumulate_plain(Registers& sums, const Registers& activations,
                               const PeArrays::Channel* channels, unsigned diagonals, int cores) {
    for (const auto [r, c] : kPositions) {
        if ((diagonals >> (r + c) & 1) == 0) continue;
        const Lanes &above = r == 0 ? kNothing : sums[r - 1][c], &activation = activations[r][c];
        const std::int64_t weight = channels[r + c].weights[r];
        for (int k = 0; k < cores; ++k) sums[r][c][k] = above[k] + activation[k] * weight;
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void multiply_accumulate_avx2(Registers& sums, const Registers& activations,
                                                      const PeArrays::Channel* channels, unsigned diagonals,
                                                      int cores) {
    const auto at = [](const Lanes& lanes, int k) {
        return reinterpret_cast<const __m256i*>(lanes.data() + k);
    };
    const auto to = [](Lanes& lanes, int k) { return reinterpret_cast<__m256i*>(lanes.data() + k); };
    if ((diagonals & kAllDiagonals) == kAllDiagonals) {
        // A column at once, from its foot.
        for (std::size_t c = 0; c < kColumns; ++c) {
            const __m256i weight_0 = _mm256_set1_epi64x(channels[c].weights[0]),
                          weight_1 = _mm256_set1_epi64x(channels[c + 1].weights[1]),
                          weight_2 = _mm256_set1_epi64x(channels[c + 2].weights[2]);
            for (int k = 0; k < cores; k += kVector) {
                const __m256i product_0 =
                    _mm256_mul_epi32(_mm256_loadu_si256(at(activations[0][c], k)), weight_0);
                const __m256i product_1 =
                    _mm256_mul_epi32(_mm256_loadu_si256(at(activations[1][c], k)), weight_1);
                const __m256i product_2 =
                    _mm256_mul_epi32(_mm256_loadu_si256(at(activations[2][c], k)), weight_2);
                _mm256_storeu_si256(to(sums[2][c], k),
                                    _mm256_add_epi64(_mm256_loadu_si256(at(sums[1][c], k)), product_2));
                _mm256_storeu_si256(to(sums[1][c], k),
                                    _mm256_add_epi64(_mm256_loadu_si256(at(sums[0][c], k)), product_1));
                _mm256_storeu_si256(to(sums[0][c], k), product_0);
            }
        }
        return;
    }
    for (const auto [r, c] : kPositions) {
        if ((diagonals >> (r + c) & 1) == 0) continue;
        const Lanes &above = r == 0 ? kNothing : sums[r - 1][c], &activation = activations[r][c];
        const __m256i weight = _mm256_set1_epi64x(channels[r + c].weights[r]);
        for (int k = 0; k < cores; k += kVector) {
            const __m256i sum =
                _mm256_add_epi64(_mm256_loadu_si256(at(above, k)),
                                 _mm256_mul_epi32(_mm256_loadu_si256(at(activation, k)), weight));
            _mm256_storeu_si256(to(sums[r][c], k), sum);
        }
    }
}
const auto kMultiplyAccumulate = has_avx2() ? multiply_accumulate_avx2 : multiply_accumulate_plain;
#else
const auto kMultiplyAccumulate = multiply_accumulate_plain;
#endif

// Whole vectors; a copy of few words whose length the compiler does not know would be a call.
void copy_lanes(std::int64_t* to, const std::int64_t* from, int cores) {
    for (int k = 0; k < cores; k += kVector) std::copy_n(from + k, kVector, to + k);
}

}  // namespace

PeArrays::PeArrays(const sc_core::sc_module_name& name, int cores) : sc_module(name) {
    static_assert(kStages == timing::kArrayCycles);
    if (cores < 1 || cores > kMostCores) {
        throw Error("{}: {} cores, expected 1 to {}", this->name(), cores, kMostCores);
    }
}

void PeArrays::accept_channel(const StreamControl& stream, const WordBus& weights, const ZeroMasks& masks) {
    if (stream.channel) {
        // Field by field: built apart and copied, the processor would wait for the narrow stores.
        Channel& entering = channels_[0];
        entering.weights = {};
        entering.output = stream.output;
        entering.bias = stream.bias;
        entering.first = stream.first;
        entering.half = stream.half;
        in_flight_ |= 1;
        multiplying_ |= !stream.bias;
        if (stream.take_over) {
            taking_over_ |= 1;
            masks_[0] = masks;
        }
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

void PeArrays::take_over() {
    for (int d = 0; d < kDiagonals; ++d) {
        if ((taking_over_ >> d & 1) == 0) continue;
        for (int r = std::max(0, d - (kColumns - 1)); r <= std::min(kRows - 1, d); ++r) {
            const int c = d - r, bit = kColumns * r + c;
            for (int k = 0; k < used_; ++k) {
                active_[r][c][k] = (masks_[d].core[k] >> bit & 1) != 0 ? 0 : shadow_[r][c][k];
            }
        }
    }
    for (int d = kDiagonals - 1; d > 0; --d) {
        if ((taking_over_ >> (d - 1) & 1) != 0) masks_[d] = masks_[d - 1];
    }
}

// The words from tile or window position `position` on, every third: one for each core.
void PeArrays::fill(Lanes& registers, const Load& load, int position) {
    const int offset = position - load.control.first;  // on the bus, of core 0's word
    for (int k = std::max(0, (-offset + kColumns - 1) / kColumns); k < used_; ++k) {
        const int at = offset + kColumns * k;
        if (at >= load.words.count) break;
        if (at >= 0) registers[k] = load.words.words[at];
    }
}

void PeArrays::fill_shadow() {
    for (int d = 0; d < kDiagonals; ++d) {
        if ((loads_in_flight_ >> d & 1) == 0) continue;
        const Load& load = loads_[(newest_load_ + static_cast<std::size_t>(d)) % kDiagonals];
        if (load.control.target == LoadTarget::row) {
            const int c = d - load.control.row;
            if (c >= 0 && c < kColumns) fill(shadow_[load.control.row][c], load, c);
        } else {
            for (int r = std::max(0, d - (kColumns - 1)); r <= std::min(kRows - 1, d); ++r) {
                fill(shadow_[r][d - r], load, d);
            }
        }
    }
    newest_load_ = (newest_load_ + kDiagonals - 1) % kDiagonals;
    loads_in_flight_ = loads_in_flight_ << 1 & kAllDiagonals;
}

void PeArrays::step(const StreamControl& stream, const WordBus& weights, const ZeroMasks& masks,
                    const LoadControl& load, const WordBus& activations, int used) {
    used_ = used;
    vector_cores_ = (used + kVector - 1) / kVector * kVector;
    if (stream.channel || weights.count != 0 || in_flight_ != 0) accept_channel(stream, weights, masks);
    if (load.target != LoadTarget::none) {
        loads_[newest_load_].control = load;
        loads_[newest_load_].words = activations;
        loads_in_flight_ |= 1;
    }
    if (in_flight_ != 0) {
        copy_lanes(deskew_0_[1].data(), deskew_0_[0].data(), vector_cores_);
        copy_lanes(deskew_0_[0].data(), sums_[kRows - 1][0].data(), vector_cores_);
        copy_lanes(deskew_1_.data(), sums_[kRows - 1][1].data(), vector_cores_);
        // The multiplier takes the new word in the very cycle of the take-over, past the active register.
        if (taking_over_ != 0) take_over();
        if (multiplying_ != 0) {
            kMultiplyAccumulate(sums_, active_, channels_.data(), multiplying_, vector_cores_);
        }
        for (int d = kStages; d > 0; --d) channels_[d] = channels_[d - 1];
        in_flight_ = in_flight_ << 1 & (kAllDiagonals << 1);
        multiplying_ = multiplying_ << 1 & (kAllDiagonals << 1);
        taking_over_ = taking_over_ << 1 & kAllDiagonals;
    }
    // The PEs above took the shadow registers' words of before this edge.
    if (loads_in_flight_ != 0) fill_shadow();
}

void PeArrays::trace(sc_core::sc_trace_file* file, int core, const std::string& scope) const {
    using sc_core::sc_trace;
    const auto k = static_cast<std::size_t>(core);
    for (int r = 0; r < kRows; ++r) {
        for (int c = 0; c < kColumns; ++c) {
            const std::string pe = fmt::format("{}.pe_row{}_column{}.", scope, r, c);
            sc_trace(file, shadow_[r][c][k], pe + "shadow", 16);
            sc_trace(file, active_[r][c][k], pe + "active", 16);
            // That of PE (0, 0) comes from the bus.
            if (r + c > 0) sc_trace(file, channels_[r + c].weights[r], pe + "weight");
            sc_trace(file, sums_[r][c][k], pe + "sum", 35);
        }
    }
    sc_trace(file, in_flight_, fmt::format("{}.channels_in_flight", scope), kStages + 1);
    sc_trace(file, loads_in_flight_, fmt::format("{}.loads_in_flight", scope), kDiagonals);
    sc_trace(file, channels_[kStages].output, fmt::format("{}.result.output", scope));
    sc_trace(file, channels_[kStages].first, fmt::format("{}.result.first", scope));
    sc_trace(file, channels_[kStages].bias, fmt::format("{}.result.bias", scope));
    sc_trace(file, channels_[kStages].half, fmt::format("{}.result.half", scope), 1);
    sc_trace(file, deskew_0_[1][k], fmt::format("{}.result.pixel0", scope), 35);
    sc_trace(file, deskew_1_[k], fmt::format("{}.result.pixel1", scope), 35);
    sc_trace(file, sums_[kRows - 1][2][k], fmt::format("{}.result.pixel2", scope), 35);
}

}  // namespace quell::hw
