#include "tests/statistics/read_noise_cases.h"

#include "models/analog/device/bit_serial_read.h"
#include "models/analog/device/output_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace quell::statistics {
namespace {

using test::CellByCell;
using Cumulants = CellByCell::Cumulants;

constexpr std::int64_t kProduct = 3;
constexpr std::array<const char*, 3> kPresets{"pcm", "reram", "generic"};

analog::LayerParts parts_of(const RandomTile& tile) {
    analog::LayerParts parts;
    parts.outputs = tile.matrix.outputs;
    parts.inputs = tile.matrix.inputs;
    parts.rows = tile.tile.rows;
    const double largest = std::ldexp(1.0, tile.tile.input_bits - 1) - 1;
    parts.words = analog::InputWords(tile.tile.input_bits, tile.step * largest);
    parts.outputs_per_crossbar = analog::outputs_per_crossbar(tile.device, tile.tile);
    return parts;
}

std::unique_ptr<analog::LayerProduct> layer_of(const RandomTile& tile, Read read) {
    const analog::Chip chip(tile.device, tile.tile);
    analog::LayerParts parts = parts_of(tile);
    if (read == Read::output) {
        parts.cells = chip.program(kProduct, tile.weights, tile.matrix);
        return std::make_unique<analog::OutputRead>(std::move(parts));
    }
    return std::make_unique<analog::BitSerialRead>(std::move(parts),
                                                   chip.program_slices(kProduct, tile.weights, tile.matrix),
                                                   tile.tile.input_bits, tile.tile.dac_bits);
}

Cumulants cumulants_of(const RandomTile& tile, Read read, std::int64_t output) {
    const CellByCell cells(analog::Chip(tile.device, tile.tile), kProduct, tile.weights, tile.matrix, 0);
    return read == Read::output ? cells.cumulants(output, tile.inputs())
                                : cells.bit_serial_cumulants(output, tile.words, tile.step,
                                                             tile.tile.input_bits, tile.tile.dac_bits);
}

struct Moments {
    double mean = 0, deviation = 0;
};
Moments moments(const std::vector<double>& samples) {
    double sum = 0, squares = 0;
    for (const double sample : samples) sum += sample;
    const double n = static_cast<double>(samples.size()), mean = sum / n;
    for (const double sample : samples) squares += (sample - mean) * (sample - mean);
    return {mean, std::sqrt(squares / (n - 1))};
}

double largest_distance(std::vector<double> a, std::vector<double> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    double largest = 0;
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        const double value = std::min(a[i], b[j]);
        while (i < a.size() && a[i] <= value) ++i;
        while (j < b.size() && b[j] <= value) ++j;
        largest = std::max(largest, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                             static_cast<double>(j) / static_cast<double>(b.size())));
    }
    return largest;
}

// Of the logarithm of the ratio of two sample deviations, one of normal numbers, one of these.
double ratio_error(const Cumulants& c, double samples) {
    const double excess = c.fourth / (c.variance * c.variance);
    return std::sqrt((2.0 + (2.0 + excess)) / (4.0 * samples));
}

}  // namespace

RandomTile::RandomTile(std::uint64_t tile_number) : number(tile_number) {
    std::mt19937_64 generator(1000 + number);
    const auto from = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(generator);
    };
    const auto one_of = [&](const std::vector<double>& values) {
        return values[static_cast<std::size_t>(from(0, static_cast<int>(values.size()) - 1))];
    };
    device.preset = static_cast<config::DevicePreset>(number % 3);
    device.time_s = one_of({1, 20, 3600, 1e6});
    device.programming_percent = one_of({0, 2, 10});
    device.drift_exponent = one_of({0, 0.05});
    device.drift_exponent_sigma = 0.01;
    device.read_percent = one_of({0.5, 3, 10});
    device.stuck_on_percent = one_of({0, 0, 2});
    device.stuck_off_percent = one_of({0, 0, 5});
    device.wire_ohm = one_of({0, 0, 5, 50});
    device.cells_per_weight = static_cast<int>(one_of({1, 1, 2, 4}));
    device.chip_seed = number;
    tile.rows = from(8, 64);
    tile.columns = from(2, 16);
    tile.weight_bits = 9;
    tile.input_bits = from(2, 8);
    tile.dac_bits = from(1, 3);
    matrix = {1, from(8, 96), from(1, 3)};

    const int filling = from(0, 2);
    std::normal_distribution<float> normal(0, 0.25F);
    std::uniform_real_distribution<float> uniform(-1, 1);
    weights.resize(static_cast<std::size_t>(matrix.inputs * matrix.outputs));
    for (float& weight : weights) {
        // As a network's, everything alike, or nine of ten at zero.
        weight = filling == 0 ? normal(generator) : uniform(generator);
        if (filling == 2 && from(0, 9) > 0) weight = 0;
    }
    const int largest = (1 << (tile.input_bits - 1)) - 1;
    const bool signs = from(0, 1) == 1;
    words.resize(static_cast<std::size_t>(matrix.inputs));
    for (int& word : words) word = from(signs ? -largest : 0, largest);
    words.front() = largest;  // never nothing at all
    step = 0.37 / largest;
}

std::string RandomTile::name() const {
    return fmt::format("tile {} ({}, {} x {}, {} pairs a weight, {} s)", number,
                       kPresets[static_cast<std::size_t>(device.preset)], matrix.inputs, matrix.outputs,
                       device.cells_per_weight, device.time_s);
}

std::vector<double> RandomTile::inputs() const {
    std::vector<double> values;
    for (const int word : words) values.push_back(step * word);
    return values;
}

Samples closed_form_samples(const RandomTile& tile, Read read, std::int64_t samples) {
    const auto layer = layer_of(tile, read);
    const auto outputs = static_cast<std::size_t>(tile.matrix.outputs);
    constexpr std::int64_t most_pixels = 1000;
    std::vector<float> columns, scratch;
    for (const double x : tile.inputs()) {
        columns.insert(columns.end(), most_pixels, static_cast<float>(x));
    }
    std::vector<float> values(outputs * most_pixels);
    Samples all(outputs);
    for (std::int64_t done = 0, part = 0; done < samples; done += most_pixels, ++part) {
        network::ProductInputs in{
            columns.data(), most_pixels, tile.matrix.inputs, std::min(most_pixels, samples - done), 0, part};
        layer->multiply({tile.number, kProduct, 0}, in, {values.data(), most_pixels}, scratch);
        for (std::size_t output = 0; output < outputs; ++output) {
            const auto row = values.begin() + static_cast<std::ptrdiff_t>(output) * most_pixels;
            all[output].insert(all[output].end(), row, row + in.pixels);
        }
    }
    return all;
}

Samples cell_by_cell_samples(const RandomTile& tile, Read read, std::int64_t samples, test::Cut cut) {
    CellByCell cells(analog::Chip(tile.device, tile.tile), kProduct, tile.weights, tile.matrix,
                     900 + tile.number, cut);
    const std::vector<double> inputs = tile.inputs();
    Samples all(static_cast<std::size_t>(tile.matrix.outputs));
    for (std::int64_t i = 0; i < samples; ++i) {
        const std::vector<double> outputs =
            read == Read::output
                ? cells.read(inputs)
                : cells.read_bit_serial(tile.words, tile.step, tile.tile.input_bits, tile.tile.dac_bits);
        for (std::size_t output = 0; output < outputs.size(); ++output)
            all[output].push_back(outputs[output]);
    }
    return all;
}

double cell_variance(const RandomTile& tile, Read read) {
    return cumulants_of(tile, read, 0).variance;
}

std::int64_t samples_for_ratio(const RandomTile& tile, Read read, double error) {
    double most = 0;
    for (std::int64_t output = 0; output < tile.matrix.outputs; ++output) {
        const double of_one = kCriticalNormal * ratio_error(cumulants_of(tile, read, output), 1);
        most = std::max(most, of_one * of_one / (error * error));
    }
    return static_cast<std::int64_t>(std::ceil(most));
}

void compare_reads(const RandomTile& tile, Read read, const Samples& closed_form, const Samples& cell_by_cell,
                   Comparisons& comparisons) {
    for (std::size_t output = 0; output < closed_form.size(); ++output) {
        const std::string what = fmt::format("{}, {}, output {}", tile.name(),
                                             read == Read::output ? "output" : "bit_serial", output);
        const Cumulants c = cumulants_of(tile, read, static_cast<std::int64_t>(output));
        const auto n = static_cast<double>(closed_form[output].size());
        const Moments ours = moments(closed_form[output]), theirs = moments(cell_by_cell[output]);
        comparisons.normal(what + ": ratio of deviations", ours.deviation / theirs.deviation, 1,
                           ratio_error(c, n));
        comparisons.normal(what + ": difference of means, in deviations",
                           (ours.mean - theirs.mean) / std::sqrt(c.variance), 0, std::sqrt(2 / n));
        // Two samples of the same size: P(D > d) <= 2 exp(-n d^2) (Wei and Dudley). What the cells' own
        // distribution is off a normal one comes on top, by the Edgeworth series: its terms in skewness and
        // excess are at most 0.0665 and 0.0229 of them; half as much again for what follows.
        const double skewness = std::abs(c.third) / std::pow(c.variance, 1.5);
        const double excess = std::abs(c.fourth) / (c.variance * c.variance);
        const double not_normal = 1.5 * (0.0665 * skewness + 0.0229 * excess);
        comparisons.at_most(what + ": Kolmogorov-Smirnov distance",
                            largest_distance(closed_form[output], cell_by_cell[output]),
                            std::sqrt(std::log(2 / kFalseAlarm) / n) + not_normal);
    }
}

}  // namespace quell::statistics
