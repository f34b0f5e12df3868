// The strips of one layer, once it is known where its inputs, outputs and weights lie.
#pragma once

#include "models/config/platform_config.h"
#include "models/network/graph.h"
#include "models/timing/layer_work.h"
#include "sw/compiler/grid_placement.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/value_storage.h"

#include <cstdint>
#include <vector>

namespace quell::compiler {

// A stored value with the addresses of its segments.
struct PlacedValue {
    StoredValue value;
    std::vector<std::int64_t> addresses;  // of each segment, in words

    // Transfers for rows [begin, end) of all channels.
    std::vector<timing::Transfer> rows(std::int64_t begin, std::int64_t end) const;
    std::vector<timing::Transfer> all() const { return rows(0, value.height); }
};

struct CrossbarStrips {
    const network::Window* window =
        nullptr;  // none: a fully connected layer, every row of the output a product
    PlacedValue input, output;
    std::int64_t input_channels_per_pe = 0;  // that the line buffer holds
    std::int64_t outputs_per_pe = 0;         // of the busiest PE, per product
    std::int64_t output_channels = 0;        // stored in this pass
    std::int64_t first_output_channel = 0;
    std::int64_t row_splits = 1, pes_per_stack = 1;
    std::int64_t replicas = 1;
    std::vector<timing::DigitalFunction> functions;  // bias, then what rides on the layer
};

std::vector<timing::StripRun> crossbar_strips(const CrossbarStrips& layer,
                                              const config::PlatformConfig& platform);

// A layer of the digital units, on all PEs.
struct DigitalStrips {
    const network::Node* node = nullptr;
    std::vector<PlacedValue> inputs;  // without constants
    PlacedValue output;
    std::int64_t macs = 0;
    std::vector<timing::DigitalFunction> functions;  // what rides on the layer
    std::int64_t pes = 1;
};

std::vector<timing::StripRun> digital_strips(const DigitalStrips& layer);

// The digital functions of an elementwise node.
std::vector<timing::DigitalFunction> functions_of(const network::Operation& operation);

}  // namespace quell::compiler
