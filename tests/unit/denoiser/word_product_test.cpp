#include "models/denoiser/word_product.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>
#include <vector>

using namespace quell;
using denoiser::Word;

TEST_CASE("products of words have the bits of 64-bit sums", "[denoiser]") {
    std::mt19937_64 random(6021);
    std::vector<double> panel;
    denoiser::PackedMap map;
    for (int trial = 0; trial < 300; ++trial) {
        const auto inputs = static_cast<std::int64_t>(1 + random() % 40);
        const auto outputs = static_cast<std::int64_t>(1 + random() % 20);
        const auto pixels = static_cast<std::int64_t>(1 + random() % 40);
        const int shift = static_cast<int>(random() % 63) - 15;
        const bool ends = trial % 5 == 0;  // all words at the ends of their range
        const auto draw = [&] {
            const auto word = static_cast<Word>(random());
            return ends ? static_cast<Word>(word < 0 ? -32768 : 32767) : word;
        };
        std::vector<Word> weight(static_cast<std::size_t>(outputs * inputs));
        std::vector<Word> x(static_cast<std::size_t>(inputs * pixels));
        std::vector<std::int64_t> bias(static_cast<std::size_t>(outputs));
        for (Word& word : weight) word = draw();
        for (Word& word : x) word = draw();
        for (std::int64_t& value : bias) value = static_cast<std::int64_t>(random()) >> (17 + random() % 40);
        std::vector<double> offset;
        for (const std::int64_t value : bias) {
            offset.push_back(static_cast<double>(value) + (shift > 0 ? std::ldexp(1.0, shift - 1) : 0.0));
        }
        map.reset(inputs, pixels);
        for (std::int64_t input = 0; input < inputs; ++input) map.put(input, x.data() + input * pixels);
        std::vector<Word> words(static_cast<std::size_t>(outputs * pixels) + 1, 4321);
        denoiser::multiply({weight.data(), offset.data(), outputs, std::ldexp(1.0, -shift)}, map, panel,
                           words.data());
        for (std::int64_t output = 0; output < outputs; ++output) {
            for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
                std::int64_t sum = bias[static_cast<std::size_t>(output)];
                for (std::int64_t input = 0; input < inputs; ++input) {
                    sum += std::int64_t{weight[static_cast<std::size_t>(output * inputs + input)]} *
                           x[static_cast<std::size_t>(input * pixels + pixel)];
                }
                if (words[static_cast<std::size_t>(output * pixels + pixel)] !=
                    numeric::requantise(sum, shift)) {
                    FAIL("trial " << trial << ": sum " << sum << " by " << shift);
                }
            }
        }
        CHECK(words.back() == 4321);  // nothing after the last word is touched
    }
}
