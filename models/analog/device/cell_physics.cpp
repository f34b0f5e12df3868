#include "models/analog/device/cell_physics.h"

#include "models/base/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace quell::analog {

namespace {

constexpr double kPcmGmax = 25.0, kReramGmax = 40.0;  // uS
constexpr double kFirstReadSeconds = 20.0;            // when drift is counted from
constexpr double kPcmReadSeconds = 250e-9;            // t_r

std::array<double, 5> generic_programming(const config::DeviceConfig& config) {
    const double share = config.programming_percent / 100.0;
    switch (config.programming_error) {
        case config::ProgrammingErrorKind::proportional:
            return {0, share};
        case config::ProgrammingErrorKind::inverse:
            return {share, -share};
        case config::ProgrammingErrorKind::independent:
            break;
    }
    return {share};
}

std::array<double, 5> relative(std::array<double, 5> polynomial, double largest) {
    for (double& coefficient : polynomial) coefficient /= largest;
    return polynomial;
}

ClampedLogarithm constant(double value) {
    return {0, value, value, value};
}

CellLaw law_of(const config::DeviceConfig& config) {
    CellLaw law;
    const double seconds = std::max(config.time_s, kFirstReadSeconds);
    law.drift_time = std::log(seconds / kFirstReadSeconds);
    switch (config.preset) {
        case config::DevicePreset::pcm: {
            law.programming = relative({0.26348, 1.9650, -1.1731}, kPcmGmax);
            law.drift_mean = {-0.0155, 0.0244, 0.049, 0.1};
            law.drift_sigma = {-0.0125, -0.0059, 0.008, 0.045};
            const double grown = std::sqrt(std::log((seconds + kPcmReadSeconds) / (2.0 * kPcmReadSeconds)));
            law.read_share = 0.0088 * grown;
            law.read_power = 0.65;
            law.read_largest = 0.2 * grown;
            return law;
        }
        case config::DevicePreset::reram:
            law.programming = relative({0.348, 16.030, -43.853, 45.393, -16.815}, kReramGmax);
            break;
        case config::DevicePreset::generic:
            law.programming = generic_programming(config);
            law.drift_mean = constant(config.drift_exponent);
            law.drift_sigma = constant(config.drift_exponent_sigma);
            break;
    }
    law.read_constant = config.read_percent / 100.0;
    return law;
}

}  // namespace

double ClampedLogarithm::of(double target) const {
    return target > 0 ? std::clamp(slope * std::log(target) + offset, low, high) : high;
}

CellPhysics::CellPhysics(const config::DeviceConfig& config) : law_(law_of(config)) {
    if (!(config.time_s >= 0)) {
        throw Error("time of reading {} s: expected 0 s or more, counted from programming", config.time_s);
    }
    if (config.preset == config::DevicePreset::generic && !config.programming_table.empty()) {
        table_ = std::make_shared<const ProgrammingTable>(config.programming_table);
    }
    const double preset = config.preset == config::DevicePreset::reram ? kReramGmax : kPcmGmax;
    largest_conductance_ = config.gmax_us.value_or(preset) * 1e-6;
}

double CellPhysics::programming_sigma(double target) const {
    if (table_) return table_->sigma(target);
    double sigma = 0;
    for (auto c = law_.programming.rbegin(); c != law_.programming.rend(); ++c) sigma = sigma * target + *c;
    return std::max(0.0, sigma);
}

DriftExponent CellPhysics::drift_exponent(double target) const {
    return {law_.drift_mean.of(target), law_.drift_sigma.of(target)};
}

double CellPhysics::drift(double exponent) const {
    return std::exp(-exponent * law_.drift_time);
}

double CellPhysics::read_sigma(double target, double drifted) const {
    const double share =
        target > 0 ? std::min(law_.read_share * std::pow(target, -law_.read_power), law_.read_largest)
                   : law_.read_largest;
    return law_.read_constant + drifted * share;
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
