// Where the values of a network lie: which ones share a place, when each may be given back.
//
// Feature maps are stored row by row, a row pixel by pixel, a pixel channel by channel. Concatenating
// channels moves nothing: the result is the list of its parts. Reshaping moves nothing either; weights are
// permuted offline.
#pragma once

#include "models/network/graph.h"
#include "models/network/shape_inference.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::compiler {

// Some channels of a value, contiguous in memory: height x width x channels words from `offset` in the buffer
// on.
struct Segment {
    std::size_t buffer = 0;
    std::int64_t offset = 0;
    std::int64_t channels = 0;
};

struct StoredValue {
    std::int64_t channels = 1, height = 1, width = 1;
    std::vector<Segment> segments;  // none: a constant, which lies in the PEs
    std::int64_t words() const { return channels * height * width; }
};

// A shape with its batch, seen as a feature map: (1,C,H,W); (1,K) is C = K; anything else one long vector.
StoredValue as_feature_map(const Shape& shape);

struct Buffer {
    std::int64_t words = 0;
    std::size_t last_use =
        0;  // index of the last node that reads it; the number of nodes if it leaves the network
    bool is_input = false;  // comes from the host, through the data memory
};

// How a node is carried out.
enum class Role {
    layer,    // a layer of its own
    rides,    // its function is applied to the results of an earlier layer, before they are stored
    no_work,  // only renames, reshapes or concatenates
};

struct NodePlan {
    Role role = Role::layer;
    std::size_t host = 0;  // the node whose layer computes this node's value; itself when role = layer
};

struct StoragePlan {
    std::map<std::string, StoredValue> values;
    std::vector<Buffer> buffers;
    std::vector<NodePlan> nodes;  // as graph.nodes
};

// Shapes as infer_shapes(graph, 1) gives them.
StoragePlan plan_storage(const network::Graph& graph, const network::ShapeMap& shapes);

}  // namespace quell::compiler
