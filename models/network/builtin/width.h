// The width multiplier of a built-in network (Howard et al., "MobileNets", 2017, section 3.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quell::network {

class Width {
public:
    Width() = default;
    // Above 0 and at most 8.
    static std::optional<Width> parse(const std::string& text);

    // A number of channels, a multiple of 8, times the factor: to the nearest multiple of 8, halves up, at
    // least 8, and the next one where that takes more than a tenth away (torchvision's _make_divisible).
    std::int64_t operator()(std::int64_t channels) const;

    double factor() const { return factor_; }
    static std::string kind() { return "a number above 0, at most 8"; }

private:
    explicit Width(double factor) : factor_(factor) {}

    double factor_ = 1;
};

}  // namespace quell::network
