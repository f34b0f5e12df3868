// The trained network that the program brings along: what `quell eval` shows when nothing else is asked for
// (docs/default-network.md).
#pragma once

#include "models/network/graph.h"

#include <cstddef>
#include <string_view>

namespace quell::network {

// A name wherever a network is named.
inline constexpr std::string_view default_network_name = "resnet20_synthetic";
inline constexpr std::string_view default_network_description =
    "ResNet-20 of half width for 3x32x32, trained on the synthetic set, with its denoiser blocks";

// With its batch norms and marked blocks, as the file has them.
Graph default_network();

// The bytes of the file within the program.
std::string_view default_network_file();

}  // namespace quell::network
