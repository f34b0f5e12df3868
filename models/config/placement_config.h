// Where denoiser blocks stand in the network. Immutable once validated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quell::config {

struct PlacementConfig {
    // Numbers of the convolutions a block follows, from 1 in execution order, shortcut convolutions included,
    // block convolutions not. Absent: the network's own blocks, or the command's default.
    std::optional<std::vector<std::int64_t>> after;
    // Folder of their weights, block_<convolution>.npz; empty: none were given.
    std::string weights;
};

}  // namespace quell::config
