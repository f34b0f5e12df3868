#include "tests/statistics/histogram.h"

#include "models/numeric/box_muller.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace quell::statistics {

namespace {

constexpr int kUnit = 1 << numeric::kNormalFraction;

}  // namespace

void Histogram::add(const Histogram& other) {
    for (std::size_t k = 0; k < counts_.size(); ++k) counts_[k] += other.counts_[k];
    samples_ += other.samples_;
}

double Histogram::moment(int power) const {
    long double sum = 0;
    for (int word = -32768; word < 32768; ++word) {
        const std::int64_t count = counts_[static_cast<std::size_t>(word + 32768)];
        if (count == 0) continue;
        long double term = static_cast<long double>(count);
        for (int k = 0; k < power; ++k) term *= static_cast<long double>(word) / kUnit;
        sum += term;
    }
    return static_cast<double>(sum / static_cast<long double>(samples_));
}

std::int64_t Histogram::beyond(int sigmas) const {
    std::int64_t sum = 0;
    for (int word = -32768; word < 32768; ++word) {
        if (std::abs(word) > sigmas * kUnit) sum += counts_[static_cast<std::size_t>(word + 32768)];
    }
    return sum;
}

double Histogram::distance_from_normal() const {
    double farthest = 0;
    std::int64_t below = 0;
    for (int word = -32768; word < 32767; ++word) {
        below += counts_[static_cast<std::size_t>(word + 32768)];
        const double empirical = static_cast<double>(below) / static_cast<double>(samples_);
        farthest = std::max(farthest, std::abs(empirical - normal_distribution((word + 0.5) / kUnit)));
    }
    return farthest;
}

double normal_distribution(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double normal_beyond(int sigmas) {
    return 2 * normal_distribution(-(sigmas * kUnit + 0.5) / kUnit);
}

}  // namespace quell::statistics
