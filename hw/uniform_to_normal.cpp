#include "hw/uniform_to_normal.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace quell::hw {

UniformToNormal::UniformToNormal(const sc_core::sc_module_name& name, const numeric::BoxMuller& tables,
                                 int normals_per_pair)
    : sc_module(name), tables_(tables), second_(normals_per_pair == 2) {
    if (normals_per_pair != 1 && normals_per_pair != 2) {
        throw Error("{}: a pair of uniform numbers gives 1 or 2 normal ones, {} were asked for", this->name(),
                    normals_per_pair);
    }
}

// One clock edge, the last stage first: each reads the registers before it as they were.
void UniformToNormal::advance(bool accepted, std::uint64_t u1, std::uint64_t u2) {
    if (valid_at(kLastStage - 1)) {
        const auto product = [this](std::int32_t factor) {
            return numeric::requantise(std::int64_t{root_.root()} * factor, 32 - numeric::kNormalFraction);
        };
        normal_1_ = product(cosines_.last());
        if (second_) normal_2_ = product(sines_.last());
    }
    root_.advance();
    if (valid_at(2)) {
        const std::int64_t minus_log = exponent_ * numeric::kLn2 - logarithm_.value();
        // 2 * (-ln U1) with 30 fraction bits, then two more so that the root has 16.
        radicand_ = static_cast<std::uint64_t>(std::max<std::int64_t>(minus_log, 0)) << 3;
        root_.enter(radicand_);
        const auto rounded = [](const Factor& f) {
            const auto magnitude = static_cast<std::int32_t>(numeric::round_shift(f.polynomial.value(), 14));
            return f.negative ? -magnitude : magnitude;
        };
        cosine_value_ = rounded(cosine_);
        if (second_) sine_value_ = rounded(sine_);
    }
    cosines_.enter(cosine_value_);
    if (second_) sines_.enter(sine_value_);
    if (valid_at(1)) {
        exponent_ = normalised_.exponent;
        logarithm_ = logarithm();
        cosine_ = factor(normalised_.phase);
        if (second_) sine_ = factor(normalised_.phase - (1 << 22));  // a quarter turn back
    }
    if (accepted) normalise(u1, u2);
    valid_ = (valid_ << 1 | (accepted ? 1U : 0U)) & ((1U << kLastStage) - 1);
}

void UniformToNormal::normalise(std::uint64_t u1, std::uint64_t u2) {
    if (u1 == 0) throw Error("{}: u1 is zero, whose logarithm is not finite", name());
    const int width = tables_.width(), leading = std::countl_zero(u1) - (64 - width);
    const std::uint64_t below_the_one = u1 << (64 - width + leading) << 1;
    normalised_ = {leading + 1, static_cast<std::int32_t>(below_the_one >> 40), tables_.phase(u2)};
}

UniformToNormal::Polynomial UniformToNormal::logarithm() const {
    const auto& c = tables_.log_segment(static_cast<std::size_t>(normalised_.fraction >> 18));
    const std::int64_t offset = (normalised_.fraction & 0x3FFFF) - 0x20000;  // from the middle, in 2^-24
    return {c.constant + ((c.linear * offset) >> 16), c.quadratic, (offset * offset) >> 20};
}

UniformToNormal::Factor UniformToNormal::factor(std::int32_t phase) const {
    const int quadrant = (phase >> 22) & 3;
    std::int32_t within = phase & 0x3FFFFF;
    if ((quadrant & 1) != 0) within = 0x3FFFFF - within;  // the table runs backwards
    const auto& c = tables_.cosine_segment(static_cast<std::size_t>(within >> 16));
    const std::int64_t offset = 2 * (within & 0xFFFF) + 1 - 0x10000;  // from the middle, in 2^-23
    return {{c.constant - ((c.linear * offset) >> 15), c.quadratic, (offset * offset) >> 18},
            quadrant == 1 || quadrant == 2};
}

void UniformToNormal::trace(sc_core::sc_trace_file* file) const {
    const std::string prefix = std::string(name()) + '.';
    const auto stage = [&prefix](int number) { return fmt::format("{}stage_{:02}.", prefix, number); };
    sc_trace(file, valid_, prefix + "valid", kLastStage);
    sc_trace(file, normalised_.exponent, stage(1) + "exponent", 8);
    sc_trace(file, normalised_.fraction, stage(1) + "fraction", 25);
    sc_trace(file, normalised_.phase, stage(1) + "phase", 25);
    const auto polynomial = [&](const Polynomial& p, const std::string& which) {
        sc_trace(file, p.line, stage(2) + which + "_line", 32);
        sc_trace(file, p.curve, stage(2) + which + "_curve", 17);
        sc_trace(file, p.square, stage(2) + which + "_square", 16);
    };
    sc_trace(file, exponent_, stage(2) + "exponent", 8);
    polynomial(logarithm_, "log");
    polynomial(cosine_.polynomial, "cosine");
    sc_trace(file, cosine_.negative, stage(2) + "cosine_negative");
    if (second_) {
        polynomial(sine_.polynomial, "sine");
        sc_trace(file, sine_.negative, stage(2) + "sine_negative");
    }
    sc_trace(file, radicand_, stage(3) + "radicand", 2 * kRootStages);
    root_.trace(file, prefix + "stage_", 4);
    for (std::size_t i = 0; i <= kRootStages; ++i) {
        sc_trace(file, cosines_.drawn(i), stage(static_cast<int>(i) + 3) + "cosine", 18);
        if (second_) sc_trace(file, sines_.drawn(i), stage(static_cast<int>(i) + 3) + "sine", 18);
    }
    sc_trace(file, normal_1_, stage(kLastStage) + "normal_1", 16);
    if (second_) sc_trace(file, normal_2_, stage(kLastStage) + "normal_2", 16);
}

}  // namespace quell::hw
