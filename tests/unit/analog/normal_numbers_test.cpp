#include "models/analog/normal_numbers.h"

#include "tests/support/catch.h"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace quell::analog;

namespace {

// The header's definition, in double precision and by the library's own generator.
double reference_number(const NormalKey& key, std::uint32_t element) {
    const std::uint32_t index = 64 * (element / 256) + element % 64, number = element % 256 / 64;
    const r123::Philox4x32::ctr_type counter{{index, key.image, key.product, 0x4E4F4953}};
    const r123::Philox4x32::key_type seed{
        {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)}};
    const auto words = r123::Philox4x32{}(counter, seed);
    const std::size_t pair = number / 2;
    const double u = (static_cast<double>(words[2 * pair] >> 1) + 0.5) / 2147483648.0;
    const double angle = 2 * M_PI * static_cast<double>(words[2 * pair + 1]) / 4294967296.0;
    const double radius = std::sqrt(-2 * std::log(std::min(u, 1.0)));
    return radius * (number % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

double normal_distribution(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

}  // namespace

TEST_CASE("the numbers are those of the documented construction", "[analog]") {
    const NormalKey key{0x123456789ABCDEF0, 7, 42};
    std::vector<float> numbers(1000);
    fill_normal(key, numbers);
    for (std::uint32_t e = 0; e < numbers.size(); ++e) {
        const double expected = reference_number(key, e);
        CAPTURE(e);
        // The radius of u near 1 loses digits of 1 - u in single precision; elsewhere 1e-6 holds.
        REQUIRE(std::fabs(numbers[e] - expected) <
                1e-6 * std::max(1.0, std::fabs(expected)) + 2e-4 * (std::fabs(expected) < 0.01));
    }
}

TEST_CASE("the numbers do not depend on how many are asked for", "[analog]") {
    const NormalKey key{5, 1, 0};
    std::vector<float> many(5000), few(300);
    fill_normal(key, many);
    fill_normal(key, few);
    REQUIRE(std::equal(few.begin(), few.end(), many.begin()));
}

// False-alarm rate: four two-sided tests at 1e-6 each; the seed is fixed, so the outcome is too.
TEST_CASE("the numbers are normal", "[analog]") {
    constexpr double z_limit = 4.892;  // two-sided 1e-6
    std::vector<float> numbers(1 << 20);
    fill_normal({2026, 3, 9}, numbers);
    const double n = static_cast<double>(numbers.size());
    double sum = 0, squares = 0, fourths = 0;
    for (const float x : numbers) {
        const double v = x;
        sum += v;
        squares += v * v;
        fourths += v * v * v * v;
    }
    CHECK(std::fabs(sum / n) < z_limit / std::sqrt(n));
    CHECK(std::fabs(squares / n - 1) < z_limit * std::sqrt(2 / n));
    CHECK(std::fabs(fourths / n - 3) < z_limit * std::sqrt(96 / n));

    std::sort(numbers.begin(), numbers.end());
    double distance = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double f = normal_distribution(numbers[i]), below = static_cast<double>(i) / n;
        distance = std::max({distance, f - below, below + 1 / n - f});
    }
    CHECK(distance < std::sqrt(-std::log(0.5e-6) / 2 / n));  // Kolmogorov-Smirnov at 1e-6
}

// Correlation coefficient of n pairs of independent normals: standard deviation 1 / sqrt(n). Twelve at 1e-6
// two-sided.
TEST_CASE("images, products, seeds and neighbours are independent", "[analog]") {
    constexpr std::size_t count = 1 << 16;
    const auto numbers_of = [](const NormalKey& key) {
        std::vector<float> numbers(count);
        fill_normal(key, numbers);
        return numbers;
    };
    const std::vector<float> base = numbers_of({1, 1, 1});
    std::vector<std::vector<float>> others{numbers_of({2, 1, 1}), numbers_of({1, 2, 1}),
                                           numbers_of({1, 1, 2}),
                                           numbers_of({std::uint64_t{1} << 32 | 1, 1, 1})};
    for (const std::size_t lag : {1, 2, 32, 63, 64, 128, 192, 256}) {
        others.emplace_back(base.begin() + static_cast<std::ptrdiff_t>(lag), base.end());
    }
    for (const std::vector<float>& other : others) {
        double product = 0;
        for (std::size_t i = 0; i < other.size(); ++i)
            product += static_cast<double>(base[i]) * static_cast<double>(other[i]);
        CHECK(std::fabs(product) < 4.892 * std::sqrt(static_cast<double>(other.size())));
    }
}
