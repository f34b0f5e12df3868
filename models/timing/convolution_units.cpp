#include "models/timing/convolution_units.h"

#include <algorithm>

namespace quell::timing {

std::vector<UnitRun> ConvolutionUnits::pointwise(std::int64_t strip_pixels, std::int64_t inputs,
                                                 std::int64_t outputs) const {
    std::vector<UnitRun> runs;
    const std::int64_t full = strip_pixels / plan_.tile_pixels, rest = strip_pixels % plan_.tile_pixels;
    if (full > 0) runs.push_back({pointwise_unit(plan_.tile_pixels, inputs, outputs), full});
    if (rest > 0) runs.push_back({pointwise_unit(rest, inputs, outputs), 1});
    return runs;
}

std::vector<UnitRun> ConvolutionUnits::depthwise(std::int64_t strip) const {
    const denoiser::Geometry& g = plan_.geometry;
    const std::int64_t first = strip * plan_.strip_pixels, end = first + plan_.strip_size(strip);
    std::vector<UnitRun> runs;
    for (std::int64_t pixel = first; pixel < end; pixel += plan_.tile_pixels) {
        const std::int64_t size = std::min(plan_.tile_pixels, end - pixel);
        Unit unit;
        add_bias_pass(unit, 1);
        for (std::int64_t tap_row = -1; tap_row <= 1; ++tap_row) {
            const std::int64_t from = pixel + tap_row * g.width - 1;
            unit.add_pass(window_load(from, from + size + 2), weight_cycles(kArrayRows), 1);
        }
        unit.outputs = 1;
        unit.write = ceil_divide(size, plan_.write_words);
        if (!runs.empty() && runs.back().unit == unit) {
            ++runs.back().count;
        } else {
            runs.push_back({unit, 1});
        }
    }
    return runs;
}

std::int64_t ConvolutionUnits::depthwise_words(std::int64_t strip) const {
    const denoiser::Geometry& g = plan_.geometry;
    const std::int64_t first = strip * plan_.strip_pixels, end = first + plan_.strip_size(strip);
    std::int64_t words = 0;
    for (std::int64_t pixel = first; pixel < end; pixel += plan_.tile_pixels) {
        const std::int64_t size = std::min(plan_.tile_pixels, end - pixel);
        for (std::int64_t tap_row = -1; tap_row <= 1; ++tap_row) {
            const std::int64_t from = pixel + tap_row * g.width - 1;
            words += std::max<std::int64_t>(
                0, std::min(from + size + 2, g.pixels()) - std::max<std::int64_t>(from, 0));
        }
    }
    return words;
}

void ConvolutionUnits::add_bias_pass(Unit& unit, std::int64_t outputs) const {
    if (plan_.geometry.bias) unit.add_pass(0, outputs * weight_cycles(denoiser::kBiasWords), 1);
}

Unit ConvolutionUnits::pointwise_unit(std::int64_t pixels, std::int64_t inputs, std::int64_t outputs) const {
    const Cycles run_load = ceil_divide(pixels, plan_.core_read_words);
    const std::int64_t full = ceil_divide(inputs, kArrayRows) - 1, rest = inputs - full * kArrayRows;
    Unit unit;
    add_bias_pass(unit, outputs);
    unit.add_pass(kArrayRows * run_load, outputs * weight_cycles(kArrayRows), full);
    unit.add_pass(rest * run_load, outputs * weight_cycles(rest), 1);
    unit.outputs = outputs;
    unit.write = ceil_divide(pixels, plan_.core_write_words);
    return unit;
}

// Cycles to read pixels from..to of one channel of the bottleneck: one run for each strip they lie in;
// what is outside the map is not read.
Cycles ConvolutionUnits::window_load(std::int64_t from, std::int64_t to) const {
    from = std::max<std::int64_t>(from, 0);
    to = std::min(to, plan_.geometry.pixels());
    Cycles cycles = 0;
    while (from < to) {
        const std::int64_t strip_end = (from / plan_.strip_pixels + 1) * plan_.strip_pixels;
        const std::int64_t end = std::min(to, strip_end);
        cycles += ceil_divide(end - from, plan_.read_words);
        from = end;
    }
    return cycles;
}

}  // namespace quell::timing
