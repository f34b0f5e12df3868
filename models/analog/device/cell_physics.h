// What a memory cell makes of the conductance that it was asked for (docs/variation.md). Conductances are
// relative to the largest, Gmax: targets are 0 to 1. Sources: pcm, aihwkit's PCM model; reram, Wan et al. at
// 1 s; both as given there, in uS, divided by their Gmax.
#pragma once

#include "models/analog/device/programming_table.h"
#include "models/config/device_config.h"

#include <array>
#include <memory>

namespace quell::analog {

// clamp(slope ln g + offset, low, high) of a target g; high at g = 0.
struct ClampedLogarithm {
    double slope = 0, offset = 0, low = 0, high = 0;

    double of(double target) const;
};

// The laws of all presets in one form, with t = config.time_s and g the target.
struct CellLaw {
    // Standard deviation of programming: a polynomial of g, at least 0; lowest degree first.
    std::array<double, 5> programming{};
    // Exponent of drift: normal with this mean and deviation, cut at zero. drift_time = ln(t / 20 s), at
    // least 0.
    ClampedLogarithm drift_mean, drift_sigma;
    double drift_time = 0;
    // Standard deviation of a read: read_constant + drifted min(read_share g^-read_power, read_largest).
    double read_constant = 0, read_share = 0, read_power = 0, read_largest = 0;
};

// A normal exponent of drift, cut at zero.
struct DriftExponent {
    double mean = 0, sigma = 0;
};

class CellPhysics {
public:
    // Throws Error when programming_table is not one, or when time_s is before programming.
    explicit CellPhysics(const config::DeviceConfig& config);

    const CellLaw& law() const { return law_; }

    // nullptr when the law's polynomial holds.
    const ProgrammingTable* programming_table() const { return table_.get(); }

    // Standard deviation of the conductance after programming.
    double programming_sigma(double target) const;

    DriftExponent drift_exponent(double target) const;

    // (t / 20 s)^-exponent at config.time_s; 1 before 20 s, when the cell was first looked at.
    double drift(double exponent) const;

    // Standard deviation of one read of a cell that has drifted to this conductance.
    double read_sigma(double target, double drifted) const;

    // Largest conductance, in siemens.
    double largest_conductance() const { return largest_conductance_; }

private:
    CellLaw law_;
    std::shared_ptr<const ProgrammingTable> table_;
    double largest_conductance_ = 0;
};

// A normal number of this mean and deviation, cut at zero: its mean and variance. The deviation may be 0.
struct CutNormal {
    double mean = 0, variance = 0;
};
CutNormal cut_at_zero(double mean, double sigma);

}  // namespace quell::analog
