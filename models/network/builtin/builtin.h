// The networks the program knows by name, built layer by layer as torchvision builds them (the names of nodes
// and parameters are torchvision's as well; ResNet-20/32/56 follow He et al. 2016, section 4.2, with option A
// shortcuts).
//
// They come with drawn weights, for timing and for trials of the machinery: trained ones come as ONNX files.
// `_cifar10` variants take 3x32x32, give 10 classes, and differ from the original only in what `description`
// says.
#pragma once

#include "models/network/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::network {

struct BuiltinNetwork {
    std::string name;         // "resnet18"
    std::string description;  // one line
};

// In the order of a listing.
std::vector<BuiltinNetwork> builtin_networks();
// Also of a name with a width.
bool is_builtin(const std::string& name);

// drawn: uniform in +-sqrt(6 / fan_in) (He et al. 2015) from the seed, biases 0, batch norms neutral.
// none: every constant has its shape and no values; such a network can be timed and described, not run.
enum class Weights { drawn, none };

// "resnet18@0.5" has every number of channels, but the input's and the classes, times 0.5 (width.h). Throws
// UsageError, naming the nearest one, when there is no network of that name, and for a width that is none.
Graph make_builtin(const std::string& name, Weights weights = Weights::drawn, std::uint64_t seed = 1);

}  // namespace quell::network
