#include "models/denoiser/noise_lanes.h"

#include "models/numeric/counter_random.h"
#include "models/numeric/integer_sqrt.h"

#include <algorithm>

namespace quell::denoiser {

namespace {

constexpr int kRootFraction = 8;  // the root of variance * 2^16 has fraction variance_out / 2 + 8

}  // namespace

std::uint64_t base_seed(const NoiseKey& key, int width) {
    const auto words =
        numeric::random_words(key.seed, numeric::Purpose::denoiser_base_seed, key.image, key.site);
    const std::uint64_t value = static_cast<std::uint64_t>(words[1]) << 32 | words[0];
    return value % numeric::lfsr_period(width) + 1;
}

Canceller::Canceller(const FractionBits& fraction, bool stochastic) {
    const int noise = numeric::kNormalFraction + kRootFraction + fraction.variance_out / 2;
    int common = std::max(fraction.x, fraction.mean_out);
    if (stochastic) {
        common = std::max(common, noise);
        noise_shift_ = common - noise;
    }
    x_shift_ = common - fraction.x;
    mean_shift_ = common - fraction.mean_out;
    out_shift_ = common - fraction.x;
}

Word Canceller::cancel(Word x, Word mean, Word variance, Word normal) const {
    const std::int64_t root =
        variance > 0 ? numeric::integer_sqrt(static_cast<std::uint64_t>(variance) << (2 * kRootFraction)) : 0;
    const std::int64_t sum = std::int64_t{x} * (std::int64_t{1} << x_shift_) -
                             std::int64_t{mean} * (std::int64_t{1} << mean_shift_) -
                             normal * root * (std::int64_t{1} << noise_shift_);
    return numeric::requantise(sum, out_shift_);
}

Word Canceller::cancel_mean(Word x, Word mean) const {
    const std::int64_t sum = std::int64_t{x} * (std::int64_t{1} << x_shift_) -
                             std::int64_t{mean} * (std::int64_t{1} << mean_shift_);
    return numeric::requantise(sum, out_shift_);
}

NoiseSource::NoiseSource(int lfsr_width, int lanes, int normals_per_pair)
    : lanes_(lanes),
      normals_per_pair_(normals_per_pair),
      leap_(lfsr_width),
      streams_(lfsr_width, 2 * lanes),
      box_muller_(lfsr_width) {}

std::uint64_t NoiseSource::normals_per_lane() const {
    const std::uint64_t samples = streams_.samples_per_stream();
    return normals_per_pair_ == 2 && samples <= ~std::uint64_t{0} / 2 ? 2 * samples : samples;
}

NoiseLanes::NoiseLanes(const NoiseSource& source, std::uint64_t base_seed)
    : source_(&source), lanes_(static_cast<std::size_t>(source.lanes())) {
    const std::vector<std::uint64_t> starts = source.streams_.starts(base_seed);
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        lanes_[lane].u1 = starts[2 * lane];
        lanes_[lane].u2 = starts[2 * lane + 1];
    }
}

}  // namespace quell::denoiser
