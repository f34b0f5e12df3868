// Marks of nodes as entries of the model's metadata: "quell.node.<node>.<key>". A key has no dot, a node's
// name may have some, so that the last dot separates them.
#pragma once

#include "models/network/graph.h"

#include <map>
#include <string>

namespace quell::network {

// Takes the marks of nodes that exist out of the graph's metadata and puts them on the nodes.
void move_marks_to_nodes(Graph& graph);

// The graph's metadata together with the marks of its nodes. Throws Error where a key has a dot.
std::map<std::string, std::string> metadata_with_marks(const Graph& graph);

}  // namespace quell::network
