#include "sw/study/report/axis_ticks.h"

#include <fmt/format.h>

#include <cmath>

namespace quell::study {
namespace {

constexpr double margin = 0.04;

void linear_ticks(FigureAxis& axis) {
    constexpr double most = 7;
    const double least_step = (axis.high - axis.low) / most;
    const double power = std::pow(10, std::floor(std::log10(least_step)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least_step) {
            step = factor * power;
            break;
        }
    }
    const auto first = static_cast<long long>(std::ceil(axis.low / step - 1e-9));
    const auto last = static_cast<long long>(std::floor(axis.high / step + 1e-9));
    for (long long i = first; i <= last; ++i) {
        const double at = static_cast<double>(i) * step;
        axis.ticks.push_back({at, tick_label(at)});
    }
}

void logarithmic_ticks(FigureAxis& axis) {
    const double decades = std::log10(axis.high / axis.low);
    const int first = static_cast<int>(std::floor(std::log10(axis.low))),
              last = static_cast<int>(std::ceil(std::log10(axis.high)));
    const int stride = std::max(1, static_cast<int>(std::ceil(decades / 9)));
    for (int exponent = first; exponent <= last; exponent += stride) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (factor > 1 && decades > 2.5) break;
            const double at = factor * std::pow(10, exponent);
            if (at >= axis.low * (1 - 1e-9) && at <= axis.high * (1 + 1e-9))
                axis.ticks.push_back({at, tick_label(at)});
        }
    }
}

}  // namespace

std::string tick_label(double value) {
    const double size = std::fabs(value);
    for (const auto& [scale, letter] : {std::pair{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}) {
        if (size >= 1e4 * (1 - 1e-9) && size >= scale * (1 - 1e-9))
            return fmt::format("{:.4g} {}", value / scale, letter);
    }
    return fmt::format("{:.6g}", value);
}

void choose_range(FigureAxis& axis, double low, double high) {
    if (axis.logarithmic) {
        const double wider = low == high ? 2 : std::pow(high / low, margin);
        axis.low = axis.from_zero ? std::pow(10, std::floor(std::log10(low * 0.8))) : low / wider;
        axis.high = high * (axis.from_zero ? std::pow(high / axis.low, margin) : wider);
        return;
    }
    if (axis.from_zero) low = std::min(low, 0.0);
    const double wider = low == high ? std::max(1.0, std::fabs(high) * 0.1) : (high - low) * margin;
    axis.low = axis.from_zero && low == 0 ? 0 : low - wider;
    axis.high = high + wider;
}

void choose_ticks(FigureAxis& axis) {
    if (axis.logarithmic) logarithmic_ticks(axis);
    if (!axis.logarithmic || axis.ticks.size() < 2) {
        axis.ticks.clear();
        linear_ticks(axis);
    }
}

}  // namespace quell::study
