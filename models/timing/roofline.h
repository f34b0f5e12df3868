// The least cycles that each resource of the denoiser unit would need for a block if nothing else held it up
// (docs/timing.md, section 7). No block, in either schedule, is faster than any of them.
#pragma once

#include "models/timing/block_timing.h"

#include <array>
#include <string_view>
#include <utility>

namespace quell::timing {

struct Roofline {
    Cycles multipliers = 0;             // MACs over 9 multipliers a core, all cores there are
    Cycles lanes = 0;                   // elements over all lanes there are
    Cycles activation_read_ports = 0;   // words over words a cycle
    Cycles activation_write_ports = 0;  // the same
    Cycles weight_port = 0;             // the same
    Cycles dma = 0;                     // words over words of a beat

    using Entry = std::pair<std::string_view, Cycles>;
    std::array<Entry, 6> entries() const {
        return {{{"multipliers", multipliers},
                 {"lanes", lanes},
                 {"activation_read_ports", activation_read_ports},
                 {"activation_write_ports", activation_write_ports},
                 {"weight_port", weight_port},
                 {"dma", dma}}};
    }
    // The resource that needs the most; of equals the first.
    Entry binding() const;

    // What no block can go below: the binding resource, or, where one hardware block works at a time, the
    // multipliers and after them the lanes.
    Cycles bound(config::Schedule schedule) const;
};

// `timing` is what run_plan made of `plan`.
Roofline roofline(const BlockPlan& plan, const BlockTiming& timing, const config::DenoiserConfig& config);

}  // namespace quell::timing
