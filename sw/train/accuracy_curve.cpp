#include "sw/train/accuracy_curve.h"

#include "models/base/error.h"
#include "models/config/value_text.h"

#include <cmath>

namespace quell::train {
namespace {

constexpr double highest_sigma = 1000;  // that of noise.sigma_percent
constexpr std::size_t most_points = 1000;

std::vector<double> numbers(const std::string& text, char separator) {
    std::vector<double> result;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        const auto number = config::ValueText<double>::parse(text.substr(begin, end - begin));
        if (!number) return {};
        result.push_back(*number);
        begin = end + 1;
    }
    return result;
}

}  // namespace

std::optional<double> midpoint_level(double clean_percent, double chance_percent,
                                     const std::vector<CurvePoint>& points) {
    const double halfway = (clean_percent + chance_percent) / 2;
    CurvePoint before{0, clean_percent};
    for (const CurvePoint& point : points) {
        if (point.accuracy_percent <= halfway) {
            const double fall = before.accuracy_percent - point.accuracy_percent;
            if (!(fall > 0)) return point.sigma_percent;
            return before.sigma_percent +
                   (before.accuracy_percent - halfway) / fall * (point.sigma_percent - before.sigma_percent);
        }
        before = point;
    }
    return std::nullopt;
}

Spread spread_of(const std::vector<double>& values) {
    if (values.empty()) return {};
    Spread result;
    for (const double value : values) result.mean += value;
    const auto count = static_cast<double>(values.size());
    result.mean /= count;
    if (values.size() < 2) return result;
    for (const double value : values) result.deviation += (value - result.mean) * (value - result.mean);
    result.deviation = std::sqrt(result.deviation / (count - 1));
    return result;
}

std::vector<double> parse_sigmas(const std::string& text) {
    const auto refuse = [&] {
        throw UsageError(
            "--sigmas {}: expected FIRST:LAST:STEP or a list such as 0,2,4, rising, 0 to {:g} percent", text,
            highest_sigma);
    };
    std::vector<double> sigmas;
    if (text.find(':') != std::string::npos) {
        const std::vector<double> range = numbers(text, ':');
        if (range.size() != 3 || !(range[2] > 0) || !(range[0] <= range[1])) refuse();
        const double steps = std::floor((range[1] - range[0]) / range[2] * (1 + 1e-12));
        if (steps >= static_cast<double>(most_points)) refuse();
        for (double i = 0; i <= steps; ++i) sigmas.push_back(range[0] + i * range[2]);
    } else {
        sigmas = numbers(text, ',');
    }
    if (sigmas.empty() || sigmas.front() < 0 || sigmas.back() > highest_sigma) refuse();
    for (std::size_t i = 1; i < sigmas.size(); ++i) {
        if (!(sigmas[i] > sigmas[i - 1])) refuse();
    }
    return sigmas;
}

}  // namespace quell::train
