// What a memory cell makes of the conductance that it was asked for (docs/variation.md). Conductances are
// relative to the largest, Gmax: targets are 0 to 1. Sources: pcm, aihwkit's PCM model; reram, Wan et al. at
// 1 s; both as given there, in uS, divided by their Gmax.
#pragma once

#include "models/config/device_config.h"

namespace quell::analog {

// A normal exponent of drift, cut at zero.
struct DriftExponent {
    double mean = 0, sigma = 0;
};

class CellPhysics {
public:
    explicit CellPhysics(const config::DeviceConfig& config) : config_(config) {}

    // Standard deviation of the conductance after programming.
    double programming_sigma(double target) const;

    DriftExponent drift_exponent(double target) const;

    // (t / 20 s)^-exponent at config.time_s; 1 before 20 s, when the cell was first looked at.
    double drift(double exponent) const;

    // Standard deviation of one read of a cell that has drifted to this conductance.
    double read_sigma(double target, double drifted) const;

private:
    config::DeviceConfig config_;
};

// A normal number of this mean and deviation, cut at zero: its mean and variance. The deviation may be 0.
struct CutNormal {
    double mean = 0, variance = 0;
};
CutNormal cut_at_zero(double mean, double sigma);

}  // namespace quell::analog
