// A network whose products a chip makes, against the network itself.
#include "models/analog/device/device_machine.h"

#include "models/base/error.h"
#include "models/network/executor_factory.h"
#include "models/network/graph_builder.h"
#include "tests/support/catch.h"
#include "tests/support/drawn_tensor.h"

#include <cmath>
#include <limits>
#include <random>

using namespace quell;
using config::ConverterRange;
using test::drawn;

namespace {

// Every kind of product: dense with stride and padding, grouped, depthwise, pointwise, fully connected.
network::Graph sample() {
    std::uint64_t seed = 1;
    network::GraphBuilder b("sample", [&](const network::ParameterRequest& request) {
        return drawn(request.shape, ++seed, -0.5F, 0.6F);
    });
    std::string x = b.input("x", {1, 3, 13, 11});
    x = b.relu("r1", b.convolution("dense", x, {8, {3, 3}, {2, 2}, {1, 1, 1, 1}, 1, true, {1, 1}}));
    x = b.relu("r2", b.convolution("grouped", x, {6, {3, 1}, {1, 1}, {}, 2, true, {1, 1}}));
    x = b.relu("r3", b.convolution("depthwise", x, {12, {3, 3}, {1, 1}, {1, 1, 1, 1}, 6, false, {1, 1}}));
    x = b.convolution("pointwise", x, {5, {1, 1}, {1, 1}, {}, 1, true, {1, 1}});
    x = b.linear("classes", b.flatten("flat", x), 4);
    return b.build({x});
}

config::DeviceConfig exact() {
    config::DeviceConfig device;
    device.preset = config::DevicePreset::generic;
    device.programming_percent = 0;
    device.adc.range = ConverterRange::ideal;
    return device;
}

config::TileConfig small_tile() {
    config::TileConfig tile;
    tile.rows = 16;
    tile.columns = 8;
    return tile;
}

double largest_difference(const Tensor<float>& a, const Tensor<float>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(a.values[i]) - b.values[i]));
    return largest;
}

const Tensor<float> image = drawn({3, 13, 11}, 99);

}  // namespace

TEST_CASE("a chip without errors and with ideal ADCs computes what the network computes") {
    for (const auto arithmetic : {config::Arithmetic::float32, config::Arithmetic::fixed16}) {
        const auto executor = network::make_executor(sample(), arithmetic, {image});
        const analog::DeviceMachine machine(exact(), small_tile(), 1, *executor, {image});
        const Tensor<float> clean = executor->run(image), read = executor->run(image, 0, &machine);
        double size = 0;
        for (const float value : clean.values) size = std::max(size, std::abs(static_cast<double>(value)));
        // 16-bit inputs: a relative error of 2^-16 in each of five layers, and a word or two in fixed16.
        CHECK(largest_difference(clean, read) < 1e-3 * size);
        CHECK(largest_difference(clean, read) > 0);  // the DACs are there
    }
}

TEST_CASE("fine ADCs change little, coarse ones much, and every row split has its own") {
    const auto executor = network::make_executor(sample(), config::Arithmetic::float32, {image});
    const Tensor<float> clean = executor->run(image);
    config::DeviceConfig device = exact();
    device.adc.range = ConverterRange::calibrated;
    const auto error = [&](int bits) {
        device.adc.bits = bits;
        const analog::DeviceMachine machine(device, small_tile(), 1, *executor, {image});
        return largest_difference(clean, executor->run(image, 0, &machine));
    };
    const double fine = error(16), middle = error(10), coarse = error(5);
    // Each bit halves the step: 2^6 and 2^5 between them, to a factor of two for the luck of one image.
    CHECK(middle / fine > 32);
    CHECK(middle / fine < 128);
    CHECK(coarse / middle > 16);
    CHECK(coarse / middle < 64);
}

TEST_CASE("a convolution through converters is the sum of its row splits' words") {
    // One output pixel: 40 inputs on rows of 16: splits of 16, 16 and 8.
    network::GraphBuilder b("one",
                            [](const network::ParameterRequest& request) { return drawn(request.shape, 4); });
    const std::string x = b.input("x", {1, 40, 1, 1});
    network::Graph graph = b.build({b.convolution("y", x, {3, {1, 1}, {1, 1}, {}, 1, false, {1, 1}})});
    const Tensor<float> weights = graph.constants.begin()->second;
    const auto executor = network::make_executor(std::move(graph), config::Arithmetic::float32, {});
    config::DeviceConfig device = exact();
    device.adc = {6, ConverterRange::fixed};
    device.adc.fixed = 3;  // cells at the largest weight with the largest input
    device.dac.range = ConverterRange::fixed;
    device.dac.fixed = 2;
    config::TileConfig tile = small_tile();
    tile.input_bits = 8;
    const analog::DeviceMachine machine(device, tile, 1, *executor, {});
    const Tensor<float> input = drawn({40, 1, 1}, 12, -2.5F, 2.5F);
    const Tensor<float> output = executor->run(input, 0, &machine);

    double largest = 0;
    for (const float weight : weights.values)
        largest = std::max(largest, std::abs(static_cast<double>(weight)));
    const double dac_step = 2.0 / 127, adc_step = 3 * largest * 2.0 / 31;
    for (std::size_t o = 0; o < 3; ++o) {
        double sum = 0;
        for (std::size_t from = 0; from < 40; from += 16) {
            double part = 0;
            for (std::size_t i = from; i < std::min<std::size_t>(from + 16, 40); ++i) {
                const double word = std::clamp(std::nearbyint(input.values[i] / dac_step), -127.0, 127.0);
                part += static_cast<double>(weights.values[o * 40 + i]) * word * dac_step;
            }
            sum += std::clamp(std::nearbyint(part / adc_step), -31.0, 31.0) * adc_step;
        }
        CHECK(output.values[o] == Approx(sum).epsilon(1e-5));
    }
}

TEST_CASE("errors of the DACs act row by row") {
    network::GraphBuilder b("one",
                            [](const network::ParameterRequest& request) { return drawn(request.shape, 4); });
    const std::string x = b.input("x", {1, 20, 1, 1});
    network::Graph graph = b.build({b.convolution("y", x, {6, {1, 1}, {1, 1}, {}, 1, false, {1, 1}})});
    const Tensor<float> weights = graph.constants.begin()->second;
    const auto executor = network::make_executor(std::move(graph), config::Arithmetic::float32, {});
    config::DeviceConfig device = exact();
    device.dac = {};
    device.dac.range = ConverterRange::fixed;
    device.dac.fixed = 1;
    device.dac.gain_percent = 10;
    device.dac.offset_lsb = 900;
    device.dac.inl_lsb = 700;
    const config::TileConfig tile = small_tile();  // 8 columns: 4 outputs a crossbar, so two blocks
    const analog::DeviceMachine machine(device, tile, 1, *executor, {});
    const double step = 1.0 / 32767;
    const analog::DacErrors errors = analog::draw_dac_errors(device, 1, 2, 20, step);
    REQUIRE(errors.gain.size() == 40);
    const Tensor<float> input = drawn({20, 1, 1}, 12);
    const Tensor<float> output = executor->run(input, 0, &machine);
    for (std::size_t o = 0; o < 6; ++o) {
        double sum = 0;
        for (std::size_t i = 0; i < 20; ++i) {
            const double v = std::nearbyint(input.values[i] / step) * step;
            const std::size_t dac = o / 4 * 20 + i;
            const double bow = 1.5 * std::sqrt(3.0) * v * (1 - v * v);
            sum += static_cast<double>(weights.values[o * 20 + i]) *
                   (v * (1 + static_cast<double>(errors.gain[dac])) + errors.offset[dac] +
                    errors.bow[dac] * bow);
        }
        CHECK(output.values[o] == Approx(sum).epsilon(1e-4));
    }
}

TEST_CASE("one chip, many reads: the chip's seed and the run's are separate") {
    const auto executor = network::make_executor(sample(), config::Arithmetic::fixed16, {image});
    config::DeviceConfig device;  // PCM: programming and read noise
    const auto read = [&](std::uint64_t chip_seed, std::uint64_t run_seed, std::int64_t index) {
        device.chip_seed = chip_seed;
        const analog::DeviceMachine machine(device, small_tile(), run_seed, *executor, {image});
        return executor->run(image, index, &machine).values;
    };
    const std::vector<float> first = read(1, 1, 0);
    CHECK(first == read(1, 1, 0));
    CHECK(first != read(1, 2, 0));
    CHECK(first != read(1, 1, 1));  // another image of the data set, the same pixels
    CHECK(first != read(2, 1, 0));

    // Without read noise all reads of a chip are the same.
    device.preset = config::DevicePreset::generic;
    CHECK(read(1, 1, 0) == read(1, 2, 5));
    CHECK(read(1, 1, 0) != read(2, 1, 0));
}

TEST_CASE("what a chip cannot be programmed or calibrated with is refused by one line") {
    const auto executor = network::make_executor(sample(), config::Arithmetic::float32, {});
    CHECK_THROWS_WITH(analog::DeviceMachine({}, {}, 1, *executor, {}),
                      Catch::Matchers::Contains("needs images to set the converters' ranges on"));

    network::Graph broken = sample();
    for (auto& [name, tensor] : broken.constants) {
        if (name.find("pointwise") != std::string::npos && tensor.shape.size() == 4)
            tensor.values[7] = std::numeric_limits<float>::quiet_NaN();
    }
    const auto bad = network::make_executor(std::move(broken), config::Arithmetic::float32, {});
    config::DeviceConfig fixed = exact();
    fixed.dac.range = ConverterRange::fixed;
    fixed.dac.fixed = 1;
    CHECK_THROWS_WITH(analog::DeviceMachine(fixed, {}, 1, *bad, {}),
                      Catch::Matchers::Contains("pointwise") && Catch::Matchers::Contains("nan"));
}
