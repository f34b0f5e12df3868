// The loops over many words against the scalar definitions.
#include "models/denoiser/noise_lanes.h"
#include "models/denoiser/word_vectors.h"
#include "models/numeric/vectors.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>
#include <vector>

using namespace quell;
using denoiser::Word;

namespace {

std::vector<Word> random_words(std::mt19937& random, std::size_t count) {
    std::vector<Word> words(count);
    for (Word& word : words) {
        const auto drawn = random();
        word = static_cast<Word>(drawn);
        if (drawn >> 28 == 0) word = -32768;
        if (drawn >> 28 == 1) word = 32767;
        if (drawn >> 28 == 2) word = static_cast<Word>(word % 4);
    }
    return words;
}

void compare(const denoiser::Canceller& canceller, const std::vector<Word>& x, const std::vector<Word>& mean,
             const std::vector<Word>& variance, const std::vector<Word>& normal) {
    std::vector<Word> many(x.size()), means(x.size()), in_place = x;
    const auto count = static_cast<std::int64_t>(x.size());
    canceller.cancel(x.data(), mean.data(), variance.data(), normal.data(), many.data(), count);
    canceller.cancel_mean(x.data(), mean.data(), means.data(), count);
    canceller.cancel(in_place.data(), mean.data(), variance.data(), normal.data(), in_place.data(), count);
    CHECK(in_place == many);
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (many[i] != canceller.cancel(x[i], mean[i], variance[i], normal[i]) ||
            means[i] != canceller.cancel_mean(x[i], mean[i])) {
            FAIL("element " << i << " of " << count << ": " << x[i] << " " << mean[i] << " " << variance[i]
                            << " " << normal[i] << ", shifts " << canceller.x_shift() << " "
                            << canceller.mean_shift() << " " << canceller.noise_shift());
        }
    }
}

}  // namespace

TEST_CASE("cancellation of many: every variance", "[denoiser]") {
    // One fraction bit of x and the largest normals: the product's bits all show.
    denoiser::FractionBits fraction;
    for (const int fraction_x : {12, 20, 24}) {
        fraction.x = fraction_x;
        const denoiser::Canceller canceller(fraction, true);
        std::vector<Word> variance;
        for (int word = -32768; word < 32768; ++word) variance.push_back(static_cast<Word>(word));
        for (const int normal : {1, 32767, -32768}) {
            compare(canceller, std::vector<Word>(65536, normal > 0 ? 32767 : -32768),
                    std::vector<Word>(65536, -3), variance,
                    std::vector<Word>(65536, static_cast<Word>(normal)));
        }
    }
}

TEST_CASE("cancellation of many: any scales and any count", "[denoiser]") {
    std::mt19937 random(918273);
    for (int trial = 0; trial < 2000; ++trial) {
        denoiser::FractionBits fraction;
        const auto pick = [&](int least, int most) {
            return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
        };
        fraction.x = pick(-8, 24);
        fraction.mean_out = pick(-8, 24);
        fraction.variance_out = 2 * pick(-4, 12);
        const auto count = static_cast<std::size_t>(pick(1, 70));
        compare(denoiser::Canceller(fraction, trial % 4 != 0), random_words(random, count),
                random_words(random, count), random_words(random, count), random_words(random, count));
    }
}

TEST_CASE("requantisation and LeakyReLU of many", "[denoiser]") {
    if (!numeric::has_vectors()) return;
    std::mt19937_64 random(5512);
    for (int shift = -numeric::kLargestLeftShift; shift <= numeric::kLargestRightShift; ++shift) {
        for (int trial = 0; trial < 20; ++trial) {
            const auto count = static_cast<std::size_t>(1 + random() % 70);
            // Sums around the word's range, its ends, halves and far beyond.
            std::vector<std::int64_t> sums(count);
            for (std::int64_t& sum : sums) {
                const int bits = static_cast<int>(random() % 47);
                sum = static_cast<std::int64_t>(random()) >> (63 - bits);
                if (random() % 4 == 0 && shift > 0) {
                    const auto word = static_cast<std::int64_t>(random() % 65538) - 32769;
                    const std::int64_t half = word * (std::int64_t{1} << (shift - 1));
                    if (std::abs(half) < std::int64_t{1} << 50) sum = half - static_cast<int>(random() % 2);
                }
            }
            const std::vector<double> doubles(sums.begin(), sums.end());
            std::vector<Word> words(count);
            denoiser::requantise_vectors(doubles.data(), words.data(), static_cast<std::int64_t>(count),
                                         shift > 0 ? std::ldexp(1.0, shift - 1) : 0.0,
                                         std::ldexp(1.0, -shift));
            for (std::size_t i = 0; i < count; ++i) {
                if (words[i] != numeric::requantise(sums[i], shift)) FAIL(sums[i] << " by " << shift);
            }
        }
    }
    for (int shift = 0; shift <= 15; ++shift) {
        for (const std::size_t count : {std::size_t{65536}, std::size_t{5}, std::size_t{17}}) {
            std::vector<Word> words(count);
            for (std::size_t i = 0; i < count; ++i) words[i] = static_cast<Word>(i * 3 - 32768);
            const std::vector<Word> before = words;
            denoiser::leaky_relu_vectors(words.data(), static_cast<std::int64_t>(count), shift);
            for (std::size_t i = 0; i < count; ++i) {
                if (words[i] != numeric::leaky_relu(before[i], shift)) FAIL(before[i] << " by " << shift);
            }
        }
    }
}
