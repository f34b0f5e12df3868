// A network from what a person typed.
#pragma once

#include "models/network/builtin/builtin.h"
#include "models/network/graph.h"

#include <string>

namespace quell::network {

// `name_or_path`: the name of a built-in network, of the trained one that the program brings along
// (default/default_network.h), or the path of an ONNX file. `weights` and `seed` matter for built-in ones
// alone. Batch norms are still in place. Throws Error naming what was typed when it is neither, and for
// weights that are not finite.
Graph load_network(const std::string& name_or_path, Weights weights = Weights::drawn, std::uint64_t seed = 1);

// What results call the network: the built-in name, or the file's without folder and ending.
std::string display_name(const std::string& name_or_path);

}  // namespace quell::network
