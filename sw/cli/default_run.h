// What `quell run` and `quell sweep` take when no network is named: the paper's hardware experiment.
#pragma once

#include <array>
#include <cstdint>

namespace quell::cli {

inline constexpr const char* default_network = "resnet18";
inline constexpr std::array<std::int64_t, 2> default_blocks{1, 20};  // after these convolutions

}  // namespace quell::cli
