#include "models/analog/device/analog_to_digital.h"

#include "models/analog/normal_numbers.h"
#include "models/base/error.h"
#include "models/base/wide_loops.h"

#include <algorithm>
#include <cmath>

namespace quell::analog {
namespace {

// Kinds of converters keep their numbers apart.
enum class Draw : std::uint32_t { adc = 0, dac = 1 };

std::vector<float> normal_numbers(std::uint64_t chip_seed, std::int64_t product, Draw draw,
                                  std::size_t count) {
    std::vector<float> numbers(count);
    NormalKey key;
    key.seed = chip_seed;
    key.product = static_cast<std::uint32_t>(product);
    key.image = static_cast<std::uint32_t>(draw);
    key.purpose = numeric::Purpose::converter;
    fill_normal(key, numbers);
    return numbers;
}

// Adding and taking away 1.5 * 2^23 leaves the nearest whole number, the even one of two, for |v| < 2^22.
inline float nearest(float v) {
    constexpr float magic = 12582912.0F;
    return (v + magic) - magic;
}

inline float cut(float v, float limit) {
    v = v < -limit ? -limit : v;
    return v > limit ? limit : v;
}

struct Conversion {
    float steps = 0;  // per unit
    float step = 0, largest = 0, gain = 1, offset = 0, bow = 0;
};

QUELL_WIDE void convert_exactly(float* sums, std::size_t count, const Conversion& c) {
    const Conversion k = c;
    for (std::size_t i = 0; i < count; ++i) sums[i] = k.step * nearest(cut(sums[i] * k.steps, k.largest));
}

QUELL_WIDE void convert_with_errors(float* sums, std::size_t count, const Conversion& c) {
    const Conversion k = c;
    const float share = 1.0F / k.largest;
    for (std::size_t i = 0; i < count; ++i) {
        const float word = sums[i] * k.steps;
        const float u = cut(word * share, 1.0F);
        const float seen = word * k.gain + k.offset + k.bow * (u - u * u * u);
        sums[i] = k.step * nearest(cut(seen, k.largest));
    }
}

double largest_word_of(int bits) {
    return std::max(1.0, std::ldexp(1.0, bits - 1) - 1.0);
}

}  // namespace

std::int64_t outputs_per_crossbar(const config::DeviceConfig& device, const config::TileConfig& tile) {
    return std::max<std::int64_t>(1, tile.columns / (2 * device.cells_per_weight));
}

AnalogToDigital::AnalogToDigital(const config::DeviceConfig& device, const config::TileConfig& tile,
                                 std::int64_t product, std::int64_t row_splits, std::int64_t outputs,
                                 double full_scale)
    : ideal_(device.adc.range == config::ConverterRange::ideal) {
    if (ideal_) return;
    if (!(full_scale > 0) || !std::isfinite(full_scale)) {
        throw Error("product {}: the ADCs' full scale is {}, expected a number above 0", product, full_scale);
    }
    const config::ConverterConfig& adc = device.adc;
    largest_word_ = static_cast<float>(largest_word_of(adc.bits));
    step_ = full_scale / static_cast<double>(largest_word_);
    outputs_per_crossbar_ = outputs_per_crossbar(device, tile);
    crossbars_per_split_ = (outputs + outputs_per_crossbar_ - 1) / outputs_per_crossbar_;
    adcs_ = tile.adcs;
    if (adc.gain_percent == 0 && adc.offset_lsb == 0 && adc.inl_lsb == 0) return;
    const auto count = static_cast<std::size_t>(row_splits * crossbars_per_split_ * adcs_);
    const std::vector<float> z = normal_numbers(device.chip_seed, product, Draw::adc, 3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        errors_.push_back({1.0F + static_cast<float>(adc.gain_percent / 100) * z[3 * i],
                           static_cast<float>(adc.offset_lsb) * z[3 * i + 1],
                           static_cast<float>(adc.inl_lsb) * z[3 * i + 2]});
    }
}

void AnalogToDigital::convert(std::int64_t row_split, std::int64_t output, std::span<float> sums) const {
    if (ideal_) return;
    Conversion conversion{static_cast<float>(1 / step_), static_cast<float>(step_), largest_word_};
    if (errors_.empty()) {
        convert_exactly(sums.data(), sums.size(), conversion);
        return;
    }
    const std::int64_t crossbar = row_split * crossbars_per_split_ + output / outputs_per_crossbar_;
    const Errors& errors =
        errors_[static_cast<std::size_t>(crossbar * adcs_ + output % outputs_per_crossbar_ % adcs_)];
    conversion.gain = errors.gain;
    conversion.offset = errors.offset;
    conversion.bow = errors.bow * bow_scale;
    convert_with_errors(sums.data(), sums.size(), conversion);
}

InputWords::InputWords(int bits, double full_scale) : largest_(largest_word_of(bits)) {
    if (!(full_scale >= 0) || !std::isfinite(full_scale))
        throw Error("the DACs' full scale is {}, expected a number of at least 0", full_scale);
    step_ = full_scale / largest_;
}

void InputWords::convert(std::span<float> map) const {
    if (step_ == 0) {
        std::fill(map.begin(), map.end(), 0.0F);
        return;
    }
    convert_exactly(map.data(), map.size(),
                    {static_cast<float>(1 / step_), static_cast<float>(step_), static_cast<float>(largest_)});
}

DacErrors draw_dac_errors(const config::DeviceConfig& device, std::int64_t product, std::int64_t blocks,
                          std::int64_t inputs, double step) {
    const config::ConverterConfig& dac = device.dac;
    DacErrors errors;
    if (dac.gain_percent == 0 && dac.offset_lsb == 0 && dac.inl_lsb == 0) return errors;
    const auto count = static_cast<std::size_t>(blocks * inputs);
    const std::vector<float> z = normal_numbers(device.chip_seed, product, Draw::dac, 3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        errors.gain.push_back(static_cast<float>(dac.gain_percent / 100) * z[3 * i]);
        errors.offset.push_back(static_cast<float>(dac.offset_lsb * step) * z[3 * i + 1]);
        errors.bow.push_back(static_cast<float>(dac.inl_lsb * step) * z[3 * i + 2]);
    }
    return errors;
}

}  // namespace quell::analog
