#include "models/network/float32_steps.h"

#include "models/network/kernels/convolution.h"
#include "models/network/kernels/elementwise.h"
#include "models/network/kernels/gemm.h"
#include "models/network/kernels/layout.h"
#include "models/network/kernels/pool.h"
#include "models/network/kernels/random_normal.h"
#include "models/network/kernels/reduce.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace quell::network {
namespace {

using Call = Float32Call;
using Kernel = Float32Steps::Kernel;

// Makes the kernel of one step. Everything that depends on shapes and attributes alone is worked out here,
// once.
class KernelMaker {
public:
    KernelMaker(const Step& step, const ExecutorOptions& options, std::int64_t random_nodes)
        : step_(step), options_(options), random_nodes_(random_nodes) {}

    Kernel make() { return std::visit(*this, step_.node->operation); }
    std::int64_t scratch_elements() const { return scratch_; }
    std::function<ProductWeights()> product_weights() const { return product_weights_; }

    Kernel operator()(const Convolution& operation) {
        const Operand x = step_.inputs[0], weight = step_.inputs[1], y = step_.output;
        const auto geometry = kernels::convolution_geometry(operation, x.shape, weight.shape, y.shape);
        const Kernel finish = finish_product(step_.inputs.size() > 2 ? step_.inputs[2] : Operand{},
                                             geometry.out_channels, geometry.out_plane());
        take_weights(
            step_.inputs[1], {geometry.groups, geometry.group_outputs(), geometry.depth(), {}},
            [](const Tensor<float>& weights, ProductWeights& matrix) { matrix.values = weights.values; });
        return on_tiles_or(TileProduct(geometry), x, y, convolution(operation, geometry, x, weight, y),
                           finish);
    }

    Kernel convolution(const Convolution&, const kernels::ConvolutionGeometry& geometry, const Operand& x,
                       const Operand& weight, const Operand& y) {
        const auto images = [geometry](const float* in, float* out, auto&& each) {
            for (std::int64_t n = 0; n < geometry.batch; ++n) {
                each(in + n * geometry.channels * geometry.plane(),
                     out + n * geometry.out_channels * geometry.out_plane());
            }
        };
        if (geometry.is_depthwise()) {
            return [=](const Call& call) {
                images(call.read(x), call.write(y), [&](const float* in, float* out) {
                    kernels::depthwise(geometry, in, call.read(weight), out);
                });
            };
        }
        const std::int64_t rows =
            geometry.is_pointwise() ? 0 : kernels::rows_per_tile(geometry, sizeof(float));
        scratch_ = geometry.depth() * rows * geometry.out_width;
        return [=](const Call& call) {
            images(call.read(x), call.write(y), [&](const float* in, float* out) {
                convolve(geometry, rows, in, call.read(weight), out, call.scratch());
            });
        };
    }

    Kernel operator()(const Gemm& operation) {
        const Operand a = step_.inputs[0], b = step_.inputs[1], y = step_.output;
        const std::int64_t m = y.shape[0], n = y.shape[1];
        const std::int64_t k = a.shape[operation.transpose_a ? 0 : 1];
        const std::int64_t a_stride = a.shape[1], b_stride = b.shape[1];
        const bool has_bias = step_.inputs.size() > 2 && step_.inputs[2].present();
        const Operand c = has_bias ? step_.inputs[2] : Operand{};
        const auto plan =
            has_bias ? kernels::plan_broadcast(y.shape, c.shape, y.shape) : kernels::BroadcastPlan{};
        take_weights(b, {1, n, k, {}}, [=](const Tensor<float>& weights, ProductWeights& matrix) {
            for (std::int64_t i = 0; i < n; ++i) {
                for (std::int64_t j = 0; j < k; ++j) {
                    const std::int64_t at = operation.transpose_b ? i * b_stride + j : j * b_stride + i;
                    matrix.values.push_back(operation.alpha * weights.data()[at]);
                }
            }
        });
        const Kernel own = [=](const Call& call) {
            kernels::multiply(m, n, k, {call.read(a), a_stride, operation.transpose_a},
                              {call.read(b), b_stride, operation.transpose_b}, {call.write(y), n},
                              operation.alpha);
        };
        const Kernel hook = finish_product({}, n, m);
        const Kernel finish = [=](const Call& call) {
            if (has_bias) {
                float* out = call.write(y);
                const float* bias = call.read(c);
                kernels::for_each_run(plan, [&](std::int64_t, std::int64_t c_at, std::int64_t at,
                                                std::int64_t, std::int64_t c_step, std::int64_t length) {
                    for (std::int64_t i = 0; i < length; ++i)
                        out[at + i] += operation.beta * bias[c_at + i * c_step];
                });
            }
            hook(call);
        };
        return on_tiles_or(TileMatrixProduct(m, k, n, operation.transpose_a), a, y, own, finish);
    }

    Kernel operator()(const MatMul&) {
        const Operand a = step_.inputs[0], b = step_.inputs[1], y = step_.output;
        // A vector on the left is a row, on the right a column; the axis so made is not in the result.
        Shape left = a.shape, right = b.shape;
        if (left.size() == 1) left.insert(left.begin(), 1);
        if (right.size() == 1) right.push_back(1);
        const std::int64_t m = left[left.size() - 2], k = left.back(), n = right.back();
        const Shape left_batch(left.begin(), left.end() - 2), right_batch(right.begin(), right.end() - 2);
        const auto plan =
            kernels::plan_broadcast(left_batch, right_batch, broadcast(left_batch, right_batch));
        return [=](const Call& call) {
            const float* left_data = call.read(a);
            const float* right_data = call.read(b);
            float* out = call.write(y);
            kernels::for_each_run(plan, [&](std::int64_t a_at, std::int64_t b_at, std::int64_t at,
                                            std::int64_t a_step, std::int64_t b_step, std::int64_t length) {
                for (std::int64_t i = 0; i < length; ++i) {
                    kernels::multiply(m, n, k, {left_data + (a_at + i * a_step) * m * k, k},
                                      {right_data + (b_at + i * b_step) * k * n, n},
                                      {out + (at + i) * m * n, n});
                }
            });
        };
    }

    Kernel operator()(const BatchNormalization& operation) {
        const std::vector<Operand> in = step_.inputs;
        const Operand y = step_.output;
        const std::int64_t channels = in[1].count();
        const std::int64_t batch = y.shape[0], plane = y.count() / (batch * channels);
        scratch_ = 2 * channels;
        return [=](const Call& call) {
            float* scale = call.scratch();
            float* shift = scale + channels;
            for (std::int64_t c = 0; c < channels; ++c) {
                scale[c] = call.read(in[1])[c] / std::sqrt(call.read(in[4])[c] + operation.epsilon);
                shift[c] = call.read(in[2])[c] - call.read(in[3])[c] * scale[c];
            }
            kernels::channel_affine(batch, channels, plane, scale, shift, call.read(in[0]), call.write(y));
        };
    }

    Kernel operator()(const MaxPool& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        const auto geometry = kernels::pool_geometry(operation.window, x.shape, y.shape);
        return [=](const Call& call) { kernels::max_pool(geometry, call.read(x), call.write(y)); };
    }

    Kernel operator()(const AveragePool& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        const auto geometry = kernels::pool_geometry(operation.window, x.shape, y.shape);
        const std::int64_t plane = geometry.out_height * geometry.out_width;
        std::vector<std::int64_t> counts(static_cast<std::size_t>(plane));
        kernels::pool_counts(geometry, operation.count_include_pad, counts.data());
        return [=](const Call& call) {
            float* out = call.write(y);
            kernels::sum_pool(geometry, call.read(x), out);
            for (std::int64_t i = 0; i < geometry.maps * plane; ++i) {
                out[i] /= static_cast<float>(counts[static_cast<std::size_t>(i % plane)]);
            }
        };
    }

    Kernel operator()(const GlobalAveragePool&) {
        std::vector<std::size_t> axes;
        for (std::size_t axis = 2; axis < step_.inputs[0].shape.size(); ++axis) axes.push_back(axis);
        return mean(axes);
    }

    Kernel operator()(const ReduceMean& operation) {
        const std::size_t rank = step_.inputs[0].shape.size();
        std::vector<std::size_t> axes;
        for (const std::int64_t axis : operation.axes) axes.push_back(resolve_axis(axis, rank));
        if (operation.axes.empty()) {
            for (std::size_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
        }
        return mean(axes);
    }

    Kernel operator()(const Unary& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        const std::int64_t count = y.count();
        return [=](const Call& call) { kernels::apply(operation, count, call.read(x), call.write(y)); };
    }

    Kernel operator()(const Binary& operation) {
        const Operand a = step_.inputs[0], b = step_.inputs[1], y = step_.output;
        const auto plan = kernels::plan_broadcast(a.shape, b.shape, y.shape);
        const auto activation = this->activation();
        if (activation && activation->function == UnaryFunction::relu && plan.same_shape) {
            return [=](const Call& call) {
                kernels::add_relu(plan.count, call.read(a), call.read(b), call.write(y));
            };
        }
        return [=](const Call& call) {
            kernels::apply(operation.function, plan, call.read(a), call.read(b), call.write(y));
            if (activation) kernels::apply(*activation, plan.count, call.write(y), call.write(y));
        };
    }

    Kernel operator()(const Concat& operation) {
        const std::vector<Operand> inputs = step_.inputs;
        const Operand y = step_.output;
        const std::size_t axis = resolve_axis(operation.axis, y.shape.size());
        const std::int64_t outer =
            element_count(Shape(y.shape.begin(), y.shape.begin() + static_cast<long>(axis)));
        const std::int64_t row = y.count() / outer;
        return [=](const Call& call) {
            std::int64_t offset = 0;
            for (const Operand& input : inputs) {
                const std::int64_t length = input.count() / outer;
                kernels::concatenate_part(outer, length, offset, row, call.read(input), call.write(y));
                offset += length;
            }
        };
    }

    Kernel operator()(const Pad& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        return [=](const Call& call) {
            kernels::pad(operation, operation.value, x.shape, call.read(x), call.write(y));
        };
    }

    Kernel operator()(const Flatten&) { return copy(); }
    Kernel operator()(const Reshape&) { return copy(); }

    Kernel operator()(const Transpose& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        std::vector<std::size_t> permutation;
        for (const std::int64_t axis : operation.permutation) {
            permutation.push_back(resolve_axis(axis, x.shape.size()));
        }
        if (permutation.empty()) {
            for (std::size_t axis = x.shape.size(); axis-- > 0;) permutation.push_back(axis);
        }
        return
            [=](const Call& call) { kernels::transpose(x.shape, permutation, call.read(x), call.write(y)); };
    }

    Kernel operator()(const Softmax& operation) {
        const Operand x = step_.inputs[0], y = step_.output;
        const std::size_t axis = resolve_axis(operation.axis, x.shape.size());
        std::int64_t outer = 1, inner = 1;
        for (std::size_t i = 0; i < x.shape.size(); ++i)
            (i < axis ? outer : inner) *= i == axis ? 1 : x.shape[i];
        const std::int64_t length = x.shape[axis];
        return [=](const Call& call) { kernels::softmax(outer, length, inner, call.read(x), call.write(y)); };
    }

    Kernel operator()(const RandomNormalLike& operation) {
        const Operand y = step_.output;
        const std::int64_t images = y.shape.empty() ? 1 : y.shape[0];
        const std::int64_t per_image = y.count() / std::max<std::int64_t>(images, 1);
        // A seed of the node's own distinguishes it from others of the same network.
        const std::uint64_t own = operation.seed ? std::bit_cast<std::uint32_t>(*operation.seed) : 0U;
        const std::uint64_t seed = options_.seed ^ (own << 32);
        const auto node = static_cast<std::uint32_t>(random_nodes_);
        return [=](const Call& call) {
            for (std::int64_t n = 0; n < images; ++n) {
                kernels::random_normal(seed, call.image + n, node, operation.mean, operation.scale, per_image,
                                       call.write(y) + n * per_image);
            }
        };
    }

private:
    // How the weights are laid out for the crossbars, once somebody asks.
    template <typename Fill>
    void take_weights(const Operand& weights, const ProductWeights& matrix, Fill fill) {
        product_weights_ = [=, node = step_.node, constant = weights.constant] {
            if (constant == nullptr) refuse_computed_weights(*node);
            ProductWeights filled = matrix;
            fill(*constant, filled);
            return filled;
        };
    }

    // The machine's products where the hook makes them, otherwise `own`; then what follows a product.
    template <typename Tiles>
    Kernel on_tiles_or(const Tiles& tiles, const Operand& x, const Operand& y, const Kernel& own,
                       const Kernel& finish) const {
        const auto site = step_.site;
        return [=](const Call& call) {
            const AnalogProducts* products = site && call.hook != nullptr ? call.hook->products() : nullptr;
            if (products != nullptr) {
                ProductSite here = *site;
                here.image = call.image;
                call.workspace.tiles.inputs.assign(call.read(x), call.read(x) + x.count());
                tiles.run(here, *products, call.workspace.tiles, call.write(y));
            } else {
                own(call);
            }
            finish(call);
        };
    }

    static void convolve(const kernels::ConvolutionGeometry& geometry, std::int64_t rows, const float* x,
                         const float* weight, float* y, float* columns) {
        const std::int64_t k = geometry.depth(), m = geometry.group_outputs(), plane = geometry.out_plane();
        for (std::int64_t group = 0; group < geometry.groups; ++group) {
            const float* in = x + group * geometry.group_channels() * geometry.plane();
            const float* filters = weight + group * m * k;
            float* out = y + group * m * plane;
            if (rows == 0) {
                kernels::multiply(m, plane, k, {filters, k}, {in, plane}, {out, plane});
                continue;
            }
            for (std::int64_t row = 0; row < geometry.out_height; row += rows) {
                const std::int64_t taken = std::min(rows, geometry.out_height - row);
                const std::int64_t n = taken * geometry.out_width;
                kernels::unfold(geometry, in, row, taken, columns);
                kernels::multiply(m, n, k, {filters, k}, {columns, n},
                                  {out + row * geometry.out_width, plane});
            }
        }
    }

    std::optional<Unary> activation() const {
        if (step_.activation == nullptr) return std::nullopt;
        return std::get<Unary>(step_.activation->operation);
    }

    // What follows a product: bias, the machine's hook, activation.
    Kernel finish_product(const Operand& bias, std::int64_t channels, std::int64_t plane) const {
        const Operand y = step_.output;
        const auto activation = this->activation();
        const auto site = step_.site;
        const std::int64_t count = y.count(), image_count = channels * plane;
        const bool relu = activation && activation->function == UnaryFunction::relu;
        return [=](const Call& call) {
            float* out = call.write(y);
            const bool hooked = site && call.hook != nullptr;
            const bool relu_with_bias = relu && !hooked && bias.present();
            if (bias.present()) {
                for (std::int64_t at = 0; at < count; at += image_count) {
                    kernels::add_bias(channels, plane, call.read(bias), relu_with_bias, out + at);
                }
            }
            if (hooked) {
                ProductSite here = *site;
                here.image = call.image;
                call.hook->after_product(here, {out, static_cast<std::size_t>(count)});
            }
            if (activation && !relu_with_bias) kernels::apply(*activation, count, out, out);
        };
    }

    Kernel mean(const std::vector<std::size_t>& axes) const {
        const Operand x = step_.inputs[0], y = step_.output;
        const auto divisor = static_cast<float>(kernels::summed_count(x.shape, axes));
        const std::int64_t count = y.count();
        return [=](const Call& call) {
            float* out = call.write(y);
            kernels::sum_over(x.shape, axes, call.read(x), out);
            for (std::int64_t i = 0; i < count; ++i) out[i] /= divisor;
        };
    }

    Kernel copy() const {
        const Operand x = step_.inputs[0], y = step_.output;
        const std::int64_t count = y.count();
        return [=](const Call& call) {
            if (call.read(x) != call.write(y)) std::copy_n(call.read(x), count, call.write(y));
        };
    }

    const Step& step_;
    const ExecutorOptions& options_;
    std::int64_t random_nodes_;
    std::int64_t scratch_ = 0;
    std::function<ProductWeights()> product_weights_;
};

}  // namespace

Float32Steps::Float32Steps(const Graph& graph, const ShapeMap& shapes, const ExecutorOptions& options,
                           Fusion fusion)
    : plan_(plan_execution(graph, shapes, fusion)) {
    std::int64_t random_nodes = 0;
    for (const Step& step : plan_.steps) {
        if (std::holds_alternative<RandomNormalLike>(step.node->operation)) ++random_nodes;
        KernelMaker maker(step, options, random_nodes);
        kernels_.push_back(maker.make());
        if (step.site) product_weights_.push_back(maker.product_weights());
        scratch_elements_ = std::max(scratch_elements_, maker.scratch_elements());
    }
}

Float32Workspace Float32Steps::make_workspace() const {
    return {std::vector<float>(static_cast<std::size_t>(plan_.arena_elements)),
            std::vector<float>(static_cast<std::size_t>(scratch_elements_)),
            {}};
}

void Float32Steps::set(const Float32Call& call, const Operand& operand, const Tensor<float>& tensor) {
    std::copy(tensor.values.begin(), tensor.values.end(), call.write(operand));
}

Tensor<float> Float32Steps::get(const Float32Call& call, const Operand& operand, const Shape& shape) {
    Tensor<float> tensor(shape);
    std::copy_n(call.read(operand), tensor.size(), tensor.data());
    return tensor;
}

}  // namespace quell::network
