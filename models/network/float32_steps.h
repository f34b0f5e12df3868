// The float32 kernels of a planned network, run step by step. Behind make_float32_executor, run_once and
// calibration.
#pragma once

#include "models/network/execution_plan.h"
#include "models/network/executor.h"
#include "models/network/tile_product.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace quell::network {

struct Float32Workspace {
    std::vector<float> arena, scratch;
    TileWorkspace tiles;  // of products that the machine makes
};

// One run: whose memory, which image, who listens.
struct Float32Call {
    Float32Workspace& workspace;
    std::int64_t image = 0;
    const ProductHook* hook = nullptr;

    const float* read(const Operand& operand) const {
        if (!operand.present()) return nullptr;
        return operand.constant != nullptr ? operand.constant->data()
                                           : workspace.arena.data() + operand.offset;
    }
    float* write(const Operand& operand) const { return workspace.arena.data() + operand.offset; }
    float* scratch() const { return workspace.scratch.data(); }
};

class Float32Steps {
public:
    using Kernel = std::function<void(const Float32Call&)>;

    // `graph` has to outlive this object; `shapes` without dynamic dimensions.
    Float32Steps(const Graph& graph, const ShapeMap& shapes, const ExecutorOptions& options, Fusion fusion);

    const ExecutionPlan& plan() const { return plan_; }
    Float32Workspace make_workspace() const;

    // As Executor::product_weights.
    ProductWeights product_weights(std::int64_t product) const {
        return product_weights_.at(static_cast<std::size_t>(product - 1))();
    }

    void run(const Float32Call& call) const {
        for (const Kernel& kernel : kernels_) kernel(call);
    }
    void run_step(std::size_t step, const Float32Call& call) const { kernels_[step](call); }

    // Copies of an operand in and out.
    static void set(const Float32Call& call, const Operand& operand, const Tensor<float>& tensor);
    static Tensor<float> get(const Float32Call& call, const Operand& operand, const Shape& shape);

private:
    ExecutionPlan plan_;
    std::vector<Kernel> kernels_;
    std::vector<std::function<ProductWeights()>> product_weights_;
    std::int64_t scratch_elements_ = 0;
};

}  // namespace quell::network
