#include "models/denoiser/noise_lanes.h"

#include "models/denoiser/word_vectors.h"
#include "models/numeric/counter_random.h"
#include "models/numeric/integer_sqrt.h"
#include "models/numeric/vectors.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

// Sums of three terms stay below 2^53.
bool Canceller::exact_in_doubles() const {
    constexpr int word = 15, product = 31, most = 50;
    return word + x_shift_ <= most && word + mean_shift_ <= most && product + noise_shift_ <= most;
}

// Without x, which is added last, and with room to add it.
bool Canceller::exact_in_32_bits() const {
    constexpr int most = 16;
    if (x_shift_ > 30 || mean_shift_ > most || noise_shift_ > most) return false;
    constexpr std::int64_t word = 32768, largest_root = 46340;
    const std::int64_t sum =
        (word << mean_shift_) + (word * largest_root << noise_shift_) + (std::int64_t{1} << x_shift_) + word;
    return sum <= std::numeric_limits<std::int32_t>::max();
}

namespace {

struct Scales {
    double x, mean, noise, half, out;
};

inline Word rounded_word(double sum, const Scales& s) {
    const double word = std::floor((sum + s.half) * s.out);
    return static_cast<Word>(static_cast<int>(std::min(std::max(word, -32768.0), 32767.0)));
}

[[gnu::target_clones("avx2", "default")]] void cancel_many(const Word* x, const Word* mean,
                                                           const Word* variance, const Word* normal,
                                                           Word* out, std::int64_t count, Scales s) {
    for (std::int64_t i = 0; i < count; ++i) {
        const double root = std::floor(std::sqrt(65536.0 * (variance[i] > 0 ? variance[i] : 0)));
        out[i] = rounded_word(x[i] * s.x - mean[i] * s.mean - normal[i] * root * s.noise, s);
    }
}

[[gnu::target_clones("avx2", "default")]] void cancel_many_means(const Word* x, const Word* mean, Word* out,
                                                                 std::int64_t count, Scales s) {
    for (std::int64_t i = 0; i < count; ++i) out[i] = rounded_word(x[i] * s.x - mean[i] * s.mean, s);
}

Scales scales(int x_shift, int mean_shift, int noise_shift, int out_shift) {
    return {std::ldexp(1.0, x_shift), std::ldexp(1.0, mean_shift), std::ldexp(1.0, noise_shift),
            out_shift > 0 ? std::ldexp(1.0, out_shift - 1) : 0.0, std::ldexp(1.0, -out_shift)};
}

}  // namespace

void Canceller::cancel(const Word* x, const Word* mean, const Word* variance, const Word* normal, Word* out,
                       std::int64_t count) const {
    if (numeric::has_vectors() && exact_in_32_bits()) {
        cancel_vectors(x, mean, variance, normal, out, count, {mean_shift_, noise_shift_, out_shift_});
    } else if (exact_in_doubles()) {
        cancel_many(x, mean, variance, normal, out, count,
                    scales(x_shift_, mean_shift_, noise_shift_, out_shift_));
    } else {
        for (std::int64_t i = 0; i < count; ++i) out[i] = cancel(x[i], mean[i], variance[i], normal[i]);
    }
}

void Canceller::cancel_mean(const Word* x, const Word* mean, Word* out, std::int64_t count) const {
    if (numeric::has_vectors() && exact_in_32_bits()) {
        cancel_mean_vectors(x, mean, out, count, {mean_shift_, noise_shift_, out_shift_});
    } else if (exact_in_doubles()) {
        cancel_many_means(x, mean, out, count, scales(x_shift_, mean_shift_, noise_shift_, out_shift_));
    } else {
        for (std::int64_t i = 0; i < count; ++i) out[i] = cancel_mean(x[i], mean[i]);
    }
}

NoiseSource::NoiseSource(int lfsr_width, int lanes, int normals_per_pair)
    : lanes_(lanes),
      normals_per_pair_(normals_per_pair),
      leap_(lfsr_width),
      streams_(lfsr_width, 2 * lanes),
      box_muller_(lfsr_width),
      skip_(lfsr_width) {
    if (numeric::has_vectors() && lfsr_width <= numeric::LfsrStride::kWidest) stride_.emplace(lfsr_width);
}

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

void NoiseLanes::fill(int first, int lanes, std::span<Word> normals) {
    if (skipped_ || (rounds_ && (lanes != rounds_lanes_ || static_cast<int>(rounds_->at) % lanes != first))) {
        settle();
    }
    if (!rounds_ && source_->stride_ && source_->normals_per_pair_ == 1) {
        // Rounds begin with the first lane, and pay when there are a few.
        const std::size_t before = first == 0 ? 0 : static_cast<std::size_t>(lanes - first);
        const std::size_t block = static_cast<std::size_t>(lanes) * numeric::LfsrStride::kRounds;
        if (normals.size() >= before + 2 * block) {
            fill_from_registers(first, lanes, normals.first(before));
            normals = normals.subspan(before);
            start_rounds(lanes);
        }
    }
    if (rounds_) {
        fill_from_rounds(normals);
    } else {
        fill_from_registers(first, lanes, normals);
    }
}

void NoiseLanes::start_rounds(int lanes) {
    std::vector<std::uint64_t> u1, u2;
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
        u1.push_back(lanes_[lane].u1);
        u2.push_back(lanes_[lane].u2);
    }
    rounds_lanes_ = lanes;
    rounds_.emplace(Rounds{
        {source_->leap_, *source_->stride_, u1}, {source_->leap_, *source_->stride_, u2}, 0, {}, {}, {}});
    const auto block = static_cast<std::size_t>(rounds_->u1.size());
    rounds_->s1.resize(block);
    rounds_->s2.resize(block);
    rounds_->normals.resize(block);
    rounds_->at = block;
}

void NoiseLanes::put_back() {
    const auto lanes = static_cast<std::size_t>(rounds_lanes_);
    const Rounds& r = *rounds_;
    for (std::size_t element = r.at; element < r.at + lanes; ++element) {
        Lane& lane = lanes_[element % lanes];
        const bool within = element < r.s1.size();
        const std::size_t place = within ? element : element - lanes;
        lane.u1 = within ? r.s1[place] : source_->leap_(r.s1[place]);
        lane.u2 = within ? r.s2[place] : source_->leap_(r.s2[place]);
    }
    rounds_.reset();
}

void NoiseLanes::skip(int first, int lanes, std::int64_t elements) {
    if (elements == 0) return;
    if (rounds_) put_back();
    skipped_ = true;
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
        const std::int64_t before = (lane - first + lanes) % lanes;  // elements before its first
        if (before >= elements) continue;
        lanes_[static_cast<std::size_t>(lane)].skipped +=
            static_cast<std::uint64_t>((elements - before - 1) / lanes + 1);
    }
}

void NoiseLanes::catch_up() {
    const auto per_pair = static_cast<std::uint64_t>(source_->normals_per_pair_);
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        Lane& state = lanes_[lane];
        if (state.skipped > 0 && state.second_waits) {
            state.second_waits = false;
            --state.skipped;
        }
        state.u1 = source_->skip_(state.u1, state.skipped / per_pair);
        state.u2 = source_->skip_(state.u2, state.skipped / per_pair);
        if (state.skipped % per_pair != 0) draw(static_cast<int>(lane));
        state.skipped = 0;
    }
    skipped_ = false;
}

void NoiseLanes::fill_from_rounds(std::span<Word> normals) {
    Rounds& r = *rounds_;
    const std::size_t block = r.s1.size();
    while (!normals.empty()) {
        const bool whole = r.at == block && normals.size() >= block;
        if (r.at == block) {
            r.u1.next(r.s1.data());
            r.u2.next(r.s2.data());
            source_->box_muller_.first(r.s1.data(), r.s2.data(), whole ? normals.data() : r.normals.data(),
                                       static_cast<std::int64_t>(block));
            r.at = 0;
        }
        const std::size_t some = std::min(normals.size(), block - r.at);
        if (!whole) std::copy_n(r.normals.begin() + static_cast<std::ptrdiff_t>(r.at), some, normals.begin());
        r.at += some;
        normals = normals.subspan(some);
    }
}

void NoiseLanes::fill_from_registers(int first, int lanes, std::span<Word> normals) {
    int lane = first;
    const auto next_lane = [&] { lane = lane + 1 == lanes ? 0 : lane + 1; };
    if (source_->normals_per_pair_ == 2) {
        for (Word& normal : normals) {
            normal = draw(lane);
            next_lane();
        }
        return;
    }
    u1_.resize(normals.size());
    u2_.resize(normals.size());
    const numeric::LfsrLeap& leap = source_->leap_;
    for (std::size_t e = 0; e < normals.size(); ++e) {
        Lane& state = lanes_[static_cast<std::size_t>(lane)];
        u1_[e] = state.u1;
        u2_[e] = state.u2;
        state.u1 = leap(state.u1);
        state.u2 = leap(state.u2);
        next_lane();
    }
    source_->box_muller_.first(u1_.data(), u2_.data(), normals.data(),
                               static_cast<std::int64_t>(normals.size()));
}

}  // namespace quell::denoiser
