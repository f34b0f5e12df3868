#include "models/network/executor.h"
#include "models/network/float32_steps.h"
#include "models/network/workspace_pool.h"

namespace quell::network {
namespace {

class Float32Executor final : public Executor {
public:
    Float32Executor(Graph graph, const ExecutorOptions& options)
        : graph_(std::move(graph)),
          image_shape_(single_image_shape(graph_)),
          steps_(graph_, infer_shapes(graph_, 1), options, Fusion::activations),
          output_shape_(without_batch(steps_.plan().outputs[0].shape, graph_)),
          products_(steps_.plan().products()),
          workspaces_([this] { return steps_.make_workspace(); }) {}

    Tensor<float> run(const Tensor<float>& image, std::int64_t image_index,
                      const ProductHook* hook) const override {
        check_image_shape(image.shape, image_shape_, graph_.name);
        const auto workspace = workspaces_.borrow();
        const Float32Call call{*workspace, image_index, hook};
        Float32Steps::set(call, steps_.plan().inputs[0], image);
        steps_.run(call);
        return Float32Steps::get(call, steps_.plan().outputs[0], output_shape_);
    }

    const Shape& image_shape() const override { return image_shape_; }
    const Shape& output_shape() const override { return output_shape_; }
    const std::vector<ProductSite>& products() const override { return products_; }
    ProductWeights product_weights(std::int64_t product) const override {
        return steps_.product_weights(product);
    }
    std::optional<int> product_fraction_bits(std::int64_t) const override { return std::nullopt; }

private:
    Graph graph_;
    Shape image_shape_;
    Float32Steps steps_;
    Shape output_shape_;
    std::vector<ProductSite> products_;
    mutable WorkspacePool<Float32Workspace> workspaces_;
};

}  // namespace

std::unique_ptr<Executor> make_float32_executor(Graph graph, const ExecutorOptions& options) {
    return std::make_unique<Float32Executor>(std::move(graph), options);
}

std::map<std::string, Tensor<float>> run_once(const Graph& graph,
                                              const std::map<std::string, Tensor<float>>& inputs,
                                              const ExecutorOptions& options) {
    Graph shaped = graph;
    for (ValueInfo& input : shaped.inputs) {
        const auto given = inputs.find(input.name);
        if (given == inputs.end()) throw Error("INPUT '{}': no tensor was given", input.name);
        input.shape = given->second.shape;
    }
    const Float32Steps steps(shaped, infer_shapes(shaped), options, Fusion::activations);
    Float32Workspace workspace = steps.make_workspace();
    const Float32Call call{workspace};
    for (const Operand& input : steps.plan().inputs) Float32Steps::set(call, input, inputs.at(input.value));
    steps.run(call);
    std::map<std::string, Tensor<float>> outputs;
    for (const Operand& output : steps.plan().outputs) {
        outputs.emplace(output.value, Float32Steps::get(call, output, output.shape));
    }
    return outputs;
}

}  // namespace quell::network
