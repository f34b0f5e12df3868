#include "models/numeric/lfsr.h"

#include "models/base/error.h"

#include <numeric>

namespace quell::numeric {

namespace {

// Taps below the register's own width, which is always one. Xilinx XAPP 052 (1996), table 3.
constexpr std::array<std::array<int, 5>, 49> kTaps{{
    {15, 13, 4},                       // 16
    {14},                              // 17
    {11},         {6, 2, 1},    {17},  // 20
    {19},         {21},         {18},         {23, 22, 17}, {22},         {6, 2, 1},    {5, 2, 1},
    {25},         {27},         {6, 4, 1},  // 30
    {28},         {22, 2, 1},   {20},         {27, 2, 1},   {33},         {25},         {5, 4, 3, 2, 1},
    {6, 5, 1},    {35},         {38, 21, 19},  // 40
    {38},         {41, 20, 19}, {42, 38, 37}, {43, 18, 17}, {44, 42, 41}, {45, 26, 25}, {42},
    {47, 21, 20}, {40},         {49, 24, 23},  // 50
    {50, 36, 35}, {49},         {52, 38, 37}, {53, 18, 17}, {31},         {55, 35, 34}, {50},
    {39},         {58, 38, 37}, {59},                        // 60
    {60, 46, 45}, {61, 6, 5},   {62},         {63, 61, 60},  // 64
}};

}  // namespace

std::uint64_t lfsr_feedback(int width) {
    if (width < kNarrowestLfsr || width > kWidestLfsr) {
        throw Error("an LFSR is {} to {} bits wide, {} were asked for", kNarrowestLfsr, kWidestLfsr, width);
    }
    std::uint64_t mask = std::uint64_t{1} << (width - 1);
    for (const int tap : kTaps[static_cast<std::size_t>(width - kNarrowestLfsr)]) {
        if (tap > 0) mask |= std::uint64_t{1} << (tap - 1);
    }
    return mask;
}

int lfsr_leap(int width) {
    const std::uint64_t period = lfsr_period(width);
    int leap = width;
    while (std::gcd(static_cast<std::uint64_t>(leap), period) != 1) ++leap;
    return leap;
}

LfsrMap LfsrMap::after(const LfsrMap& first) const {
    LfsrMap both;
    both.width_ = width_;
    for (int bit = 0; bit < width_; ++bit) both.columns_[bit] = (*this)(first.columns_[bit]);
    return both;
}

std::uint64_t LfsrMap::operator()(std::uint64_t state) const {
    std::uint64_t next = 0;
    for (int bit = 0; bit < width_; ++bit) next ^= (state >> bit & 1) != 0 ? columns_[bit] : 0;
    return next;
}

LfsrMap LfsrMap::jump(int width, std::uint64_t steps) {
    const std::uint64_t feedback = lfsr_feedback(width);
    LfsrMap result, power;
    result.width_ = power.width_ = width;
    for (int bit = 0; bit < width; ++bit) {
        result.columns_[bit] = std::uint64_t{1} << bit;
        power.columns_[bit] = lfsr_step(std::uint64_t{1} << bit, feedback);
    }
    for (; steps != 0; steps >>= 1) {
        if ((steps & 1) != 0) result = power.after(result);
        power = power.after(power);
    }
    return result;
}

LfsrLeap::LfsrLeap(int width) : width_(width), bytes_((width + 7) / 8) {
    const LfsrMap leap = LfsrMap::jump(width, static_cast<std::uint64_t>(lfsr_leap(width)));
    for (int byte = 0; byte < bytes_; ++byte) {
        for (std::uint64_t value = 0; value < 256; ++value) tables_[byte][value] = leap(value << (8 * byte));
    }
}

LfsrSkip::LfsrSkip(int width) {
    powers_.push_back(LfsrMap::jump(width, static_cast<std::uint64_t>(lfsr_leap(width))));
    while (static_cast<int>(powers_.size()) < width) powers_.push_back(powers_.back().after(powers_.back()));
}

std::uint64_t LfsrSkip::operator()(std::uint64_t state, std::uint64_t samples) const {
    for (std::size_t bit = 0; samples != 0; ++bit, samples >>= 1) {
        // 2^width - 1 samples are none.
        if ((samples & 1) != 0) state = powers_[bit % powers_.size()](state);
    }
    return state;
}

namespace {

// An equal share of the cycle, less a 32nd of it. With the whole share, streams would lie powers of two
// apart, and the powers of two of the feedback polynomial, which have no more terms than itself, would tie
// bits of different streams together.
std::uint64_t spacing_of(int width, int streams) {
    const std::uint64_t share = lfsr_period(width) / static_cast<std::uint64_t>(streams);
    return share - share / 32;
}

}  // namespace

LfsrStreams::LfsrStreams(int width, int streams)
    : streams_(streams),
      spacing_(spacing_of(width, streams)),
      samples_(spacing_ / static_cast<std::uint64_t>(lfsr_leap(width))),
      to_next_stream_(LfsrMap::jump(width, spacing_)) {}

std::vector<std::uint64_t> LfsrStreams::starts(std::uint64_t base) const {
    std::vector<std::uint64_t> states(static_cast<std::size_t>(streams_), base);
    for (std::size_t k = 1; k < states.size(); ++k) states[k] = to_next_stream_(states[k - 1]);
    return states;
}

}  // namespace quell::numeric
