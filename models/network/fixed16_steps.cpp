#include "models/network/fixed16_steps.h"

#include "models/network/kernels/convolution.h"
#include "models/network/kernels/gemm.h"
#include "models/network/kernels/layout.h"
#include "models/network/kernels/pool.h"
#include "models/network/kernels/random_normal.h"
#include "models/network/kernels/reduce.h"
#include "models/network/kernels/words.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

namespace quell::network {
namespace {

using Call = Fixed16Call;
using Kernel = Fixed16Steps::Kernel;
using Scales = std::map<std::string, int>;

constexpr std::int16_t lowest_word = std::numeric_limits<std::int16_t>::min();
constexpr std::int16_t highest_word = std::numeric_limits<std::int16_t>::max();

struct Elements {
    std::int64_t scratch = 0, sums = 0, real = 0;
};

// An elementwise function on words.
class WordFunction {
public:
    WordFunction() = default;
    WordFunction(const Unary& operation, int x_bits, int y_bits) {
        const auto bound = [&](const std::optional<float>& value, std::int16_t otherwise) {
            return value ? kernels::quantise(static_cast<double>(*value), x_bits) : otherwise;
        };
        present_ = operation.function != UnaryFunction::identity;
        if (operation.function == UnaryFunction::relu) low_ = 0;
        if (operation.function == UnaryFunction::clip) {
            low_ = bound(operation.minimum, lowest_word);
            high_ = bound(operation.maximum, highest_word);
        }
        clamps_ = operation.function == UnaryFunction::relu || operation.function == UnaryFunction::clip;
        if (present_ && !clamps_) table_ = kernels::function_table(operation, x_bits, y_bits);
    }

    // What the step before may already clamp to.
    std::int16_t low() const { return clamps_ ? low_ : lowest_word; }
    bool is_done_by_low() const { return !present_ || (clamps_ && high_ == highest_word); }

    void apply(std::int64_t count, const std::int16_t* x, std::int16_t* y) const {
        if (clamps_) {
            kernels::clamp_words(count, low_, high_, x, y);
        } else if (present_) {
            kernels::look_up(count, table_, x, y);
        } else if (x != y) {
            std::copy_n(x, count, y);
        }
    }

private:
    bool present_ = false, clamps_ = false;
    std::int16_t low_ = lowest_word, high_ = highest_word;
    std::vector<std::int16_t> table_;
};

// What one product does after its sums: requantise, or give them to the hook; then the activation.
struct ProductEnd {
    WordOperand y;
    int accumulator_bits = 0, product_bits = 0;  // fraction bits of the sums and of the words made from them
    std::vector<double> bias;                    // per channel, or empty
    std::optional<ProductSite> site;
    WordFunction activation;

    bool hooked(const Call& call) const { return site.has_value() && call.hook != nullptr; }

    // Who makes the product instead of the kernel; nullptr: the kernel.
    const AnalogProducts* products(const Call& call) const {
        return hooked(call) ? call.hook->products() : nullptr;
    }

    // The machine's product of x, from real units to real units.
    template <typename Tiles>
    void on_tiles(const Call& call, const AnalogProducts& machine, const Tiles& tiles,
                  const WordOperand& x) const {
        ProductSite here = *site;
        here.image = call.image;
        TileWorkspace& workspace = call.workspace.tiles;
        workspace.inputs.resize(static_cast<std::size_t>(x.count()));
        kernels::dequantise(x.count(), x.read(call), x.fraction_bits, workspace.inputs.data());
        tiles.run(here, machine, workspace, call.workspace.real.data());
    }

    void add_real_bias(const Call& call, std::int64_t elements_per_bias) const {
        float* values = call.workspace.real.data();
        for (const double b : bias) {
            const auto real = static_cast<float>(std::ldexp(b, -accumulator_bits));
            for (std::int64_t i = 0; i < elements_per_bias; ++i) *values++ += real;
        }
    }

    // `count` sums of one channel that belong at `at` of the output.
    void take(const Call& call, std::int64_t channel, std::int64_t at, std::int64_t count,
              const double* sums) const {
        const double b = bias.empty() ? 0 : bias[static_cast<std::size_t>(channel)];
        if (hooked(call)) {
            kernels::to_real(count, sums, b, accumulator_bits, call.workspace.real.data() + at);
        } else {
            kernels::requantise(count, sums, b, accumulator_bits - product_bits, activation.low(),
                                y.write(call) + at);
        }
    }

    void finish(const Call& call) const {
        const std::int64_t count = y.count();
        std::int16_t* words = y.write(call);
        if (hooked(call)) {
            ProductSite here = *site;
            here.image = call.image;
            const auto size = static_cast<std::size_t>(count);
            call.hook->after_product(here, {call.workspace.real.data(), size});
            kernels::quantise(count, call.workspace.real.data(), product_bits, words);
            call.hook->after_quantisation(here, {words, size}, product_bits);
            activation.apply(count, words, words);
        } else if (!activation.is_done_by_low()) {
            activation.apply(count, words, words);
        }
    }
};

class KernelMaker {
public:
    KernelMaker(const Step& step, const Scales& scales, std::map<std::string, WordTensor>& constants,
                const ExecutorOptions& options, std::int64_t random_nodes)
        : step_(step),
          scales_(scales),
          constants_(constants),
          options_(options),
          random_nodes_(random_nodes) {}

    Kernel make() { return std::visit(*this, step_.node->operation); }
    const Elements& elements() const { return elements_; }
    std::function<ProductWeights()> product_weights() const { return product_weights_; }

    Kernel operator()(const Convolution& operation) {
        const WordOperand x = input(0);
        const auto geometry =
            kernels::convolution_geometry(operation, x.shape, step_.inputs[1].shape, step_.output.shape);
        check_depth(geometry.depth());
        std::vector<double> bias;
        if (has(2)) bias.assign(parameter(2).values.begin(), parameter(2).values.end());
        ProductWords words = to_product_words(parameter(1), bias, x.fraction_bits);
        const ProductEnd end =
            product_end(x.fraction_bits + words.weight.fraction_bits, std::move(words.bias));
        const auto weight =
            std::make_shared<const std::vector<double>>(words.weight.words.begin(), words.weight.words.end());
        product_weights_ = [=, bits = words.weight.fraction_bits] {
            ProductWeights matrix{geometry.groups, geometry.group_outputs(), geometry.depth(), {}};
            for (const double word : *weight)
                matrix.values.push_back(static_cast<float>(std::ldexp(word, -bits)));
            return matrix;
        };
        const Kernel own =
            geometry.is_depthwise() ? depthwise(geometry, x, weight, end) : dense(geometry, x, weight, end);
        const TileProduct tiles(geometry);
        return [=](const Call& call) {
            if (const AnalogProducts* machine = end.products(call)) {
                end.on_tiles(call, *machine, tiles, x);
                end.add_real_bias(call, geometry.out_plane());
            } else {
                own(call);
            }
            end.finish(call);
        };
    }

    Kernel operator()(const Gemm& operation) {
        const WordOperand a = input(0);
        if (operation.transpose_a) refuse("a transposed first operand");
        const std::int64_t m = step_.output.shape[0], n = step_.output.shape[1], k = a.shape[1];
        check_depth(k);
        Tensor<float> weight = parameter(1);
        if (!operation.transpose_b) {
            kernels::transpose(parameter(1).shape, {1, 0}, parameter(1).data(), weight.data());
        }
        for (float& value : weight.values) value *= operation.alpha;
        std::vector<double> bias(static_cast<std::size_t>(has(2) ? m * n : 0));
        if (has(2)) {
            const Tensor<float>& c = parameter(2);
            const auto plan = kernels::plan_broadcast(step_.output.shape, c.shape, step_.output.shape);
            kernels::for_each_run(plan, [&](std::int64_t, std::int64_t c_at, std::int64_t at, std::int64_t,
                                            std::int64_t c_step, std::int64_t length) {
                for (std::int64_t i = 0; i < length; ++i) {
                    bias[static_cast<std::size_t>(at + i)] =
                        static_cast<double>(operation.beta) * c.data()[c_at + i * c_step];
                }
            });
        }
        ProductWords words = to_product_words(weight, bias, a.fraction_bits);
        const ProductEnd end =
            product_end(a.fraction_bits + words.weight.fraction_bits, std::move(words.bias));
        elements_.scratch = m * n;
        const auto weights = std::make_shared<const std::vector<std::int16_t>>(std::move(words.weight.words));
        product_weights_ = [=, bits = words.weight.fraction_bits] {
            ProductWeights matrix{1, n, k, std::vector<float>(weights->size())};
            kernels::dequantise(n * k, weights->data(), bits, matrix.values.data());
            return matrix;
        };
        const TileMatrixProduct tiles(m, k, n, false);
        return [=](const Call& call) {
            if (const AnalogProducts* machine = end.products(call)) {
                end.on_tiles(call, *machine, tiles, a);
                end.add_real_bias(call, 1);
            } else {
                double* sums = call.workspace.scratch.data();
                kernels::inner_products(m, n, k, a.read(call), weights->data(), sums);
                for (std::int64_t i = 0; i < m * n; ++i) end.take(call, i, i, 1, sums + i);
            }
            end.finish(call);
        };
    }

    Kernel operator()(const MatMul&) {
        const WordOperand a = input(0), b = input(1), y = output();
        Shape left = a.shape, right = b.shape;
        if (left.size() == 1) left.insert(left.begin(), 1);
        if (right.size() == 1) right.push_back(1);
        const std::int64_t m = left[left.size() - 2], k = left.back(), n = right.back();
        check_depth(k);
        const Shape left_batch(left.begin(), left.end() - 2), right_batch(right.begin(), right.end() - 2);
        const auto plan =
            kernels::plan_broadcast(left_batch, right_batch, broadcast(left_batch, right_batch));
        const int shift = checked_shift(a.fraction_bits + b.fraction_bits - y.fraction_bits);
        elements_.scratch = m * k + k * n + m * n;
        return [=](const Call& call) {
            double* left_data = call.workspace.scratch.data();
            double* right_data = left_data + m * k;
            double* sums = right_data + k * n;
            kernels::for_each_run(plan, [&](std::int64_t a_at, std::int64_t b_at, std::int64_t at,
                                            std::int64_t a_step, std::int64_t b_step, std::int64_t length) {
                for (std::int64_t i = 0; i < length; ++i) {
                    std::copy_n(a.read(call) + (a_at + i * a_step) * m * k, m * k, left_data);
                    std::copy_n(b.read(call) + (b_at + i * b_step) * k * n, k * n, right_data);
                    kernels::multiply(m, n, k, {left_data, k}, {right_data, n}, {sums, n});
                    kernels::requantise(m * n, sums, 0, shift, lowest_word, y.write(call) + (at + i) * m * n);
                }
            });
        };
    }

    Kernel operator()(const BatchNormalization& operation) {
        const WordOperand x = input(0), y = output();
        const std::int64_t channels = step_.inputs[1].count();
        const std::int64_t plane = y.count() / (y.shape[0] * channels);
        Tensor<float> scale(Shape{channels});
        std::vector<double> offset;
        for (std::size_t c = 0; c < scale.values.size(); ++c) {
            const double variance = static_cast<double>(parameter(4).values[c]) + operation.epsilon;
            const double factor = parameter(1).values[c] / std::sqrt(variance);
            scale.values[c] = static_cast<float>(factor);
            offset.push_back(parameter(2).values[c] - parameter(3).values[c] * factor);
        }
        const ProductWords words = to_product_words(scale, offset, x.fraction_bits);
        const std::vector<std::int64_t> offsets(words.bias.begin(), words.bias.end());
        const int shift = checked_shift(x.fraction_bits + words.weight.fraction_bits - y.fraction_bits);
        return [=](const Call& call) {
            kernels::channel_affine(y.shape[0], channels, plane, words.weight.words.data(), offsets.data(),
                                    shift, x.read(call), y.write(call));
        };
    }

    Kernel operator()(const MaxPool& operation) {
        const WordOperand x = input(0), y = output();
        const auto geometry = kernels::pool_geometry(operation.window, x.shape, y.shape);
        return [=](const Call& call) { kernels::max_pool(geometry, x.read(call), y.write(call)); };
    }

    Kernel operator()(const AveragePool& operation) {
        const WordOperand x = input(0), y = output();
        const auto geometry = kernels::pool_geometry(operation.window, x.shape, y.shape);
        std::vector<std::int64_t> counts(static_cast<std::size_t>(geometry.out_height * geometry.out_width));
        kernels::pool_counts(geometry, operation.count_include_pad, counts.data());
        const int shift = x.fraction_bits - y.fraction_bits;
        elements_.sums = y.count();
        return [=](const Call& call) {
            std::int64_t* sums = call.workspace.sums.data();
            kernels::sum_pool(geometry, x.read(call), sums);
            for (std::int64_t i = 0; i < y.count(); ++i) {
                const std::int64_t count = counts[static_cast<std::size_t>(i) % counts.size()];
                y.write(call)[i] = kernels::mean_word(sums[i], count, shift);
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
        const WordOperand x = input(0), y = output();
        const WordFunction function(operation, x.fraction_bits, y.fraction_bits);
        return [=](const Call& call) { function.apply(y.count(), x.read(call), y.write(call)); };
    }

    Kernel operator()(const Binary& operation) {
        const WordOperand a = input(0), b = input(1), y = output();
        const auto plan = kernels::plan_broadcast(a.shape, b.shape, y.shape);
        const int result_bits = scales_.at(step_.node->output);
        if (operation.function == BinaryFunction::mul) {
            checked_shift(a.fraction_bits + b.fraction_bits - result_bits);
        }
        const kernels::BinaryScales scales{a.fraction_bits, b.fraction_bits, result_bits};
        const WordFunction activation = this->activation();
        return [=](const Call& call) {
            std::int16_t* words = y.write(call);
            kernels::apply(operation.function, plan, scales, activation.low(), a.read(call), b.read(call),
                           words);
            if (!activation.is_done_by_low()) activation.apply(plan.count, words, words);
        };
    }

    Kernel operator()(const Concat& operation) {
        std::vector<WordOperand> parts;
        for (std::size_t i = 0; i < step_.inputs.size(); ++i) parts.push_back(input(i));
        const WordOperand y = output();
        const std::size_t axis = resolve_axis(operation.axis, y.shape.size());
        const std::int64_t outer =
            element_count(Shape(y.shape.begin(), y.shape.begin() + static_cast<long>(axis)));
        const std::int64_t row = y.count() / outer;
        return [=](const Call& call) {
            std::int64_t offset = 0;
            for (const WordOperand& part : parts) {
                const std::int64_t length = part.count() / outer;
                for (std::int64_t i = 0; i < outer; ++i) {
                    kernels::rescale(length, part.read(call) + i * length,
                                     part.fraction_bits - y.fraction_bits, y.write(call) + i * row + offset);
                }
                offset += length;
            }
        };
    }

    Kernel operator()(const Pad& operation) {
        const WordOperand x = input(0), y = output();
        const std::int16_t value = kernels::quantise(static_cast<double>(operation.value), x.fraction_bits);
        return
            [=](const Call& call) { kernels::pad(operation, value, x.shape, x.read(call), y.write(call)); };
    }

    Kernel operator()(const Flatten&) { return copy(); }
    Kernel operator()(const Reshape&) { return copy(); }

    Kernel operator()(const Transpose& operation) {
        const WordOperand x = input(0), y = output();
        std::vector<std::size_t> permutation;
        for (const std::int64_t axis : operation.permutation) {
            permutation.push_back(resolve_axis(axis, x.shape.size()));
        }
        if (permutation.empty()) {
            for (std::size_t axis = x.shape.size(); axis-- > 0;) permutation.push_back(axis);
        }
        return
            [=](const Call& call) { kernels::transpose(x.shape, permutation, x.read(call), y.write(call)); };
    }

    Kernel operator()(const Softmax& operation) {
        const WordOperand x = input(0), y = output();
        const std::size_t axis = resolve_axis(operation.axis, x.shape.size());
        std::int64_t outer = 1, inner = 1;
        for (std::size_t i = 0; i < x.shape.size(); ++i)
            (i < axis ? outer : inner) *= i == axis ? 1 : x.shape[i];
        const std::int64_t length = x.shape[axis], count = y.count();
        elements_.real = 2 * count;
        return [=](const Call& call) {
            float* values = call.workspace.real.data();
            kernels::dequantise(count, x.read(call), x.fraction_bits, values);
            kernels::softmax(outer, length, inner, values, values + count);
            kernels::quantise(count, values + count, y.fraction_bits, y.write(call));
        };
    }

    Kernel operator()(const RandomNormalLike& operation) {
        const WordOperand y = output();
        const std::uint64_t own = operation.seed ? std::bit_cast<std::uint32_t>(*operation.seed) : 0U;
        const std::uint64_t seed = options_.seed ^ (own << 32);
        const auto node = static_cast<std::uint32_t>(random_nodes_);
        elements_.real = y.count();
        return [=](const Call& call) {
            float* values = call.workspace.real.data();
            kernels::random_normal(seed, call.image, node, operation.mean, operation.scale, y.count(),
                                   values);
            kernels::quantise(y.count(), values, y.fraction_bits, y.write(call));
        };
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error("{}: fixed16 cannot run {}; --arithmetic float32 can", describe(*step_.node), what);
    }

    void check_depth(std::int64_t depth) const {
        constexpr std::int64_t most = 1 << 16;
        if (depth > most) {
            throw Error("{}: {} products in one sum, a 48-bit accumulator holds {}", describe(*step_.node),
                        depth, most);
        }
    }

    int checked_shift(int shift) const {
        if (shift < -15 || shift > 47) {
            throw Error(
                "{}: the scales of its operands and its result lie {} bits apart, -15 to 47 are possible",
                describe(*step_.node), shift);
        }
        return shift;
    }

    bool has(std::size_t index) const { return index < step_.inputs.size() && step_.inputs[index].present(); }

    const Tensor<float>& parameter(std::size_t index) const {
        const Tensor<float>* constant = step_.inputs[index].constant;
        if (constant == nullptr) refuse("weights that are computed while running");
        return *constant;
    }

    WordOperand input(std::size_t index) const {
        const Operand& operand = step_.inputs[index];
        if (operand.constant == nullptr)
            return {nullptr, operand.offset, scales_.at(operand.value), operand.shape};
        auto words = constants_.find(operand.value);
        if (words == constants_.end())
            words = constants_.emplace(operand.value, to_words(*operand.constant)).first;
        return {words->second.words.data(), 0, words->second.fraction_bits, operand.shape};
    }

    WordOperand output() const {
        return {nullptr, step_.output.offset, scales_.at(step_.output.value), step_.output.shape};
    }

    WordFunction activation() const {
        if (step_.activation == nullptr) return {};
        return {std::get<Unary>(step_.activation->operation), scales_.at(step_.node->output),
                scales_.at(step_.activation->output)};
    }

    ProductEnd product_end(int accumulator_bits, std::vector<double> bias) {
        const int product_bits = scales_.at(step_.node->output);
        checked_shift(accumulator_bits - product_bits);
        if (step_.site) elements_.real = step_.output.count();
        return {output(), accumulator_bits, product_bits, std::move(bias), step_.site, activation()};
    }

    Kernel dense(const kernels::ConvolutionGeometry& geometry, const WordOperand& x,
                 const std::shared_ptr<const std::vector<double>>& weight, const ProductEnd& end) {
        const std::int64_t rows = kernels::rows_per_tile(geometry, sizeof(double));
        const std::int64_t depth = geometry.depth(), outputs = geometry.group_outputs();
        const std::int64_t tile = rows * geometry.out_width;
        const std::int64_t map_elements = geometry.group_channels() * geometry.plane();
        elements_.scratch = (depth + outputs) * tile + map_elements;
        return [=](const Call& call) {
            double* columns = call.workspace.scratch.data();
            double* sums = columns + depth * tile;
            double* map = sums + outputs * tile;
            for (std::int64_t group = 0; group < geometry.groups; ++group) {
                // To double once, not for every tap that reads it.
                std::copy_n(x.read(call) + group * map_elements, map_elements, map);
                const double* filters = weight->data() + group * outputs * depth;
                for (std::int64_t row = 0; row < geometry.out_height; row += rows) {
                    const std::int64_t taken = std::min(rows, geometry.out_height - row);
                    const std::int64_t n = taken * geometry.out_width;
                    kernels::unfold(geometry, map, row, taken, columns);
                    kernels::multiply(outputs, n, depth, {filters, depth}, {columns, n}, {sums, n});
                    for (std::int64_t k = 0; k < outputs; ++k) {
                        const std::int64_t channel = group * outputs + k;
                        end.take(call, channel, channel * geometry.out_plane() + row * geometry.out_width, n,
                                 sums + k * n);
                    }
                }
            }
        };
    }

    Kernel depthwise(const kernels::ConvolutionGeometry& geometry, const WordOperand& x,
                     const std::shared_ptr<const std::vector<double>>& weight, const ProductEnd& end) {
        kernels::ConvolutionGeometry one = geometry;  // one input channel with the outputs that read it
        one.channels = one.groups = 1;
        one.out_channels = geometry.group_outputs();
        elements_.scratch = one.out_channels * one.out_plane();
        return [=](const Call& call) {
            double* sums = call.workspace.scratch.data();
            for (std::int64_t group = 0; group < geometry.groups; ++group) {
                kernels::depthwise(one, x.read(call) + group * one.plane(),
                                   weight->data() + group * one.out_channels * one.depth(), sums);
                for (std::int64_t k = 0; k < one.out_channels; ++k) {
                    const std::int64_t channel = group * one.out_channels + k;
                    end.take(call, channel, channel * one.out_plane(), one.out_plane(),
                             sums + k * one.out_plane());
                }
            }
        };
    }

    Kernel mean(const std::vector<std::size_t>& axes) {
        const WordOperand x = input(0), y = output();
        const std::int64_t count = kernels::summed_count(x.shape, axes);
        const int shift = x.fraction_bits - y.fraction_bits;
        elements_.sums = y.count();
        return [=](const Call& call) {
            std::int64_t* sums = call.workspace.sums.data();
            kernels::sum_over(x.shape, axes, x.read(call), sums);
            for (std::int64_t i = 0; i < y.count(); ++i)
                y.write(call)[i] = kernels::mean_word(sums[i], count, shift);
        };
    }

    Kernel copy() const {
        const WordOperand x = input(0), y = output();
        return [=](const Call& call) {
            if (x.read(call) != y.write(call)) std::copy_n(x.read(call), y.count(), y.write(call));
        };
    }

    const Step& step_;
    const Scales& scales_;
    std::map<std::string, WordTensor>& constants_;
    const ExecutorOptions& options_;
    std::int64_t random_nodes_;
    Elements elements_;
    std::function<ProductWeights()> product_weights_;
};

}  // namespace

Fixed16Steps::Fixed16Steps(const Graph& graph, const ShapeMap& shapes, const ValueRanges& ranges,
                           const ExecutorOptions& options) {
    const ExecutionPlan plan = plan_execution(graph, shapes, Fusion::activations);
    const Scales scales = choose_scales(graph, ranges);
    std::int64_t random_nodes = 0;
    for (const Step& step : plan.steps) {
        if (std::holds_alternative<RandomNormalLike>(step.node->operation)) ++random_nodes;
        KernelMaker maker(step, scales, constants_, options, random_nodes);
        kernels_.push_back(maker.make());
        if (step.site) {
            product_weights_.push_back(maker.product_weights());
            product_bits_.push_back(scales.at(step.node->output));
        }
        scratch_ = std::max(scratch_, maker.elements().scratch);
        sums_ = std::max(sums_, maker.elements().sums);
        real_ = std::max(real_, maker.elements().real);
    }
    const Operand& in = plan.inputs[0];
    const Operand& out = plan.outputs[0];
    if (out.constant != nullptr) throw Error("OUTPUT '{}' is a constant", out.value);
    input_ = {nullptr, in.offset, scales.at(in.value), in.shape};
    output_ = {nullptr, out.offset, scales.at(out.value), out.shape};
    arena_ = plan.arena_elements;
    products_ = plan.products();
}

Fixed16Workspace Fixed16Steps::make_workspace() const {
    const auto size = [](std::int64_t elements) { return static_cast<std::size_t>(elements); };
    return {std::vector<std::int16_t>(size(arena_)),
            std::vector<double>(size(scratch_)),
            std::vector<std::int64_t>(size(sums_)),
            std::vector<float>(size(real_)),
            {}};
}

}  // namespace quell::network
