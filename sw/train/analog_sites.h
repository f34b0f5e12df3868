// Where the machine's analog products end in a network whose batch norms are still in place.
#pragma once

#include "models/network/graph.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quell::train {

struct AnalogSite {
    std::size_t product_node = 0;  // index of the Conv or Gemm
    std::size_t value_node =
        0;                     // of the node with the site's value: the batch norm folded into it, or itself
    std::int64_t product = 0;  // from 1 over all Conv and Gemm nodes, blocks' nodes not counted
    std::int64_t convolution = 0;  // from 1 over the Conv nodes; 0 for a Gemm
};

// In execution order. Copies have to be gone (remove_identities).
std::vector<AnalogSite> analog_sites(const network::Graph& graph);

// The site of a convolution. Throws Error where the network does not have it.
const AnalogSite& site_of_convolution(const std::vector<AnalogSite>& sites, std::int64_t convolution);

}  // namespace quell::train
