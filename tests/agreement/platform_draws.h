// Networks and machines drawn at random.
#pragma once

#include "models/network/graph.h"
#include "sw/compiler/lowering.h"

#include <random>

namespace quell::test {

// A few layers of random shapes.
network::Graph random_network(std::mt19937& random);

compiler::LoweringOptions random_machine(std::mt19937& random);

}  // namespace quell::test
