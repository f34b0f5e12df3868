#include "tests/statistics/correlator.h"

#include <algorithm>

namespace quell::statistics {

namespace {

[[gnu::target_clones("avx2", "default")]] std::int64_t dot(const numeric::Word* a, const numeric::Word* b,
                                                           std::size_t count) {
    std::int64_t total = 0;
    constexpr std::size_t block = 256;  // times 2^22 stays within 32 bits
    for (std::size_t start = 0; start < count; start += block) {
        const std::size_t end = std::min(count, start + block);
        std::int32_t sum = 0;
        for (std::size_t k = start; k < end; ++k) sum += a[k] * b[k];
        total += sum;
    }
    return total;
}

}  // namespace

Correlator::Correlator(int series)
    : history_(static_cast<std::size_t>(series), Series(kLags, 0)),
      sums_(static_cast<std::size_t>(series) * static_cast<std::size_t>(series),
            std::vector<std::int64_t>(kLags + 1, 0)) {}

void Correlator::add(const std::vector<Series>& next) {
    const std::size_t count = next.front().size();
    for (std::size_t s = 0; s < history_.size(); ++s) {
        history_[s].insert(history_[s].end(), next[s].begin(), next[s].end());
    }
    // Before the first sample there are zeros, which add nothing.
    for (std::size_t a = 0; a < history_.size(); ++a) {
        for (std::size_t b = 0; b < history_.size(); ++b) {
            auto& by_lag = sums_[a * history_.size() + b];
            for (std::size_t lag = 0; lag <= kLags; ++lag) {
                by_lag[lag] += dot(history_[a].data() + kLags - lag, history_[b].data() + kLags, count);
            }
        }
    }
    for (Series& series : history_) series.erase(series.begin(), series.end() - kLags);
    samples_ += static_cast<std::int64_t>(count);
}

std::int64_t Correlator::sum(int a, int b, int lag) const {
    if (lag < 0) {
        std::swap(a, b);
        lag = -lag;
    }
    const std::size_t pair = static_cast<std::size_t>(a) * history_.size() + static_cast<std::size_t>(b);
    return sums_[pair][static_cast<std::size_t>(lag)];
}

}  // namespace quell::statistics
