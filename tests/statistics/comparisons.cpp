#include "tests/statistics/comparisons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quell::statistics {

void Comparisons::add(const std::string& what, double value, double expected, double excess, double bound) {
    ++comparisons_;
    const double ratio = excess / bound;
    if (ratio > worst_) {
        worst_ = ratio;
        worst_what_ =
            fmt::format("{}: {:.6g}, expected {:.6g}, at most {:.3g} away", what, value, expected, bound);
    }
    if (!(ratio <= 1)) {
        alarms_.push_back(
            fmt::format("{}: {:.6g}, expected {:.6g}, at most {:.3g} away", what, value, expected, bound));
    }
}

void Comparisons::normal(const std::string& what, double value, double expected, double standard_error) {
    add(what, value, expected, std::abs(value - expected), kCriticalNormal * standard_error);
}

void Comparisons::at_most(const std::string& what, double value, double bound) {
    add(what, value, 0, value, bound);
}

void Comparisons::count(const std::string& what, double value, double expected) {
    // The nearest counts on either side whose tail is no likelier than half a false alarm.
    double low = std::floor(expected), high = std::ceil(expected);
    while (low >= 0 && poisson_below_or_at(low, expected) > kFalseAlarm / 2) --low;
    while (1 - poisson_below_or_at(high - 1, expected) > kFalseAlarm / 2) ++high;
    const double bound = value < expected ? expected - low : high - expected;
    add(what, value, expected, std::abs(value - expected), std::nextafter(bound, 0));
}

double poisson_below_or_at(double value, double mean) {
    double sum = 0;
    for (double k = std::floor(value); k >= 0; --k) {
        const double term = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
        sum += term;
        if (term < 1e-18 * sum) break;
    }
    return sum;
}

std::string Comparisons::report() const {
    std::string text = fmt::format("{} comparisons, {} alarms; closest to its bound ({:.2f} of it): {}",
                                   comparisons_, alarms_.size(), worst_, worst_what_);
    constexpr std::size_t most_lines = 20;
    for (std::size_t k = 0; k < std::min(alarms_.size(), most_lines); ++k) text += "\n  " + alarms_[k];
    if (alarms_.size() > most_lines) text += "\n  ...";
    return text;
}

}  // namespace quell::statistics
