#include "models/network/onnx/operators.h"

#include <algorithm>
#include <limits>

namespace quell::network {
namespace {

constexpr std::int64_t largest_size = std::int64_t{1} << 31;

void check_planar(const NodeReader& node) {
    const std::size_t rank = node.shape(0).size();
    if (rank == 4) return;
    const char* kind = rank == 3 ? "one-dimensional" : rank == 5 ? "three-dimensional" : "not a feature map";
    throw Error("the input {} is {}, only maps (N,C,H,W) are supported", to_string(node.shape(0)), kind);
}

Pair pair(const std::vector<std::int64_t>& values, const char* what) {
    if (values.size() != 2) throw Error("{} has {} values, 2 are needed", what, values.size());
    for (const std::int64_t value : values) {
        if (value < 1 || value > largest_size) throw Error("{} is {}, at least 1 is needed", what, value);
    }
    return {values[0], values[1]};
}

// The padding that makes the output ceil(size / stride); an odd one is larger at the end (SAME_UPPER) or at
// the beginning (SAME_LOWER).
void pad_to_same(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                 bool upper, std::int64_t& begin, std::int64_t& end) {
    const std::int64_t output = (size + stride - 1) / stride;
    const std::int64_t total =
        std::max<std::int64_t>((output - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
    begin = upper ? total / 2 : total - total / 2;
    end = total - begin;
}

Window read_window(NodeReader& node, const Pair& kernel) {
    Window window;
    window.kernel = kernel;
    if (const auto strides = node.integers("strides")) window.stride = pair(*strides, "strides");
    if (const auto dilations = node.integers("dilations")) window.dilation = pair(*dilations, "dilations");
    const auto pads = node.integers("pads").value_or(std::vector<std::int64_t>(4, 0));
    if (pads.size() != 4) throw Error("pads has {} values, 4 are needed", pads.size());
    for (const std::int64_t pad : pads) {
        if (pad < 0 || pad > largest_size) throw Error("a pad is {}, at least 0 is needed", pad);
    }
    window.padding = {pads[0], pads[1], pads[2], pads[3]};
    const std::string automatic = node.text("auto_pad", "NOTSET");
    if (automatic == "NOTSET") return window;
    if (std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad != 0; })) {
        throw Error("auto_pad is {} and pads are given as well", automatic);
    }
    if (automatic == "VALID") return window;
    if (automatic != "SAME_UPPER" && automatic != "SAME_LOWER") {
        throw Error("auto_pad is '{}', one of NOTSET, VALID, SAME_UPPER, SAME_LOWER is needed", automatic);
    }
    const Shape& x = node.shape(0);
    if (x[2] < 0 || x[3] < 0)
        throw Error("auto_pad needs a known height and width, the input is {}", to_string(x));
    const bool upper = automatic == "SAME_UPPER";
    Padding& padding = window.padding;
    pad_to_same(x[2], kernel[0], window.stride[0], window.dilation[0], upper, padding.top, padding.bottom);
    pad_to_same(x[3], kernel[1], window.stride[1], window.dilation[1], upper, padding.left, padding.right);
    return window;
}

void convert_convolution(NodeReader& node) {
    node.expect_inputs(2, 3);
    check_planar(node);
    const Shape& weight = node.shape(1);
    if (weight.size() != 4)
        throw Error("the weight needs four dimensions (K,C/groups,kh,kw), its shape is {}",
                    to_string(weight));
    const Pair kernel = pair({weight[2], weight[3]}, "the weight's kernel");
    if (const auto given = node.integers("kernel_shape"); given && pair(*given, "kernel_shape") != kernel) {
        throw Error("kernel_shape is {}x{}, the weight {}", (*given)[0], (*given)[1], to_string(weight));
    }
    Convolution convolution{read_window(node, kernel), node.integer("group", 1)};
    node.emit(convolution, node.inputs());
}

Pair read_kernel(NodeReader& node) {
    node.expect_inputs(1, 1);
    check_planar(node);
    const auto kernel = node.integers("kernel_shape");
    if (!kernel) throw Error("attribute 'kernel_shape' is missing");
    return pair(*kernel, "kernel_shape");
}

void convert_max_pool(NodeReader& node) {
    node.refuse_further_outputs("the indices of the maxima");
    node.ignore("storage_order");  // the order of the indices
    const Window window = read_window(node, read_kernel(node));
    node.emit(MaxPool{window, node.flag("ceil_mode", false)}, {node.required_input(0)});
}

void convert_average_pool(NodeReader& node) {
    const Window window = read_window(node, read_kernel(node));
    const bool ceil_mode = node.flag("ceil_mode", false);
    node.emit(AveragePool{window, ceil_mode, node.flag("count_include_pad", false)},
              {node.required_input(0)});
}

void convert_global_average_pool(NodeReader& node) {
    node.expect_inputs(1, 1);
    check_planar(node);
    node.emit(GlobalAveragePool{}, node.inputs());
}

}  // namespace

const ConversionTable& window_conversions() {
    static const ConversionTable table{
        {"AveragePool", convert_average_pool},
        {"Conv", convert_convolution},
        {"GlobalAveragePool", convert_global_average_pool},
        {"MaxPool", convert_max_pool},
    };
    return table;
}

}  // namespace quell::network
