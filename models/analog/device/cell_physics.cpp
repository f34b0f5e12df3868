#include "models/analog/device/cell_physics.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace quell::analog {

namespace {

constexpr double kPcmGmax = 25.0, kReramGmax = 40.0;  // uS
constexpr double kFirstReadSeconds = 20.0;            // when drift is counted from
constexpr double kPcmReadSeconds = 250e-9;            // t_r

// Polynomials of the relative conductance, in uS.
double pcm_programming(double g) {
    return 0.26348 + g * (1.9650 - 1.1731 * g);
}
double reram_programming(double g) {
    return 0.348 + g * (16.030 + g * (-43.853 + g * (45.393 - 16.815 * g)));
}

}  // namespace

double CellPhysics::programming_sigma(double target) const {
    const double share = config_.programming_percent / 100.0;
    switch (config_.preset) {
        case config::DevicePreset::pcm:
            return pcm_programming(target) / kPcmGmax;
        case config::DevicePreset::reram:
            return std::max(0.0, reram_programming(target) / kReramGmax);
        case config::DevicePreset::generic:
            break;
    }
    switch (config_.programming_error) {
        case config::ProgrammingErrorKind::proportional:
            return share * target;
        case config::ProgrammingErrorKind::inverse:
            return share * (1.0 - target);
        case config::ProgrammingErrorKind::independent:
            break;
    }
    return share;
}

DriftExponent CellPhysics::drift_exponent(double target) const {
    switch (config_.preset) {
        case config::DevicePreset::pcm: {
            // A cell at zero has the limits' values.
            const double logarithm = target > 0 ? std::log(target) : -1e9;
            return {std::clamp(-0.0155 * logarithm + 0.0244, 0.049, 0.1),
                    std::clamp(-0.0125 * logarithm - 0.0059, 0.008, 0.045)};
        }
        case config::DevicePreset::reram:
            return {};
        case config::DevicePreset::generic:
            break;
    }
    return {config_.drift_exponent, config_.drift_exponent_sigma};
}

double CellPhysics::drift(double exponent) const {
    return config_.time_s <= kFirstReadSeconds ? 1.0
                                               : std::pow(config_.time_s / kFirstReadSeconds, -exponent);
}

double CellPhysics::read_sigma(double target, double drifted) const {
    if (config_.preset != config::DevicePreset::pcm) return config_.read_percent / 100.0;
    const double seconds = std::max(config_.time_s, kFirstReadSeconds);
    const double grown = std::sqrt(std::log((seconds + kPcmReadSeconds) / (2.0 * kPcmReadSeconds)));
    const double share = target > 0 ? std::min(0.0088 / std::pow(target, 0.65), 0.2) : 0.2;
    return drifted * share * grown;
}

CutNormal cut_at_zero(double mean, double sigma) {
    if (sigma <= 0) return {std::max(mean, 0.0), 0.0};
    const double a = mean / sigma;
    const double density = std::exp(-0.5 * a * a) / std::sqrt(2.0 * std::numbers::pi);
    const double below = 0.5 * std::erfc(-a / std::numbers::sqrt2);
    const double first = mean * below + sigma * density;
    const double second = (mean * mean + sigma * sigma) * below + mean * sigma * density;
    return {first, std::max(0.0, second - first * first)};
}

}  // namespace quell::analog
