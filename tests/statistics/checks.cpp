#include "tests/statistics/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quell::statistics {

namespace {

constexpr std::size_t kChunk = 4096;

// Passes `samples` of every series to `use`, a chunk at a time.
template <typename Use>
void for_each_chunk(const Draw& draw, int series, std::int64_t samples, Use use) {
    std::vector<Series> chunk(static_cast<std::size_t>(series), Series(kChunk));
    for (std::int64_t done = 0; done < samples; done += static_cast<std::int64_t>(kChunk)) {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(static_cast<std::int64_t>(kChunk), samples - done));
        for (Series& one : chunk) one.resize(count);
        draw(chunk);
        use(chunk);
    }
}

// Normals with 8 fraction bits.
constexpr double kValueVariance = 65536.0;
numeric::Word value_of(numeric::Word normal) {
    return static_cast<numeric::Word>((normal + 8) >> 4);
}

// Their magnitudes about the mean sqrt(2 / pi), 204.25 / 256; the variance is 1 - 2 / pi.
constexpr double kMagnitudeVariance = 65536.0 * 0.36338022763241866;
numeric::Word magnitude_of(numeric::Word normal) {
    return static_cast<numeric::Word>(((std::abs(int{normal}) + 8) >> 4) - 204);
}

// Independent series with this variance: each sum is asymptotically normal with `samples` unit variances.
void compare_correlations(const Correlator& sums, int series, double variance, const std::string& name,
                          const std::string& of, Comparisons& comparisons, double neighbours = 0) {
    const double samples = static_cast<double>(sums.samples()), error = 1 / std::sqrt(samples);
    const auto compare = [&](int a, int b, int lag) {
        const double correlation = static_cast<double>(sums.sum(a, b, lag)) / (samples * variance);
        comparisons.normal(fmt::format("{}s {} and {}, lag {}: correlation of {}", name, a, b, lag, of),
                           correlation, a == b && lag == 1 ? neighbours : 0, error);
    };
    for (int a = 0; a < series; ++a) {
        for (int lag = 1; lag <= Correlator::kLags; ++lag) compare(a, a, lag);
        for (int b = a + 1; b < series; ++b) {
            for (int lag = -Correlator::kLags; lag <= Correlator::kLags; ++lag) compare(a, b, lag);
        }
    }
}

constexpr std::size_t kDistribution = 8;

constexpr std::size_t correlations_of(std::size_t series) {
    return series * Correlator::kLags + series * (series - 1) / 2 * (2 * Correlator::kLags + 1);
}

}  // namespace

void compare_distribution(const std::string& name, const Histogram& words, Comparisons& comparisons) {
    const double samples = static_cast<double>(words.samples());
    const double m1 = words.moment(1), m2 = words.moment(2), m3 = words.moment(3), m4 = words.moment(4);
    const auto normal = [&](const char* what, double value, double expected, double variance) {
        comparisons.normal(name + ": " + what, value, expected, std::sqrt(variance / samples));
    };
    // Means of the Hermite polynomials of degree 1 to 4, whose variances under N(0,1) are 1, 2, 6 and 24.
    normal("mean", m1, 0, 1);
    normal("variance", m2, 1, 2);
    normal("skewness", m3 - 3 * m1, 0, 6);
    normal("kurtosis", m4 - 6 * m2 + 6, 3, 24);
    // Dvoretzky-Kiefer-Wolfowitz with Massart's constant; the allowance is the hardware's own departure.
    constexpr double allowance = 1e-4;
    comparisons.at_most(name + ": Kolmogorov-Smirnov distance", words.distance_from_normal(),
                        std::sqrt(std::log(2 / kFalseAlarm) / (2 * samples)) + allowance);
    for (const int sigmas : {3, 4, 5}) {
        comparisons.count(fmt::format("{}: samples beyond {} sigma", name, sigmas),
                          static_cast<double>(words.beyond(sigmas)), samples * normal_beyond(sigmas));
    }
}

Histogram check_normals(const Draw& draw, int lanes, std::int64_t samples, Comparisons& comparisons,
                        double neighbours) {
    std::vector<Histogram> words(static_cast<std::size_t>(lanes));
    Correlator values(lanes), magnitudes(lanes);
    std::vector<Series> small(static_cast<std::size_t>(lanes));
    const auto correlate = [&](const std::vector<Series>& chunk, numeric::Word (*of)(numeric::Word),
                               Correlator& sums) {
        for (std::size_t lane = 0; lane < chunk.size(); ++lane) {
            small[lane].resize(chunk[lane].size());
            std::transform(chunk[lane].begin(), chunk[lane].end(), small[lane].begin(), of);
        }
        sums.add(small);
    };
    for_each_chunk(draw, lanes, samples, [&](const std::vector<Series>& chunk) {
        for (std::size_t lane = 0; lane < chunk.size(); ++lane) words[lane].add(chunk[lane]);
        correlate(chunk, value_of, values);
        correlate(chunk, magnitude_of, magnitudes);
    });
    Histogram all;
    for (int lane = 0; lane < lanes; ++lane) {
        compare_distribution(fmt::format("lane {}", lane), words[static_cast<std::size_t>(lane)],
                             comparisons);
        all.add(words[static_cast<std::size_t>(lane)]);
    }
    compare_distribution("all lanes", all, comparisons);
    compare_correlations(values, lanes, kValueVariance, "lane", "values", comparisons);
    compare_correlations(magnitudes, lanes, kMagnitudeVariance, "lane", "magnitudes", comparisons,
                         neighbours);
    return all;
}

void check_registers(const Draw& draw, int registers, std::int64_t samples, Comparisons& comparisons) {
    Correlator sums(registers);
    for_each_chunk(draw, registers, samples, [&](const std::vector<Series>& chunk) { sums.add(chunk); });
    // Uniform over 4096 whole numbers.
    compare_correlations(sums, registers, (4096.0 * 4096.0 - 1) / 12, "register", "top bits", comparisons);
}

std::size_t comparisons_of_normals(int lanes) {
    const auto n = static_cast<std::size_t>(lanes);
    return (n + 1) * kDistribution + 2 * correlations_of(n);
}

std::size_t comparisons_of_registers(int registers) {
    return correlations_of(static_cast<std::size_t>(registers));
}

}  // namespace quell::statistics
