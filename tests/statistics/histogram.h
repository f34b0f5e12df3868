// How often each word came, and what follows from the counts alone.
#pragma once

#include "models/numeric/fixed_point.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::statistics {

class Histogram {
public:
    Histogram() : counts_(65536, 0) {}

    void add(std::span<const numeric::Word> words) {
        for (const numeric::Word word : words) ++counts_[static_cast<std::size_t>(word + 32768)];
        samples_ += static_cast<std::int64_t>(words.size());
    }
    void add(const Histogram& other);

    std::int64_t samples() const { return samples_; }

    // Mean of (word / 4096)^power.
    double moment(int power) const;

    // Words farther from zero than `sigmas`.
    std::int64_t beyond(int sigmas) const;

    // The largest distance of the empirical distribution function from the standard normal one, taken at the
    // middles between neighbouring words, where the rounding of a normal changes its word.
    double distance_from_normal() const;

private:
    std::vector<std::int64_t> counts_;
    std::int64_t samples_ = 0;
};

// P(N(0,1) <= x).
double normal_distribution(double x);

// Probability that a normal, rounded to a word, lies farther from zero than `sigmas`.
double normal_beyond(int sigmas);

}  // namespace quell::statistics
