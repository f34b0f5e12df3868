// Runs a network: one image in, the network's output for it, with the machine's hook after every analog
// product.
//
//     fold_batch_normalization(graph);
//     auto executor = make_float32_executor(std::move(graph));
//     Tensor<float> logits = executor->run(image, index, &noise);
//
// A network is compiled once (shapes, buffers, kernels). Batch norms are expected to be folded already; one
// that is left runs as a per-channel affine function. The same bits come out of any number of threads and any
// batch, because an image is always computed alone, by single-threaded library calls.
#pragma once

#include "models/base/tensor.h"
#include "models/network/analog_products.h"
#include "models/network/graph.h"
#include "models/network/product_hook.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quell::network {

struct ExecutorOptions {
    std::uint64_t seed = 0;  // of RandomNormalLike nodes
};

class Executor {
public:
    virtual ~Executor() = default;

    // `image`: (C,H,W), or (1,C,H,W), of the shape of the network's only input, in the network's own units
    // (already scaled and normalised). `image_index` is its place in the data set: it keys random numbers and
    // is told to the hook. Returns the first output without its batch axis, in real units. May be called from
    // several threads at once. Throws Error when the shape does not fit.
    virtual Tensor<float> run(const Tensor<float>& image, std::int64_t image_index = 0,
                              const ProductHook* hook = nullptr) const = 0;

    // (C,H,W) of the image expected.
    virtual const Shape& image_shape() const = 0;
    // Of the result, without the batch.
    virtual const Shape& output_shape() const = 0;

    // Where the hook is called, in execution order. `image` is 0, `node` points into the executor's graph.
    virtual const std::vector<ProductSite>& products() const = 0;

    // What lies on the crossbars of product 1, 2, ..., as the arithmetic rounds it. Throws Error, naming the
    // node, for weights that are computed while running.
    virtual ProductWeights product_weights(std::int64_t product) const = 0;

    // Fraction bits of the words that product 1, 2, ... becomes; absent where there are no words.
    virtual std::optional<int> product_fraction_bits(std::int64_t product) const = 0;
};

// Plain float32. Throws Error, naming the node, when the graph cannot be run one image at a time: more than
// one input, a fixed batch above 1.
std::unique_ptr<Executor> make_float32_executor(Graph graph, const ExecutorOptions& options = {});

// Runs any graph once in float32, of any ranks and number of inputs and outputs: the inputs' shapes are those
// of the tensors given. Outputs by name. For tests and tools.
std::map<std::string, Tensor<float>> run_once(const Graph& graph,
                                              const std::map<std::string, Tensor<float>>& inputs,
                                              const ExecutorOptions& options = {});

// Calls work(image, worker) for every image of [0, count) on `threads` threads (0: one per processor); images
// are handed out in order. The first exception thrown ends the loop and is thrown again here.
void for_each_image(std::int64_t count, int threads,
                    const std::function<void(std::int64_t image, int worker)>& work);

}  // namespace quell::network
