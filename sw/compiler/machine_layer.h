// A network in the machine's terms: what `lower` makes of a graph, and the context words and the closed forms
// are made from.
#pragma once

#include "models/analog/crossbar_mapping.h"
#include "models/base/tensor.h"
#include "models/timing/layer_work.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::compiler {

// A value that lies in memory. Between layers it is what one writes and others read.
struct FeatureMap {
    std::int64_t words = 0;
    std::int64_t address = -1;  // of the first buffer, in words; -1: nothing reads or writes it
    std::int64_t buffers = 1;   // behind each other: image n's map lies in buffer n % buffers
};

// One step of the machine's program: a node of the graph with the elementwise functions that ride on its
// results. Layers that move nothing and compute nothing (Flatten, Concat by address) are listed with no
// passes.
struct MachineLayer {
    std::string name, op;            // of the node; op is the ONNX operator
    std::vector<std::string> fused;  // names of the nodes done on the way to memory
    std::int64_t convolution = 0;    // 1-based over the convolutions; 0 for all else
    std::int64_t macs = 0;
    Shape output;              // (C,H,W) or the like, without the batch
    std::int64_t outputs = 0;  // elements of it

    bool on_crossbars = false;
    analog::CrossbarMapping mapping;
    std::int64_t replicas = 1;
    std::vector<timing::Pass> passes;
    std::vector<std::size_t> reads;  // feature maps, each once
    std::size_t writes = 0;          // the feature map

    bool denoised = false;                  // a block follows
    std::int64_t output_address = 0;        // of the feature map, in words
    std::int64_t block_weight_address = 0;  // of the block's weight image

    std::int64_t crossbars() const { return on_crossbars ? mapping.crossbars() * replicas : 0; }
};

struct MachineNetwork {
    std::string name;
    std::vector<MachineLayer> layers;
    std::vector<FeatureMap> maps;
    std::int64_t crossbars = 0;         // of all layers, with replicas
    bool resident = true;               // all weights are on the grid; false: written again for every image
    std::int64_t scratchpad_words = 0;  // highest word in use
    std::int64_t spilled_words = 0;     // of feature maps that lie in the data memory for want of room
};

}  // namespace quell::compiler
