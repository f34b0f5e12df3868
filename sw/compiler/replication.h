// How often to lay each layer's weights on the grid: copies share the layer's pixels.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace quell::compiler {

struct ReplicationLayer {
    std::int64_t stack_height = 1;  // crossbars of one stack
    std::int64_t stacks = 1;        // of one copy
    std::int64_t pixels = 1;        // products of one image: more copies than that are of no use
};

// Copies of each layer. A number: that many for all, up to their pixels. None: starting from one copy each,
// the next copy always goes where it saves most products per crossbar, until no more fit on `pes` PEs; one
// copy each when not even those do.
std::vector<std::int64_t> replicate(const std::vector<ReplicationLayer>& layers, std::optional<int> copies,
                                    std::int64_t pes, std::int64_t crossbars_per_pe);

}  // namespace quell::compiler
