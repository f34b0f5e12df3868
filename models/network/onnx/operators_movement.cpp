#include "models/network/onnx/constant_folding.h"
#include "models/network/onnx/operators.h"

#include <algorithm>

namespace quell::network {
namespace {

void convert_concat(NodeReader& node) {
    if (!node.has("axis")) throw Error("attribute 'axis' is missing");
    for (std::size_t i = 0; i < node.input_count(); ++i) node.required_input(i);
    node.emit(Concat{node.integer("axis", 0)}, node.inputs());
}

void convert_pad(NodeReader& node) {
    Pad pad;
    std::vector<std::int64_t> pads;
    if (node.opset() < 11) {
        node.expect_inputs(1, 1);
        pads = node.integers("pads").value_or(std::vector<std::int64_t>{});
        pad.value = node.real("value", 0);
    } else {
        node.expect_inputs(2, 3);
        pads = node.known_integers(1, "pads");
        if (!node.input(2).empty()) pad.value = node.known_scalar(2, "the padding's value");
    }
    const std::string mode = node.text("mode", "constant");
    if (mode == "reflect") {
        pad.mode = PadMode::reflect;
    } else if (mode == "edge") {
        pad.mode = PadMode::edge;
    } else if (mode != "constant") {
        throw Error("mode is '{}', one of constant, reflect, edge is needed", mode);
    }
    const std::size_t rank = node.shape(0).size();
    if (pads.size() != 2 * rank) {
        throw Error("pads has {} values, the input {} needs {}", pads.size(), to_string(node.shape(0)),
                    2 * rank);
    }
    pad.begin.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
    pad.end.assign(pads.begin() + static_cast<std::ptrdiff_t>(rank), pads.end());
    node.emit(std::move(pad), {node.required_input(0)});
}

// A target in which multiples of a dynamic batch are written as 0 (copied) or -1 (inferred).
Shape resolve_target(const NodeReader& node, const std::vector<Integer>& target) {
    Shape result;
    std::ptrdiff_t batch = -1, inferred = -1;
    for (std::size_t i = 0; i < target.size(); ++i) {
        const auto position = static_cast<std::ptrdiff_t>(i);
        if (target[i].kind == Integer::Kind::undefined) {
            throw Error("size {} of the target depends on the batch in a way that is not supported", i);
        }
        if (target[i].is_known()) {
            if (target[i].value == -1) inferred = position;
            result.push_back(target[i].value);
            continue;
        }
        if (batch >= 0) throw Error("two sizes of the target depend on the batch");
        batch = position;
        result.push_back(-1);
    }
    if (batch < 0) return result;
    const Shape& x = node.shape(0);
    const auto at = static_cast<std::size_t>(batch);
    const bool copies =
        at < x.size() && x[at] == -1 && target[at].value == node.symbolic_shape(0).values[at].value;
    if (copies) {
        result[at] = 0;
        return result;
    }
    if (inferred < 0) return result;
    // Both would be -1: what is inferred is a plain number once the batch is divided out.
    std::int64_t have = 1, want = 1;
    for (const Integer& size : node.symbolic_shape(0).values) {
        if (size.kind == Integer::Kind::undefined || __builtin_mul_overflow(have, size.value, &have))
            want = 0;
    }
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (static_cast<std::ptrdiff_t>(i) == inferred) continue;
        std::int64_t size = target[i].value;
        if (size == 0 && i < x.size()) size = x[i];
        if (size < 1 || __builtin_mul_overflow(want, size, &want)) want = 0;
    }
    if (want < 1 || have % want != 0)
        throw Error("the target depends on the batch in a way that is not supported");
    result[static_cast<std::size_t>(inferred)] = have / want;
    return result;
}

void convert_reshape(NodeReader& node) {
    node.expect_inputs(2, 2);
    const auto target = node.symbolic_integers(1, "the target shape");
    if (node.flag("allowzero", false) && std::any_of(target.begin(), target.end(), [](const Integer& size) {
            return size.is_known() && size.value == 0;
        })) {
        throw Error("the target has a size of zero (allowzero)");
    }
    node.emit(Reshape{resolve_target(node, target)}, {node.required_input(0)});
}

// Squeeze and Unsqueeze of a computed value: a Reshape to the sizes that are known by now.
void convert_squeeze(NodeReader& node) {
    node.expect_inputs(1, node.opset() < 13 ? 1 : 2);
    const Shape& x = node.shape(0);
    const std::vector<std::int64_t> axes = squeeze_axes(node);
    Shape target = node.op_type() == "Squeeze" ? squeezed(x, axes) : unsqueezed(x, axes);
    if (node.op_type() == "Squeeze" && axes.empty() && std::find(x.begin(), x.end(), -1) != x.end()) {
        throw Error("without axes the result's rank depends on the batch; the input is {}", to_string(x));
    }
    if (!x.empty() && !target.empty() && x[0] == -1 && target[0] == -1) target[0] = 0;
    node.emit(Reshape{std::move(target)}, {node.required_input(0)});
}

void convert_flatten(NodeReader& node) {
    node.expect_inputs(1, 1);
    node.emit(Flatten{node.integer("axis", 1)}, node.inputs());
}

void convert_transpose(NodeReader& node) {
    node.expect_inputs(1, 1);
    node.emit(Transpose{node.integers("perm").value_or(std::vector<std::int64_t>{})}, node.inputs());
}

}  // namespace

const ConversionTable& movement_conversions() {
    static const ConversionTable table{
        {"Concat", convert_concat},     {"Flatten", convert_flatten}, {"Pad", convert_pad},
        {"Reshape", convert_reshape},   {"Squeeze", convert_squeeze}, {"Transpose", convert_transpose},
        {"Unsqueeze", convert_squeeze},
    };
    return table;
}

}  // namespace quell::network
