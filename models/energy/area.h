// The chip's area, from ISAAC's table (ISCA 2016, table I, 32 nm), scaled to the configuration by counts.
#pragma once

#include "models/config/platform_config.h"
#include "models/config/tile_config.h"

#include <string>
#include <vector>

namespace quell::energy {

struct AreaRow {
    std::string component;
    double mm2 = 0;
    std::string source;  // and what it grows with
};

// The denoiser unit is not in it: nobody has published the area of its parts.
struct Area {
    std::vector<AreaRow> pe;    // of one PE
    std::vector<AreaRow> chip;  // of all PEs together, and what they share
    double pe_mm2() const;
    double chip_mm2() const;
};

Area area_of(const config::PlatformConfig& platform, const config::TileConfig& tile);

}  // namespace quell::energy
