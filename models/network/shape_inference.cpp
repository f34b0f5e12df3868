#include "models/network/shape_inference.h"

#include <algorithm>
#include <limits>

namespace quell::network {
namespace {

constexpr std::int64_t dynamic = -1;
// Above any network, and small enough that no product of two sizes overflows.
constexpr std::int64_t element_limit = std::int64_t{1} << 31;

// The sizes of a window, stride or padding that arithmetic on 64 bits can take.
void check_range(std::int64_t value, std::int64_t lowest, const char* what) {
    if (value < lowest || value > element_limit)
        throw Error("{} is {}, at least {} is needed", what, value, lowest);
}

void check_window(const Window& window) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
        check_range(window.kernel[axis], 1, "kernel size");
        check_range(window.stride[axis], 1, "stride");
        check_range(window.dilation[axis], 1, "dilation");
    }
    const Padding& padding = window.padding;
    for (const std::int64_t side : {padding.top, padding.left, padding.bottom, padding.right}) {
        check_range(side, 0, "padding");
    }
}

// Shape of a value that holds something: every size known and positive, or dynamic.
void check_shape(const Shape& shape) {
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) {
        if (dimension == dynamic) continue;
        if (dimension < 1) throw Error("shape {} holds no elements", to_string(shape));
        if (dimension > element_limit / count) {
            throw Error("shape {} has more than {} elements", to_string(shape), element_limit);
        }
        count *= dimension;
    }
}

bool is_dynamic(const Shape& shape) {
    return std::find(shape.begin(), shape.end(), dynamic) != shape.end();
}

// Elements of one batch entry: the product of all sizes that are known.
std::int64_t known_elements(const Shape& shape) {
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) count *= dimension == dynamic ? 1 : dimension;
    return count;
}

class Inference {
public:
    Inference(const Node& node, const std::vector<const Shape*>& inputs) : node_(node), inputs_(inputs) {}

    Shape run() const {
        if (inputs_.size() != node_.inputs.size()) {
            throw Error("{} input shapes were given for {} inputs", inputs_.size(), node_.inputs.size());
        }
        for (const Shape* shape : inputs_) {
            if (shape != nullptr) check_shape(*shape);
        }
        Shape output = std::visit(*this, node_.operation);
        check_shape(output);
        return output;
    }

    Shape operator()(const Convolution& convolution) const {
        count_inputs(2, 3);
        const Shape& x = feature_map();
        const Shape& weight = required(1);
        if (weight.size() != 4) {
            throw Error("the weight needs four dimensions (K,C/groups,kh,kw), its shape is {}",
                        to_string(weight));
        }
        known(weight, "the weight");
        check_window(convolution.window);
        check_range(convolution.groups, 1, "groups");
        if (x[1] % convolution.groups != 0 || weight[0] % convolution.groups != 0) {
            throw Error("{} input and {} output channels cannot be split in {} groups", x[1], weight[0],
                        convolution.groups);
        }
        if (weight[1] != x[1] / convolution.groups) {
            throw Error("the weight {} needs {} input channels in {} groups, the input is {}",
                        to_string(weight), weight[1] * convolution.groups, convolution.groups, to_string(x));
        }
        if (weight[2] != convolution.window.kernel[0] || weight[3] != convolution.window.kernel[1]) {
            throw Error("the kernel is {}x{}, the weight {}", convolution.window.kernel[0],
                        convolution.window.kernel[1], to_string(weight));
        }
        if (const Shape* bias = optional(2); bias != nullptr && *bias != Shape{weight[0]}) {
            throw Error("the bias needs the shape {}, it has {}", weight[0], to_string(*bias));
        }
        return windowed(x, weight[0], convolution.window, false);
    }

    Shape operator()(const Gemm& gemm) const {
        count_inputs(2, 3);
        Shape a = required(0), b = required(1);
        if (a.size() != 2 || b.size() != 2) {
            throw Error("two matrices are needed, the inputs are {} and {}", to_string(a), to_string(b));
        }
        if (gemm.transpose_a) std::swap(a[0], a[1]);
        if (gemm.transpose_b) std::swap(b[0], b[1]);
        if (a[1] != b[0]) {
            throw Error("{} columns meet {} rows (inputs {} and {})", size_text(a[1]), size_text(b[0]),
                        to_string(required(0)), to_string(required(1)));
        }
        const Shape product{a[0], b[1]};
        if (const Shape* c = optional(2); c != nullptr && broadcast(*c, product) != product) {
            throw Error("the summand {} cannot be broadcast to the product {}", to_string(*c),
                        to_string(product));
        }
        return product;
    }

    Shape operator()(const MatMul&) const {
        count_inputs(2, 2);
        Shape a = required(0), b = required(1);
        if (a.empty() || b.empty()) throw Error("a scalar has no matrix product");
        const bool row = a.size() == 1, column = b.size() == 1;
        if (row) a.insert(a.begin(), 1);
        if (column) b.push_back(1);
        if (a.back() != b[b.size() - 2]) {
            throw Error("the inputs {} and {} do not fit", to_string(required(0)), to_string(required(1)));
        }
        Shape product = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
        if (!row) product.push_back(a[a.size() - 2]);
        if (!column) product.push_back(b.back());
        return product;
    }

    Shape operator()(const BatchNormalization&) const {
        count_inputs(5, 5);
        const Shape& x = required(0);
        if (x.size() < 2) throw Error("the input {} has no channels (axis 1)", to_string(x));
        const char* names[] = {"scale", "bias", "mean", "variance"};
        for (std::size_t i = 1; i < 5; ++i) {
            if (required(i) != Shape{x[1]}) {
                throw Error("the {} needs one value per channel of the input {}, its shape is {}",
                            names[i - 1], to_string(x), to_string(required(i)));
            }
        }
        return x;
    }

    Shape operator()(const MaxPool& pool) const { return pooled(pool.window, pool.ceil_mode); }
    Shape operator()(const AveragePool& pool) const { return pooled(pool.window, pool.ceil_mode); }

    Shape operator()(const GlobalAveragePool&) const {
        count_inputs(1, 1);
        const Shape& x = feature_map();
        return {x[0], x[1], 1, 1};
    }

    Shape operator()(const ReduceMean& mean) const {
        count_inputs(1, 1);
        const Shape& x = required(0);
        std::vector<bool> reduced(x.size(), mean.axes.empty());
        for (const std::int64_t axis : mean.axes) {
            const std::size_t i = resolve_axis(axis, x.size());
            if (reduced[i]) throw Error("axis {} is given twice", axis);
            reduced[i] = true;
        }
        Shape output;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (!reduced[i]) {
                output.push_back(x[i]);
            } else if (mean.keep_dimensions) {
                output.push_back(1);
            }
        }
        return output;
    }

    Shape operator()(const Unary&) const { return same(); }
    Shape operator()(const RandomNormalLike&) const { return same(); }
    Shape operator()(const Binary&) const {
        count_inputs(2, 2);
        return broadcast(required(0), required(1));
    }

    Shape operator()(const Concat& concat) const {
        if (inputs_.empty()) throw Error("there is no input");
        Shape output = required(0);
        const std::size_t axis = resolve_axis(concat.axis, output.size());
        for (std::size_t i = 1; i < inputs_.size(); ++i) {
            const Shape& next = required(i);
            bool fits = next.size() == output.size();
            for (std::size_t k = 0; fits && k < next.size(); ++k) fits = k == axis || next[k] == output[k];
            if (!fits) {
                throw Error("{} and {} cannot be joined along axis {}", to_string(required(0)),
                            to_string(next), concat.axis);
            }
            output[axis] =
                output[axis] == dynamic || next[axis] == dynamic ? dynamic : output[axis] + next[axis];
        }
        return output;
    }

    Shape operator()(const Pad& pad) const {
        count_inputs(1, 1);
        Shape shape = required(0);
        if (pad.begin.size() != shape.size() || pad.end.size() != shape.size()) {
            throw Error("{} begins and {} ends are given for the input {}", pad.begin.size(), pad.end.size(),
                        to_string(shape));
        }
        for (std::size_t i = 0; i < shape.size(); ++i) {
            for (const std::int64_t amount : {pad.begin[i], pad.end[i]})
                check_range(amount, -element_limit, "a pad");
            if (pad.begin[i] == 0 && pad.end[i] == 0) continue;
            if (shape[i] == dynamic) throw Error("axis {} is dynamic and cannot be padded", i);
            if (pad.mode == PadMode::reflect && std::max(pad.begin[i], pad.end[i]) >= shape[i]) {
                throw Error("a reflection of {} elements needs more than that along axis {} of {}",
                            std::max(pad.begin[i], pad.end[i]), i, to_string(shape));
            }
            // Cropping happens first, so that what is left has to hold an element for edges and reflections.
            if (shape[i] + std::min<std::int64_t>(pad.begin[i], 0) + std::min<std::int64_t>(pad.end[i], 0) <
                1) {
                throw Error("the crop leaves nothing of axis {} of {}", i, to_string(required(0)));
            }
            shape[i] += pad.begin[i] + pad.end[i];
        }
        return shape;
    }

    Shape operator()(const Flatten& flatten) const {
        count_inputs(1, 1);
        const Shape& x = required(0);
        const auto rank = static_cast<std::int64_t>(x.size());
        if (flatten.axis < -rank || flatten.axis > rank) {
            throw Error("axis {} is outside a tensor of rank {}", flatten.axis, rank);
        }
        const auto cut = x.begin() + (flatten.axis < 0 ? flatten.axis + rank : flatten.axis);
        const Shape head(x.begin(), cut), tail(cut, x.end());
        return {is_dynamic(head) ? dynamic : known_elements(head),
                is_dynamic(tail) ? dynamic : known_elements(tail)};
    }

    Shape operator()(const Reshape& reshape) const {
        count_inputs(1, 1);
        const Shape& x = required(0);
        Shape output = reshape.target;
        std::optional<std::size_t> inferred;
        for (std::size_t i = 0; i < output.size(); ++i) {
            if (output[i] == 0) {
                if (i >= x.size()) throw misfit(x, reshape);
                output[i] = x[i];
            } else if (output[i] == -1) {
                if (inferred) throw Error("the target has -1 more than once");
                inferred = i;
            } else {
                check_range(output[i], 1, "a target size");
            }
        }
        // A dynamic batch stands for one entry on both sides; it has to be copied or inferred.
        Shape rest = output;
        if (inferred) rest[*inferred] = 1;
        check_shape(rest);
        const std::int64_t have = known_elements(x), want = known_elements(rest);
        const bool batch_copied = is_dynamic(rest), batch = is_dynamic(x);
        if (!inferred) {
            if (have != want || batch != batch_copied) throw misfit(x, reshape);
        } else if (batch && !batch_copied) {
            // The inferred size is batch * have / want, a multiple of the batch where that is a whole number.
            if (have % want != 0) throw misfit(x, reshape);
            output[*inferred] = dynamic;
        } else {
            if (have % want != 0) throw misfit(x, reshape);
            output[*inferred] = have / want;
        }
        return output;
    }

    Shape operator()(const Transpose& transpose) const {
        count_inputs(1, 1);
        const Shape& x = required(0);
        if (transpose.permutation.empty()) return {x.rbegin(), x.rend()};
        if (transpose.permutation.size() != x.size()) {
            throw Error("a permutation of {} axes was given for the input {}", transpose.permutation.size(),
                        to_string(x));
        }
        Shape output;
        std::vector<bool> taken(x.size(), false);
        for (const std::int64_t axis : transpose.permutation) {
            const std::size_t i = resolve_axis(axis, x.size());
            if (taken[i]) throw Error("axis {} is given twice", axis);
            taken[i] = true;
            output.push_back(x[i]);
        }
        return output;
    }

    Shape operator()(const Softmax& softmax) const {
        resolve_axis(softmax.axis, required(0).size());
        return same();
    }

private:
    static std::string size_text(std::int64_t size) { return size == dynamic ? "?" : std::to_string(size); }

    static Error misfit(const Shape& x, const Reshape& reshape) {
        std::string target;
        for (const std::int64_t size : reshape.target)
            target += (target.empty() ? "" : ",") + std::to_string(size);
        return Error("the input {} cannot be reshaped to ({})", to_string(x), target);
    }

    static void known(const Shape& shape, const char* what) {
        if (is_dynamic(shape)) throw Error("{} has a dynamic size: {}", what, to_string(shape));
    }

    void count_inputs(std::size_t least, std::size_t most) const {
        if (inputs_.size() < least || inputs_.size() > most) {
            throw Error("{} inputs were given, {} are needed", inputs_.size(),
                        least == most ? std::to_string(least) : fmt::format("{} to {}", least, most));
        }
    }

    const Shape* optional(std::size_t i) const { return i < inputs_.size() ? inputs_[i] : nullptr; }

    const Shape& required(std::size_t i) const {
        const Shape* shape = optional(i);
        if (shape == nullptr) throw Error("input {} is missing", i + 1);
        return *shape;
    }

    const Shape& feature_map() const {
        const Shape& x = required(0);
        if (x.size() == 3)
            throw Error("the input {} is one-dimensional, only maps (N,C,H,W) are supported", to_string(x));
        if (x.size() == 5)
            throw Error("the input {} is three-dimensional, only maps (N,C,H,W) are supported", to_string(x));
        if (x.size() != 4) throw Error("a map (N,C,H,W) is needed, the input is {}", to_string(x));
        if (x[1] == dynamic || x[2] == dynamic || x[3] == dynamic) {
            throw Error("channels, height and width have to be known, the input is {}", to_string(x));
        }
        return x;
    }

    Shape same() const {
        count_inputs(1, 1);
        return required(0);
    }

    Shape pooled(const Window& window, bool ceil_mode) const {
        count_inputs(1, 1);
        const Shape& x = feature_map();
        check_window(window);
        for (std::size_t axis = 0; axis < 2; ++axis) {
            // A window that lies wholly in the padding has no maximum and no mean.
            const std::int64_t reach = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
            const Padding& padding = window.padding;
            const std::int64_t before = axis == 0 ? padding.top : padding.left;
            const std::int64_t after = axis == 0 ? padding.bottom : padding.right;
            if (std::max(before, after) >= reach) {
                throw Error("padding {} is not smaller than the window's reach of {}",
                            std::max(before, after), reach);
            }
        }
        return windowed(x, x[1], window, ceil_mode);
    }

    static Shape windowed(const Shape& x, std::int64_t channels, const Window& window, bool ceil_mode) {
        const std::int64_t height = window_extent(window, 0, x[2], ceil_mode);
        const std::int64_t width = window_extent(window, 1, x[3], ceil_mode);
        if (height < 1 || width < 1) {
            throw Error("the window {}x{} (dilation {}x{}) is larger than the padded input {}",
                        window.kernel[0], window.kernel[1], window.dilation[0], window.dilation[1],
                        to_string(x));
        }
        return {x[0], channels, height, width};
    }

    const Node& node_;
    const std::vector<const Shape*>& inputs_;
};

ShapeMap infer(const Graph& graph, ShapeMap shapes) {
    for (const auto& [name, tensor] : graph.constants) shapes[name] = tensor.shape;
    for (const Node& node : graph.nodes) {
        std::vector<const Shape*> inputs;
        for (const std::string& input : node.inputs) {
            if (input.empty()) {
                inputs.push_back(nullptr);
                continue;
            }
            const auto found = shapes.find(input);
            if (found == shapes.end()) {
                throw Error("{}: input '{}' is not computed before it is read", describe(node), input);
            }
            inputs.push_back(&found->second);
        }
        shapes[node.output] = infer_output_shape(node, inputs);
    }
    for (const ValueInfo& output : graph.outputs) {
        if (!shapes.contains(output.name)) throw Error("OUTPUT '{}': nothing computes it", output.name);
    }
    return shapes;
}

void check_input(const ValueInfo& input, const Shape& shape) {
    try {
        check_shape(shape);
    } catch (const Error& error) {
        throw Error("INPUT '{}': {}", input.name, error.what());
    }
}

}  // namespace

std::int64_t window_extent(const Window& window, std::size_t axis, std::int64_t extent, bool ceil_mode) {
    const Padding& padding = window.padding;
    const std::int64_t before = axis == 0 ? padding.top : padding.left;
    const std::int64_t after = axis == 0 ? padding.bottom : padding.right;
    const std::int64_t stride = window.stride[axis];
    const std::int64_t reach = window.dilation[axis] * (window.kernel[axis] - 1) + 1;
    const std::int64_t room = extent + before + after - reach;
    if (room < 0) return 0;
    if (!ceil_mode) return room / stride + 1;
    const std::int64_t windows = (room + stride - 1) / stride + 1;
    return (windows - 1) * stride >= extent + before ? windows - 1 : windows;
}

Shape broadcast(const Shape& a, const Shape& b) {
    const Shape& longer = a.size() >= b.size() ? a : b;
    const Shape& shorter = a.size() >= b.size() ? b : a;
    Shape result = longer;
    const std::size_t offset = longer.size() - shorter.size();
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        std::int64_t& size = result[offset + i];
        if (size == shorter[i] || shorter[i] == 1) continue;
        if (size != 1) throw Error("the shapes {} and {} do not match", to_string(a), to_string(b));
        size = shorter[i];
    }
    return result;
}

Shape infer_output_shape(const Node& node, const std::vector<const Shape*>& inputs) {
    try {
        return Inference(node, inputs).run();
    } catch (const Error& error) {
        throw Error("{}: {}", describe(node), error.what());
    }
}

ShapeMap infer_shapes(const Graph& graph) {
    ShapeMap shapes;
    for (const ValueInfo& input : graph.inputs) {
        check_input(input, input.shape);
        shapes[input.name] = input.shape;
    }
    return infer(graph, std::move(shapes));
}

ShapeMap infer_shapes(const Graph& graph, std::int64_t batch) {
    if (batch < 1) throw Error("a batch of {} images", batch);
    ShapeMap shapes;
    for (const ValueInfo& input : graph.inputs) {
        Shape shape = input.shape;
        std::replace(shape.begin(), shape.end(), dynamic, batch);
        check_input(input, shape);
        shapes[input.name] = std::move(shape);
    }
    return infer(graph, std::move(shapes));
}

Shape image_shape_of(const Graph& graph) {
    if (graph.inputs.size() != 1)
        throw Error("{}: one input, the image, expected; the network has {}", graph.name,
                    graph.inputs.size());
    const Shape shape = infer_shapes(graph, 1).at(graph.inputs[0].name);
    if (shape.size() != 4) {
        throw Error("{}: an input (images, channels, height, width) expected, the network's is {}",
                    graph.name, to_string(shape));
    }
    return {shape[1], shape[2], shape[3]};
}

Shape output_shape_of(const Graph& graph) {
    Shape shape = infer_shapes(graph, 1).at(graph.outputs.at(0).name);
    if (!shape.empty()) shape.erase(shape.begin());
    return shape;
}

}  // namespace quell::network
