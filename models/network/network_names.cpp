#include "models/network/network_names.h"

#include "models/network/builtin/builtin.h"
#include "models/network/default/default_network.h"

namespace quell::network {

std::vector<std::string> network_names() {
    std::vector<std::string> names;
    for (const BuiltinNetwork& network : builtin_networks()) names.push_back(network.name);
    names.emplace_back(default_network_name);
    return names;
}

}  // namespace quell::network
