// What the analog memory cells do to the weights (docs/variation.md). Immutable once validated.
#pragma once

#include <cstdint>

namespace quell::config {

enum class DevicePreset { pcm, reram, generic };

// How the error of programming depends on the target; generic only.
enum class ProgrammingErrorKind { independent, proportional, inverse };

enum class DriftCompensation { none, global };

struct DeviceConfig {
    DevicePreset preset = DevicePreset::pcm;
    ProgrammingErrorKind programming_error = ProgrammingErrorKind::independent;
    double programming_percent = 2;   // of Gmax; generic only
    double drift_exponent = 0;        // generic only
    double drift_exponent_sigma = 0;  // generic only
    double read_percent = 0;          // of Gmax; not pcm
    double stuck_on_percent = 0, stuck_off_percent = 0;
    DriftCompensation drift_compensation = DriftCompensation::none;
    double time_s = 20;  // since programming
    std::uint64_t chip_seed = 1;
};

}  // namespace quell::config
