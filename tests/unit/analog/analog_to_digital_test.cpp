#include "models/analog/device/analog_to_digital.h"

#include "models/analog/device/value_distribution.h"
#include "models/base/error.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace quell;
using analog::AnalogToDigital;

namespace {

config::DeviceConfig converters(int bits) {
    config::DeviceConfig device;
    device.adc.bits = bits;
    return device;
}

std::vector<float> converted(const AnalogToDigital& adc, std::vector<float> sums, std::int64_t split = 0,
                             std::int64_t output = 0) {
    adc.convert(split, output, sums);
    return sums;
}

}  // namespace

TEST_CASE("an ADC of b bits has 2^b - 1 words, symmetric about zero") {
    // 4 bits: words -7 to 7; full scale 14: steps of 2.
    const AnalogToDigital adc(converters(4), {}, 1, 1, 1, 14.0);
    CHECK(adc.step() == 2.0);
    CHECK(converted(adc, {0, 0.9F, 1.1F, -2.9F, -3.1F, 13, 14, 15, 1000, -1000}) ==
          std::vector<float>{0, 0, 2, -2, -4, 12, 14, 14, 14, -14});

    std::vector<float> ramp;
    for (int i = -2000; i <= 2000; ++i) ramp.push_back(0.01F * static_cast<float>(i));
    const std::vector<float> words = converted(adc, ramp);
    CHECK(std::set<float>(words.begin(), words.end()).size() == 15);
}

TEST_CASE("gain, offset and bow of an ADC are those of its definition") {
    config::DeviceConfig device = converters(12);
    device.adc.gain_percent = 2;
    device.adc.offset_lsb = 3;
    device.adc.inl_lsb = 5;
    config::TileConfig tile;
    tile.columns = 8;  // four pairs of columns: four outputs a crossbar
    tile.adcs = 2;
    // 10 outputs on 3 crossbars, 2 row splits, 2 ADCs each.
    const AnalogToDigital adc(device, tile, 1, 2, 10, 2047.0);
    CHECK(adc.converters() == 12);

    // Three points find gain g, offset o and bow l of each converter: word(s) = g s + o + l bow(s / 2047).
    const auto bow = [](double u) { return 1.5 * std::sqrt(3.0) * u * (1 - u * u); };
    std::set<std::vector<float>> different;
    for (std::int64_t split = 0; split < 2; ++split) {
        for (std::int64_t output = 0; output < 10; ++output) {
            const std::vector<float> points = converted(adc, {0, 1000, -1000, 500, -1500}, split, output);
            different.insert(points);
            const double offset = points[0], at = 1000.0 / 2047.0, half = 500.0 / 2047.0;
            // (w(1000) - w(-1000)) / 2 = 1000 g + l bow(at); w(500) - o = 500 g + l bow(half)
            const double a = (points[1] - points[2]) / 2.0, b = points[3] - offset;
            const double l = (a - 2 * b) / (bow(at) - 2 * bow(half)), g = (a - l * bow(at)) / 1000.0;
            const double expected = offset - 1500 * g - l * bow(1500.0 / 2047.0);
            // Each word is rounded by up to a half; the solution amplifies that.
            CHECK(std::abs(points[4] - expected) < 12.0);
            CHECK(std::abs(g - 1) < 0.12);
            CHECK(std::abs(offset) < 16.0);
            // Outputs 0 and 2 of a crossbar share an ADC, 0 and 1 do not.
            CHECK(points == converted(adc, {0, 1000, -1000, 500, -1500}, split, output / 4 * 4 + output % 2));
        }
    }
    CHECK(different.size() == 12);
}

TEST_CASE("errors of many ADCs have the deviations asked for, another chip others") {
    config::DeviceConfig device = converters(16);
    device.adc.gain_percent = 1;
    device.adc.offset_lsb = 20;
    config::TileConfig tile;
    tile.columns = 2;  // an output a crossbar
    constexpr std::int64_t count = 20'000;
    const AnalogToDigital adc(device, tile, 3, 1, count, 32767.0);
    device.chip_seed = 2;
    const AnalogToDigital other(device, tile, 3, 1, count, 32767.0);
    double offsets = 0, gains = 0;
    int equal = 0;
    for (std::int64_t output = 0; output < count; ++output) {
        const std::vector<float> points = converted(adc, {0, 20000}, 0, output);
        offsets += std::pow(static_cast<double>(points[0]), 2) / count;
        gains += std::pow((static_cast<double>(points[1]) - points[0]) / 20000 - 1, 2) / count;
        equal += points == converted(other, {0, 20000}, 0, output) ? 1 : 0;
    }
    // A variance of n normal numbers is within 6 sqrt(2 / n) = 6 %, but once in 5e8.
    CHECK(offsets == Approx(400 + 1.0 / 12).epsilon(0.06));
    CHECK(gains == Approx(1e-4).epsilon(0.06));
    CHECK(equal < 100);
}

TEST_CASE("what is no full scale is refused, ideal ADCs need none") {
    for (const double scale :
         {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS(AnalogToDigital(converters(8), {}, 1, 1, 1, scale), Error);
    }
    CHECK(converted(AnalogToDigital::ideal(), {0.123F, 1e9F}) == std::vector<float>{0.123F, 1e9F});
    CHECK_THROWS_AS(analog::InputWords(8, -1), Error);
}

TEST_CASE("inputs become words of their bits") {
    const analog::InputWords words(4, 3.5);  // -7 to 7, steps of a half
    std::vector<float> map{0, 0.2F, 0.3F, -0.8F, 3.4F, 9, -9};
    words.convert(map);
    CHECK(map == std::vector<float>{0, 0, 0.5F, -1, 3.5F, 3.5F, -3.5F});
    std::vector<float> nothing{1, -1};
    analog::InputWords(4, 0).convert(nothing);
    CHECK(nothing == std::vector<float>{0, 0});
}

TEST_CASE("a percentile lies between the ones counted by hand") {
    analog::ValueDistribution seen;
    CHECK(seen.percentile(50) == 0);
    std::vector<float> values;
    for (int i = 1; i <= 1000; ++i)
        values.push_back(i % 2 == 0 ? static_cast<float>(i) : -static_cast<float>(i));
    std::shuffle(values.begin(), values.end(), std::mt19937(5));
    seen.add(values);
    CHECK(seen.count() == 1000);
    CHECK(seen.largest() == 1000);
    for (const double percent : {1.0, 50.0, 90.0, 99.0, 100.0}) {
        CAPTURE(percent);
        CHECK(seen.percentile(percent) >= 10 * percent);
        CHECK(seen.percentile(percent) <= std::min(1000.0, 10 * percent * 1.0321));  // 33 / 32 of it at most
    }
    const std::vector<float> bad{1, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_AS(seen.add(bad), Error);
}
