// The ADCs of one layer: word = clamp(round(g s + o + l u (1 - u^2) 3 sqrt(3) / 2)), with s the sum in steps,
// u = s / (full scale in steps) cut to [-1, 1], and a gain g, an offset o and a bow l (the largest deviation)
// of each converter's own, drawn with the chip. A step is full scale / (2^(bits-1) - 1): words are signed and
// symmetric.
//
// Which converter: outputs are counted over all groups; a crossbar takes columns / (2 cells_per_weight) of
// them, at least one, and its ADCs take them in turn. Row splits are crossbars of their own.
#pragma once

#include "models/config/device_config.h"
#include "models/config/tile_config.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::analog {

// 3 sqrt(3) / 2: u (1 - u^2) is at most 1 over it for u in [0, 1].
inline constexpr float bow_scale = 2.598076211F;

class AnalogToDigital {
public:
    // Throws Error unless full_scale is above 0 and finite; ideal converters look at neither.
    AnalogToDigital(const config::DeviceConfig& device, const config::TileConfig& tile, std::int64_t product,
                    std::int64_t row_splits, std::int64_t outputs, double full_scale);

    static AnalogToDigital ideal() { return {}; }

    bool is_ideal() const { return ideal_; }
    double step() const { return step_; }
    std::int64_t converters() const { return static_cast<std::int64_t>(errors_.size()); }

    // One conversion each, in place; sums in real units, as words times step.
    void convert(std::int64_t row_split, std::int64_t output, std::span<float> sums) const;

private:
    AnalogToDigital() = default;

    struct Errors {
        float gain = 1, offset = 0, bow = 0;
    };

    bool ideal_ = true;
    double step_ = 0;
    float largest_word_ = 0;
    std::int64_t outputs_per_crossbar_ = 1, crossbars_per_split_ = 1, adcs_ = 1;
    std::vector<Errors> errors_;  // by (row split, crossbar, ADC)
};

// The digital words of a layer's inputs: word = clamp(round(x / step)), step = full scale / (2^(bits-1) - 1).
class InputWords {
public:
    // bits from 1: one bit is the sign alone, full scale or nothing. Throws Error unless full_scale is finite
    // and at least 0; 0: the layer only ever saw zeros, and all inputs become 0.
    InputWords(int bits, double full_scale);

    double step() const { return step_; }
    double largest_word() const { return largest_; }

    // In place, as words times step.
    void convert(std::span<float> map) const;

private:
    double step_ = 0, largest_ = 0;
};

// What each row's DAC makes of a word: x (1 + g) + o + l u (1 - u^2) 3 sqrt(3) / 2, in real units; one for
// every input of a crossbar's row. Column blocks side by side have DACs of their own.
struct DacErrors {
    std::vector<float> gain, offset, bow;  // (column block, input), real units but for the gain; or all empty
    bool present() const { return !gain.empty(); }
};
DacErrors draw_dac_errors(const config::DeviceConfig& device, std::int64_t product, std::int64_t blocks,
                          std::int64_t inputs, double step);

// Outputs, counted over all groups, that share the rows of one crossbar.
std::int64_t outputs_per_crossbar(const config::DeviceConfig& device, const config::TileConfig& tile);

}  // namespace quell::analog
