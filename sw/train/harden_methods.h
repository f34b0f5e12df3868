// What `harden` compares: ways to train a network, and blocks on top of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace quell::train {

// magnitude_aware: noisy, with gradients that know that the noise grows with a map's magnitude.
enum class Base { untrained, baseline, qat, noisy, variance_aware, magnitude_aware };

struct HardenMethod {
    Base base = Base::baseline;
    int bits = 0;           // of qat
    bool denoiser = false;  // blocks on the network that `base` gives

    bool operator==(const HardenMethod&) const = default;
};

// "model" (the network as it came), "baseline", "qat8" (2 to 16 bits), "noisy", "variance_aware",
// "magnitude_aware", each also with "+denoiser"; "denoiser" is "baseline+denoiser".
std::string name(const HardenMethod& method);

// Whether the network itself is trained under noise.
bool is_noisy(Base base);

// Names with commas between. Throws UsageError naming what is none, or comes twice.
std::vector<HardenMethod> parse_methods(const std::string& text);

// baseline, qat of 8, 6 and 4 bits, noisy, variance_aware, denoiser, noisy+denoiser
inline constexpr const char* all_methods =
    "baseline,qat8,qat6,qat4,noisy,variance_aware,denoiser,noisy+denoiser";

}  // namespace quell::train
