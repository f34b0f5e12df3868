// The networks that can be named without a file.
#pragma once

#include <string>
#include <vector>

namespace quell::network {

// The built-in ones and the trained one that the program brings along, in the order of a listing.
std::vector<std::string> network_names();

}  // namespace quell::network
