// The fixed16 kernels of a planned network, run step by step.
#pragma once

#include "models/network/execution_plan.h"
#include "models/network/executor.h"
#include "models/network/fixed16_scales.h"
#include "models/network/tile_product.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace quell::network {

struct Fixed16Workspace {
    std::vector<std::int16_t> arena;
    std::vector<double> scratch;     // unfolded matrices and accumulators
    std::vector<std::int64_t> sums;  // of pools and means
    std::vector<float> real;         // values in real units, where a hook or a softmax wants them
    TileWorkspace tiles;             // of products that the machine makes
};

// One run: whose memory, which image, who listens.
struct Fixed16Call {
    Fixed16Workspace& workspace;
    std::int64_t image = 0;
    const ProductHook* hook = nullptr;
};

// A value as a kernel sees it: a constant's words, or a place in the arena.
struct WordOperand {
    const std::int16_t* constant = nullptr;
    std::int64_t offset = 0;
    int fraction_bits = 0;
    Shape shape;

    std::int64_t count() const { return element_count(shape); }
    const std::int16_t* read(const Fixed16Call& call) const {
        return constant != nullptr ? constant : call.workspace.arena.data() + offset;
    }
    std::int16_t* write(const Fixed16Call& call) const { return call.workspace.arena.data() + offset; }
};

class Fixed16Steps {
public:
    using Kernel = std::function<void(const Fixed16Call&)>;

    // Of `graph` only the nodes have to stay; its constants are copied as words.
    Fixed16Steps(const Graph& graph, const ShapeMap& shapes, const ValueRanges& ranges,
                 const ExecutorOptions& options);

    const WordOperand& input() const { return input_; }
    const WordOperand& output() const { return output_; }
    const std::vector<ProductSite>& products() const { return products_; }
    Fixed16Workspace make_workspace() const;

    // As Executor::product_weights.
    ProductWeights product_weights(std::int64_t product) const {
        return product_weights_.at(static_cast<std::size_t>(product - 1))();
    }
    int product_fraction_bits(std::int64_t product) const {
        return product_bits_.at(static_cast<std::size_t>(product - 1));
    }

    void run(const Fixed16Call& call) const {
        for (const Kernel& kernel : kernels_) kernel(call);
    }

private:
    std::vector<Kernel> kernels_;
    std::map<std::string, WordTensor> constants_;  // those read as values; weights live in their kernels
    std::vector<ProductSite> products_;
    std::vector<std::function<ProductWeights()>> product_weights_;
    std::vector<int> product_bits_;
    WordOperand input_, output_;
    std::int64_t arena_ = 0, scratch_ = 0, sums_ = 0, real_ = 0;  // elements
};

}  // namespace quell::network
