// Removes nodes that only copy: Identity and, as imported, Dropout.
#pragma once

#include "models/network/graph.h"

#include <cstddef>

namespace quell::network {

// Readers of a copy read the original. A copy that is an output of the network hands its name to the node
// that computes the original; it stays where that is an input, a constant or another output. Returns how many
// went.
std::size_t remove_identities(Graph& graph);

}  // namespace quell::network
