#include "models/analog/device/bit_serial_read.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/cell_by_cell.h"

#include <cmath>
#include <random>
#include <vector>

using namespace quell;
using analog::AnalogToDigital;
using analog::BitSerialRead;

namespace {

Approx approx(double value) {
    return Approx(value).epsilon(1e-5).margin(1e-7);
}

config::DeviceConfig ideal_cells() {
    config::DeviceConfig device;
    device.preset = config::DevicePreset::generic;
    device.programming_percent = 0;
    device.adc.range = config::ConverterRange::ideal;
    return device;
}

struct Layer {
    config::DeviceConfig device = ideal_cells();
    config::TileConfig tile;
    analog::LayerMatrix matrix;
    std::vector<float> weights;
    double inputs_full_scale = 1, adc_full_scale = 1;

    analog::LayerParts parts() const {
        analog::LayerParts parts;
        parts.groups = matrix.groups;
        parts.outputs = matrix.outputs;
        parts.inputs = matrix.inputs;
        parts.rows = tile.rows;
        parts.words = analog::InputWords(tile.input_bits, inputs_full_scale);
        parts.outputs_per_crossbar = analog::outputs_per_crossbar(device, tile);
        const std::int64_t outputs = matrix.groups * matrix.outputs;
        parts.adcs = AnalogToDigital(device, tile, 1, (matrix.inputs + tile.rows - 1) / tile.rows, outputs,
                                     adc_full_scale);
        parts.dacs = analog::draw_dac_errors(
            device, 1, (outputs + parts.outputs_per_crossbar - 1) / parts.outputs_per_crossbar, matrix.inputs,
            parts.words.step());
        return parts;
    }

    BitSerialRead read() const {
        return BitSerialRead(parts(), analog::Chip(device, tile).program_slices(1, weights, matrix),
                             tile.input_bits, tile.dac_bits);
    }

    // Columns (inputs, pixels) to (outputs, pixels).
    std::vector<float> multiply(const std::vector<float>& columns, std::int64_t pixels,
                                std::int64_t group = 0, const analog::ReadKey& key = {1, 1, 0}) const {
        std::vector<float> values(static_cast<std::size_t>(matrix.outputs * pixels)), scratch;
        read().multiply(key, {columns.data(), pixels, matrix.inputs, pixels, group, 0},
                        {values.data(), pixels}, scratch);
        return values;
    }

    std::vector<double> observe(const std::vector<float>& columns) const {
        std::vector<double> sums;
        std::vector<float> scratch;
        read().observe(
            {columns.data(), 1, matrix.inputs, 1, 0, 0},
            [&](std::span<const float> seen) { sums.insert(sums.end(), seen.begin(), seen.end()); }, scratch);
        return sums;
    }
};

// 3-bit words of step 1, full scale 3, bit by bit: 3 = 011 and -2 = 110 on weights 1 and -0.5.
Layer by_hand() {
    Layer layer;
    layer.tile.input_bits = 3;
    layer.inputs_full_scale = 3;
    layer.matrix = {1, 2, 1};
    layer.weights = {1, -0.5F};
    return layer;
}

}  // namespace

TEST_CASE("bits are read one after the other", "[bit serial]") {
    Layer layer = by_hand();
    GIVEN("no converters") {
        // In units of W X = 3: bit 0 reads 1, bit 1 reads 1 - 0.5, the sign bit -0.5.
        const std::vector<double> sums = layer.observe({3, -2});
        REQUIRE(sums.size() == 3);
        CHECK(sums[0] == approx(3));
        CHECK(sums[1] == approx(1.5));
        CHECK(sums[2] == approx(-1.5));
        CHECK(layer.multiply({3, -2}, 1)[0] == approx(3 * 1 + 2 * 0.5));
    }
    GIVEN("converters of 3 bits, full scale 3") {
        // Steps of 1: 3, 2 (1.5 goes to the even word), -2; worth 1/3, 2/3 and -4/3.
        layer.device.adc = {3, config::ConverterRange::fixed};
        layer.adc_full_scale = 3;
        CHECK(layer.multiply({3, -2}, 1)[0] == approx(1 + 4.0 / 3 + 8.0 / 3));
    }
    GIVEN("converters of 3 bits, full scale 2") {
        // Steps of 2/3: 3 is cut to 2, 1.5 is 2.25 steps, so 4/3.
        layer.device.adc = {3, config::ConverterRange::fixed};
        layer.adc_full_scale = 2;
        CHECK(layer.multiply({3, -2}, 1)[0] == approx(2.0 / 3 + 8.0 / 9 + 16.0 / 9));
    }
    GIVEN("two bits at a time") {
        // 3 = (0, 3), -2 = (-1, 2): D = 3, the first read 1 * 3/3 - 0.5 * 2/3, the second 0.5 * 1/3.
        layer.tile.dac_bits = 2;
        const std::vector<double> sums = layer.observe({3, -2});
        REQUIRE(sums.size() == 2);
        CHECK(sums[0] == approx(3 * 2.0 / 3));
        CHECK(sums[1] == approx(3 * 0.5 / 3));
        CHECK(layer.multiply({3, -2}, 1)[0] == approx(4));
    }
    GIVEN("all at a time") {
        layer.tile.dac_bits = 3;
        CHECK(layer.observe({3, -2}) == std::vector<double>{4});
    }
    GIVEN("two pairs to a weight, 2 bits of 3 each, no more") {
        // weight_bits = 4: magnitudes of 7: 7 = (1, 3), 4 (3.5 goes up) = (1, 0); worth 3 * 4 / 7 and 3 / 7.
        layer.tile.weight_bits = 4;
        layer.device.cells_per_weight = 2;
        const std::vector<double> sums = layer.observe({3, -2});
        REQUIRE(sums.size() == 6);
        CHECK(sums[0] == approx(3 * 1.0 / 3));
        CHECK(sums[1] == approx(3));
        CHECK(sums[2] == approx(0));
        CHECK(sums[3] == approx(3));
        CHECK(layer.multiply({3, -2}, 1)[0] == approx(3 + 2 * 4.0 / 7));
    }
}

TEST_CASE("steps, slices, splits and groups make up the product", "[bit serial]") {
    Layer layer;
    layer.tile.rows = 16;
    layer.tile.columns = 8;
    layer.tile.weight_bits = 16;
    layer.tile.input_bits = GENERATE(2, 7, 8, 16);
    layer.tile.dac_bits = GENERATE(1, 2, 3, 16);
    layer.device.cells_per_weight = GENERATE(1, 5);
    layer.inputs_full_scale = 2.5;
    layer.matrix = {2, 41, 3};
    std::mt19937 generator(4);
    std::uniform_real_distribution<float> uniform(-1, 1);
    layer.weights.resize(2 * 41 * 3);
    for (float& weight : layer.weights) weight = uniform(generator);
    const std::int64_t pixels = 5;
    const auto largest = static_cast<float>((1 << (layer.tile.input_bits - 1)) - 1);
    std::vector<float> columns(41 * 5);
    for (float& x : columns) x = std::round(uniform(generator) * largest) * 2.5F / largest;
    for (const std::int64_t group : {0, 1}) {
        const std::vector<float> values = layer.multiply(columns, pixels, group);
        for (std::int64_t output = 0; output < 3; ++output) {
            for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
                double expected = 0;
                for (std::int64_t input = 0; input < 41; ++input) {
                    const auto cell = static_cast<std::size_t>((group * 3 + output) * 41 + input);
                    expected +=
                        static_cast<double>(layer.weights[cell]) *
                        static_cast<double>(columns[static_cast<std::size_t>(input * pixels + pixel)]);
                }
                // Weights on slices are rounded to 15 bits: half a step each.
                CHECK(static_cast<double>(values[static_cast<std::size_t>(output * pixels + pixel)]) ==
                      Approx(expected).margin(1e-4 + 41 * 2.5 * 0.5 / 32767));
            }
        }
    }
}

TEST_CASE("each step goes through the rows' DACs with their errors", "[bit serial]") {
    Layer layer;
    layer.device.dac = {8, config::ConverterRange::calibrated, 99.9, 0, 0.5, 4, 0.3};
    layer.tile.input_bits = 6;
    layer.tile.dac_bits = GENERATE(1, 2, 3);
    layer.tile.rows = 8;
    layer.tile.columns = 4;
    layer.inputs_full_scale = 31;
    layer.matrix = {1, 12, 5};
    std::mt19937 generator(8);
    std::uniform_real_distribution<float> uniform(-1, 1);
    layer.weights.resize(60);
    for (float& weight : layer.weights) weight = uniform(generator);
    std::vector<float> columns(12);
    for (float& x : columns) x = std::round(uniform(generator) * 31);
    const analog::DacErrors dacs = layer.parts().dacs;
    REQUIRE(dacs.present());
    const std::vector<float> values = layer.multiply(columns, 1);
    const int bits = 6, dac_bits = layer.tile.dac_bits, places = bits / dac_bits;
    const double most = std::pow(2.0, dac_bits) - 1;
    for (std::size_t output = 0; output < 5; ++output) {
        double expected = 0;
        for (int place = 0; place < places; ++place) {
            for (std::size_t input = 0; input < 12; ++input) {
                // Two outputs share a crossbar of four columns, and its DACs. A single bit is driven as it is
                // and counts negative in the end.
                const std::size_t dac = output / 2 * 12 + input;
                double d = test::digit(static_cast<int>(columns[input]), place, bits, dac_bits);
                const double sign = dac_bits == 1 && place == places - 1 ? -1 : 1;
                d *= sign;
                const double u = d / most;
                d = d * (1 + double(dacs.gain[dac])) + double(dacs.offset[dac]) +
                    double(dacs.bow[dac]) * (u - u * u * u) * 1.5 * std::sqrt(3.0);
                expected +=
                    sign * std::pow(2.0, place * dac_bits) * d * double(layer.weights[output * 12 + input]);
            }
        }
        CHECK(static_cast<double>(values[output]) == approx(expected));
    }
}

TEST_CASE("a drifted layer is compensated after the conversion", "[bit serial]") {
    Layer layer = by_hand();
    layer.device.drift_exponent = 0.1;
    layer.device.time_s = 20 * 1024;  // everything at half: 1024^-0.1
    CHECK(layer.multiply({3, -2}, 1)[0] == approx(2));
    layer.device.drift_compensation = config::DriftCompensation::global;
    CHECK(layer.multiply({3, -2}, 1)[0] == approx(4));
    // Steps of 1 see 1.5, 0.75 and -0.75: 2, 1, -1; then twice that.
    layer.device.adc = {3, config::ConverterRange::fixed};
    layer.adc_full_scale = 3;
    CHECK(layer.multiply({3, -2}, 1)[0] == approx(2 * (2.0 / 3 + 2.0 / 3 + 4.0 / 3)));
}

TEST_CASE("a read has one key and one outcome", "[bit serial]") {
    Layer layer = by_hand();
    layer.device.read_percent = 5;
    const std::vector<float> columns{3, 3, 3, -2, -2, -2};
    const std::vector<float> first = layer.multiply(columns, 3, 0, {1, 1, 0});
    CHECK(layer.multiply(columns, 3, 0, {1, 1, 0}) == first);
    CHECK(layer.multiply(columns, 3, 0, {2, 1, 0}) != first);
    CHECK(layer.multiply(columns, 3, 0, {1, 2, 0}) != first);
    CHECK(layer.multiply(columns, 3, 0, {1, 1, 1}) != first);
    CHECK(first[0] != first[1]);
}

TEST_CASE("no bits cannot be read", "[bit serial]") {
    Layer layer = by_hand();
    const analog::SlicesOnChip slices =
        analog::Chip(layer.device, layer.tile).program_slices(1, layer.weights, layer.matrix);
    CHECK_THROWS_WITH(BitSerialRead(layer.parts(), slices, 0, 1),
                      test::contains("inputs of 0 bits, 1 at a time: expected 1 to 22 bits"));
    CHECK_THROWS_AS(BitSerialRead(layer.parts(), slices, 8, 0), Error);
}
