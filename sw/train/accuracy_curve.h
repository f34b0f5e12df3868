// Accuracy against the strength of the noise, and the one figure it comes down to.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace quell::train {

struct CurvePoint {
    double sigma_percent = 0, accuracy_percent = 0;
};

// The midpoint noise level (arXiv 2501.14531): the sigma at which accuracy is halfway between `clean_percent`
// and `chance_percent`, linear between the points, which come in rising order of sigma; the first such sigma.
// Nothing when the curve does not come down to it.
std::optional<double> midpoint_level(double clean_percent, double chance_percent,
                                     const std::vector<CurvePoint>& points);

struct Spread {
    double mean = 0, deviation = 0;  // the sample's standard deviation; 0 for one value
};
Spread spread_of(const std::vector<double>& values);

// "0:12:1" (first, last, step; the last is included where a step meets it) or "0,2,4.5"; percent, rising.
// Throws UsageError quoting the text.
std::vector<double> parse_sigmas(const std::string& text);

}  // namespace quell::train
