#include "models/network/builtin/width.h"

#include "models/config/value_text.h"

#include <algorithm>

namespace quell::network {

std::optional<Width> Width::parse(const std::string& text) {
    // Wide enough for every study, and far from where the size of a layer leaves 64 bits.
    constexpr double widest = 8;
    const auto factor = config::ValueText<double>::parse(text);
    if (!factor || !(*factor > 0 && *factor <= widest)) return std::nullopt;
    return Width(*factor);
}

std::int64_t Width::operator()(std::int64_t channels) const {
    constexpr std::int64_t divisor = 8;
    const double exact = static_cast<double>(channels) * factor_;
    std::int64_t rounded = static_cast<std::int64_t>(exact + divisor / 2.0) / divisor * divisor;
    rounded = std::max(divisor, rounded);
    if (static_cast<double>(rounded) < 0.9 * exact) rounded += divisor;
    return rounded;
}

}  // namespace quell::network
