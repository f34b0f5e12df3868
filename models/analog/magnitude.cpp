#include "models/analog/magnitude.h"

#include "models/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace quell::analog {
namespace {

// Independent lanes let the compiler use wide registers without changing the order of any sum.
constexpr std::size_t lanes = 16;

float largest(std::span<const float> values) {
    std::array<float, lanes> lane{};
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) {
            const float a = std::fabs(values[i + j]);
            lane[j] = a > lane[j] ? a : lane[j];
        }
    }
    for (; i < values.size(); ++i) lane[0] = std::max(lane[0], std::fabs(values[i]));
    return *std::max_element(lane.begin(), lane.end());
}

template <typename Function>
double sum(std::span<const float> values, Function function) {
    std::array<double, lanes> lane{};
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) lane[j] += function(static_cast<double>(values[i + j]));
    }
    for (; i < values.size(); ++i) lane[0] += function(static_cast<double>(values[i]));
    return std::accumulate(lane.begin(), lane.end(), 0.0);
}

}  // namespace

double magnitude(std::span<const float> values, config::NoiseMagnitude reading) {
    if (values.empty()) return 0;
    const double count = static_cast<double>(values.size());
    switch (reading) {
        case config::NoiseMagnitude::max_abs:
            return static_cast<double>(largest(values));
        case config::NoiseMagnitude::rms:
            return std::sqrt(sum(values, [](double v) { return v * v; }) / count);
        case config::NoiseMagnitude::mean_abs:
            return sum(values, [](double v) { return std::fabs(v); }) / count;
        case config::NoiseMagnitude::per_element:
            break;
    }
    throw Error("noise.magnitude = per_element has no magnitude common to {} values", values.size());
}

}  // namespace quell::analog
