// In which order one start of the block cancels its elements, and by which lane: the part of the machine's
// plan that its bits depend on (models/timing/block_plan.h decides it; docs/numerics.md, section 6).
#pragma once

#include <cstdint>

namespace quell::denoiser {

// Strips of `strip_pixels` consecutive pixels (row-major, the last may be shorter); in a strip, tiles of
// `tile_channels` consecutive channels; in a tile, channel after channel, pixel after pixel. Element e of a
// tile (from 0) goes to lane e mod `lanes`, the first of the machine's lanes.
struct CancelOrder {
    std::int64_t strip_pixels = 0;
    std::int64_t tile_channels = 0;
    int lanes = 1;
};

}  // namespace quell::denoiser
