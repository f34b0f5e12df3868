// A family of comparisons of measured values with what the null hypothesis allows. See docs/statistics.md.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quell::statistics {

// How often one comparison may raise a false alarm, both sides together.
inline constexpr double kFalseAlarm = 5e-10;

// A standard normal is farther from zero than this with probability kFalseAlarm.
inline constexpr double kCriticalNormal = 6.2191046;

class Comparisons {
public:
    // A value that is N(expected, standard_error^2) under the null hypothesis.
    void normal(const std::string& what, double value, double expected, double standard_error);

    // A count that is Poisson(expected), or binomial with that mean, which varies less.
    void count(const std::string& what, double value, double expected);

    // A value with a bound of its own.
    void at_most(const std::string& what, double value, double bound);

    std::size_t size() const { return comparisons_; }

    // The largest |value - expected| / bound; below 1 when nothing is wrong.
    double worst() const { return worst_; }
    const std::string& worst_what() const { return worst_what_; }

    // One line for each comparison outside its bound.
    const std::vector<std::string>& alarms() const { return alarms_; }

    // What to print: how many comparisons, the closest one, the first alarms.
    std::string report() const;

private:
    void add(const std::string& what, double value, double expected, double excess, double bound);

    std::size_t comparisons_ = 0;
    double worst_ = 0;
    std::string worst_what_;
    std::vector<std::string> alarms_;
};

// P(X <= value) for X ~ Poisson(mean).
double poisson_below_or_at(double value, double mean);

}  // namespace quell::statistics
