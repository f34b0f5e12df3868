#include "models/network/fixed16_executor.h"

#include "models/network/fixed16_steps.h"
#include "models/network/kernels/words.h"
#include "models/network/workspace_pool.h"

namespace quell::network {
namespace {

class Fixed16Executor final : public Executor {
public:
    Fixed16Executor(Graph graph, const ValueRanges& ranges, const ExecutorOptions& options)
        : graph_(std::move(graph)),
          image_shape_(single_image_shape(graph_)),
          steps_(graph_, infer_shapes(graph_, 1), ranges, options),
          output_shape_(without_batch(steps_.output().shape, graph_)),
          workspaces_([this] { return steps_.make_workspace(); }) {
        graph_.constants.clear();  // held as words from here on
    }

    Tensor<float> run(const Tensor<float>& image, std::int64_t image_index,
                      const ProductHook* hook) const override {
        check_image_shape(image.shape, image_shape_, graph_.name);
        const auto workspace = workspaces_.borrow();
        const Fixed16Call call{*workspace, image_index, hook};
        kernels::quantise(image.size(), image.data(), steps_.input().fraction_bits,
                          steps_.input().write(call));
        steps_.run(call);
        Tensor<float> result(output_shape_);
        kernels::dequantise(result.size(), steps_.output().read(call), steps_.output().fraction_bits,
                            result.data());
        return result;
    }

    const Shape& image_shape() const override { return image_shape_; }
    const Shape& output_shape() const override { return output_shape_; }
    const std::vector<ProductSite>& products() const override { return steps_.products(); }
    ProductWeights product_weights(std::int64_t product) const override {
        return steps_.product_weights(product);
    }
    std::optional<int> product_fraction_bits(std::int64_t product) const override {
        return steps_.product_fraction_bits(product);
    }

private:
    Graph graph_;
    Shape image_shape_;
    Fixed16Steps steps_;
    Shape output_shape_;
    mutable WorkspacePool<Fixed16Workspace> workspaces_;
};

}  // namespace

std::unique_ptr<Executor> make_fixed16_executor(Graph graph, const ValueRanges& ranges,
                                                const ExecutorOptions& options) {
    return std::make_unique<Fixed16Executor>(std::move(graph), ranges, options);
}

}  // namespace quell::network
