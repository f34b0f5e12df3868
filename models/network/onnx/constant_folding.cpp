#include "models/network/onnx/constant_folding.h"

#include "models/network/onnx/tensor_proto.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string_view>

namespace quell::network {
namespace {

using Floats = Tensor<float>;
using Integers = Tensor<Integer>;

constexpr std::int64_t element_limit = std::int64_t{1} << 26;

std::vector<std::int64_t> strides_of(const Shape& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    return strides;
}

// Calls visit(linear index, coordinates) for every element in row-major order.
template <typename Visit>
void for_each_index(const Shape& shape, Visit visit) {
    const std::int64_t count = element_count(shape, element_limit);
    std::vector<std::int64_t> index(shape.size(), 0);
    for (std::int64_t linear = 0; linear < count; ++linear) {
        visit(static_cast<std::size_t>(linear), index);
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            if (++index[axis] < shape[axis]) break;
            index[axis] = 0;
        }
    }
}

// --- integers that may depend on the batch ---------------------------------------------------------------

Integer multiply(Integer a, Integer b) {
    if (a.kind == Integer::Kind::undefined || b.kind == Integer::Kind::undefined)
        return {0, Integer::Kind::undefined};
    if (!a.is_known() && !b.is_known()) return {0, Integer::Kind::undefined};
    Integer product;
    if (__builtin_mul_overflow(a.value, b.value, &product.value))
        throw Error("{} times {} overflows", a.value, b.value);
    if (product.value != 0 && (!a.is_known() || !b.is_known())) product.kind = Integer::Kind::batch;
    return product;
}

Integer add(Integer a, Integer b) {
    if (a.is_known() && a.value == 0) return b;
    if (b.is_known() && b.value == 0) return a;
    if (a.kind != b.kind || a.kind == Integer::Kind::undefined) return {0, Integer::Kind::undefined};
    Integer sum{0, a.kind};
    if (__builtin_add_overflow(a.value, b.value, &sum.value))
        throw Error("{} plus {} overflows", a.value, b.value);
    if (sum.value == 0) sum.kind = Integer::Kind::known;
    return sum;
}

Integer negate(Integer a) {
    if (__builtin_sub_overflow(std::int64_t{0}, a.value, &a.value)) throw Error("-({}) overflows", a.value);
    return a;
}

Integer divide(Integer a, Integer b) {
    if (b.is_known() && b.value == 0) throw Error("division by zero");
    if (a.is_known() && b.is_known()) {
        if (b.value == -1) return negate(a);
        return {a.value / b.value, Integer::Kind::known};
    }
    if (a.kind == Integer::Kind::batch && b.kind != Integer::Kind::undefined && b.value != -1 &&
        a.value % b.value == 0) {
        return {a.value / b.value, b.is_known() ? Integer::Kind::batch : Integer::Kind::known};
    }
    return {0, Integer::Kind::undefined};
}

// --- elementwise -------------------------------------------------------------------------------------------

template <typename T, typename Function>
Tensor<T> elementwise(const Tensor<T>& a, const Tensor<T>& b, Function function) {
    const Shape shape = broadcast(a.shape, b.shape);
    Tensor<T> result;
    result.values.resize(static_cast<std::size_t>(element_count(shape, element_limit)));
    result.shape = shape;
    const auto offset_in = [&](const Tensor<T>& tensor, const std::vector<std::int64_t>& index) {
        const std::size_t skipped = shape.size() - tensor.shape.size();
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            offset = offset * tensor.shape[i] + (tensor.shape[i] == 1 ? 0 : index[skipped + i]);
        }
        return static_cast<std::size_t>(offset);
    };
    for_each_index(shape, [&](std::size_t i, const std::vector<std::int64_t>& index) {
        result.values[i] = function(a.values[offset_in(a, index)], b.values[offset_in(b, index)]);
    });
    return result;
}

FoldedValue fold_binary(NodeReader& node) {
    node.expect_inputs(2, 2);
    const FoldedValue& a = node.known(0, "the first operand");
    const FoldedValue& b = node.known(1, "the second operand");
    if (a.index() != b.index()) throw Error("one operand holds integers, the other floating point");
    const char operation = node.op_type()[0];  // Add, Sub, Mul, Div
    if (const auto* floats = std::get_if<Floats>(&a)) {
        return elementwise(*floats, std::get<Floats>(b), [operation](float x, float y) {
            switch (operation) {
                case 'A':
                    return x + y;
                case 'S':
                    return x - y;
                case 'M':
                    return x * y;
                default:
                    return x / y;
            }
        });
    }
    return elementwise(std::get<Integers>(a), std::get<Integers>(b), [operation](Integer x, Integer y) {
        switch (operation) {
            case 'A':
                return add(x, y);
            case 'S':
                return add(x, negate(y));
            case 'M':
                return multiply(x, y);
            default:
                return divide(x, y);
        }
    });
}

FoldedValue fold_unary(NodeReader& node) {
    node.expect_inputs(1, 1);
    FoldedValue value = node.known(0, "the operand");
    auto* floats = std::get_if<Floats>(&value);
    if (floats == nullptr) {
        if (node.op_type() != "Neg") throw Error("the input holds integers, floating point is needed");
        for (Integer& x : std::get<Integers>(value).values) x = negate(x);
        return value;
    }
    for (float& x : floats->values) {
        if (node.op_type() == "Sqrt") x = std::sqrt(x);
        if (node.op_type() == "Floor") x = std::floor(x);
        if (node.op_type() == "Ceil") x = std::ceil(x);
        if (node.op_type() == "Neg") x = -x;
    }
    return value;
}

FoldedValue fold_cast(NodeReader& node) {
    node.expect_inputs(1, 1);
    const std::int64_t type = node.integer("to", 0);
    const FoldedValue& value = node.known(0, "the input");
    const bool to_float = type >= 0 && type < 100 && is_floating_point(static_cast<int>(type));
    using T = onnx::TensorProto;
    if (!to_float && type != T::INT64 && type != T::INT32) {
        throw Error("a cast to {} is not supported", data_type_name(static_cast<int>(type)));
    }
    if (const auto* floats = std::get_if<Floats>(&value)) {
        if (to_float) return *floats;
        Integers result(floats->shape);
        for (std::size_t i = 0; i < floats->values.size(); ++i) {
            const float x = floats->values[i];
            if (!(std::abs(x) < 9.2e18F)) throw Error("the value {} does not fit an integer", x);
            result.values[i].value = static_cast<std::int64_t>(x);
        }
        return result;
    }
    const auto& integers = std::get<Integers>(value);
    if (!to_float) return integers;
    Floats result(integers.shape);
    for (std::size_t i = 0; i < integers.values.size(); ++i) {
        if (!integers.values[i].is_known())
            throw Error("the batch size cannot be computed with in floating point");
        result.values[i] = static_cast<float>(integers.values[i].value);
    }
    return result;
}

// --- moving elements
// -----------------------------------------------------------------------------------------

// One element of the result for each index of `shape`, taken from where `source` says.
template <typename Source>
FoldedValue rearrange(const FoldedValue& value, const Shape& shape, Source source) {
    return std::visit(
        [&](const auto& tensor) -> FoldedValue {
            std::remove_cvref_t<decltype(tensor)> result;
            result.values.resize(static_cast<std::size_t>(element_count(shape, element_limit)));
            result.shape = shape;
            for_each_index(shape, [&](std::size_t i, const std::vector<std::int64_t>& index) {
                result.values[i] = tensor.values[static_cast<std::size_t>(source(index))];
            });
            return result;
        },
        value);
}

FoldedValue reshaped(const FoldedValue& value, const Shape& shape) {
    if (element_count(shape) != element_count(shape_of(value))) {
        throw Error("the input {} cannot be reshaped to {}", to_string(shape_of(value)), to_string(shape));
    }
    FoldedValue result = value;
    std::visit([&](auto& tensor) { tensor.shape = shape; }, result);
    return result;
}

FoldedValue fold_gather(NodeReader& node) {
    node.expect_inputs(2, 2);
    const FoldedValue& data = node.known(0, "the data");
    const FoldedValue& positions = node.known(1, "the indices");
    const Shape& shape = shape_of(data);
    const std::size_t axis = resolve_axis(node.integer("axis", 0), shape.size());
    std::vector<std::int64_t> chosen = node.known_integers(1, "the indices");
    for (std::int64_t& i : chosen) {
        if (i < -shape[axis] || i >= shape[axis]) throw Error("index {} is outside {}", i, to_string(shape));
        if (i < 0) i += shape[axis];
    }
    const Shape& taken = shape_of(positions);
    Shape output(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis));
    output.insert(output.end(), taken.begin(), taken.end());
    output.insert(output.end(), shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
    const auto strides = strides_of(shape), taken_strides = strides_of(taken);
    return rearrange(data, output, [&](const std::vector<std::int64_t>& index) {
        std::int64_t offset = 0, position = 0;
        for (std::size_t i = 0; i < axis; ++i) offset += index[i] * strides[i];
        for (std::size_t i = 0; i < taken.size(); ++i) position += index[axis + i] * taken_strides[i];
        offset += chosen[static_cast<std::size_t>(position)] * strides[axis];
        for (std::size_t i = axis + 1; i < shape.size(); ++i)
            offset += index[i + taken.size() - 1] * strides[i];
        return offset;
    });
}

FoldedValue fold_concat(NodeReader& node) {
    if (node.input_count() == 0) throw Error("there is no input");
    const Shape& first = node.shape(0);
    const std::size_t axis = resolve_axis(node.integer("axis", 0), first.size());
    FoldedValue result = node.known(0, "the input");
    for (std::size_t i = 1; i < node.input_count(); ++i) {
        const FoldedValue& next = node.known(i, "the input");
        const Shape have = shape_of(result), more = shape_of(next);
        bool fits = next.index() == result.index() && have.size() == more.size();
        for (std::size_t k = 0; fits && k < have.size(); ++k) fits = k == axis || have[k] == more[k];
        if (!fits)
            throw Error("{} and {} cannot be joined along axis {}", to_string(have), to_string(more), axis);
        Shape shape = have;
        shape[axis] += more[axis];
        const auto join = [&](const auto& a, const auto& b) -> FoldedValue {
            auto joined = a;
            joined.values.resize(static_cast<std::size_t>(element_count(shape, element_limit)));
            joined.shape = shape;
            const auto strides_a = strides_of(have), strides_b = strides_of(more);
            for_each_index(shape, [&](std::size_t linear, std::vector<std::int64_t> index) {
                const bool from_a = index[axis] < have[axis];
                if (!from_a) index[axis] -= have[axis];
                const auto& strides = from_a ? strides_a : strides_b;
                const auto offset =
                    std::inner_product(index.begin(), index.end(), strides.begin(), std::int64_t{0});
                joined.values[linear] = (from_a ? a : b).values[static_cast<std::size_t>(offset)];
            });
            return joined;
        };
        FoldedValue joined = std::holds_alternative<Floats>(result)
                                 ? join(std::get<Floats>(result), std::get<Floats>(next))
                                 : join(std::get<Integers>(result), std::get<Integers>(next));
        result = std::move(joined);
    }
    return result;
}

FoldedValue fold_slice(NodeReader& node) {
    const FoldedValue& data = node.known(0, "the data");
    const Shape& shape = shape_of(data);
    std::vector<std::int64_t> starts, ends, axes, steps;
    if (node.opset() < 10) {
        node.expect_inputs(1, 1);
        starts = node.integers("starts").value_or(std::vector<std::int64_t>{});
        ends = node.integers("ends").value_or(std::vector<std::int64_t>{});
        axes = node.integers("axes").value_or(std::vector<std::int64_t>{});
    } else {
        node.expect_inputs(3, 5);
        starts = node.known_integers(1, "starts");
        ends = node.known_integers(2, "ends");
        if (!node.input(3).empty()) axes = node.known_integers(3, "axes");
        if (!node.input(4).empty()) steps = node.known_integers(4, "steps");
    }
    if (axes.empty()) {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    if (steps.empty()) steps.assign(starts.size(), 1);
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
        throw Error("starts, ends, axes and steps are not equally many");
    }
    Shape output = shape;
    std::vector<std::int64_t> first(shape.size(), 0), step(shape.size(), 1);
    std::vector<bool> cut(shape.size(), false);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t axis = resolve_axis(axes[i], shape.size());
        if (cut[axis]) throw Error("axis {} is given twice", axes[i]);
        cut[axis] = true;
        const std::int64_t size = shape[axis];
        const bool backward = steps[i] < 0;
        if (steps[i] == 0) throw Error("a step is 0");
        const auto place = [&](std::int64_t position) {
            if (position < -size) return backward ? std::int64_t{-1} : std::int64_t{0};
            if (position < 0) position += size;
            return std::clamp<std::int64_t>(position, 0,
                                            backward ? std::max<std::int64_t>(size - 1, 0) : size);
        };
        // A backward slice that runs past the front ends before the first element.
        const std::int64_t from = std::max<std::int64_t>(place(starts[i]), 0);
        const std::int64_t to = place(ends[i]);
        const std::int64_t span = backward ? from - to : to - from;
        // A step longer than the axis takes one element; so limited, its negative exists.
        const std::int64_t stride = std::clamp<std::int64_t>(steps[i], -size - 1, size + 1);
        const std::int64_t width = backward ? -stride : stride;
        output[axis] = size == 0 || span <= 0 ? 0 : (span + width - 1) / width;
        first[axis] = from;
        step[axis] = stride;
    }
    const auto strides = strides_of(shape);
    return rearrange(data, output, [&](const std::vector<std::int64_t>& index) {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < index.size(); ++i) offset += (first[i] + index[i] * step[i]) * strides[i];
        return offset;
    });
}

FoldedValue fold_transpose(NodeReader& node) {
    node.expect_inputs(1, 1);
    const FoldedValue& value = node.known(0, "the input");
    const Shape& shape = shape_of(value);
    std::vector<std::int64_t> permutation(shape.size());
    std::iota(permutation.rbegin(), permutation.rend(), 0);
    if (auto given = node.integers("perm")) permutation = *given;
    if (permutation.size() != shape.size())
        throw Error("perm has {} axes, the input {}", permutation.size(), shape.size());
    const auto strides = strides_of(shape);
    std::vector<bool> taken(shape.size(), false);
    std::vector<std::size_t> from;
    Shape output;
    for (const std::int64_t axis : permutation) {
        const std::size_t i = resolve_axis(axis, shape.size());
        if (taken[i]) throw Error("perm has axis {} twice", axis);
        taken[i] = true;
        from.push_back(i);
        output.push_back(shape[i]);
    }
    return rearrange(value, output, [&](const std::vector<std::int64_t>& index) {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < index.size(); ++i) offset += index[i] * strides[from[i]];
        return offset;
    });
}

FoldedValue fold_reshape(NodeReader& node) {
    node.expect_inputs(2, 2);
    const FoldedValue& value = node.known(0, "the data");
    const Shape& shape = shape_of(value);
    const bool keep_zero = node.flag("allowzero", false);
    Shape target = node.known_integers(1, "the target shape");
    std::ptrdiff_t inferred = -1;
    std::int64_t rest = 1;
    const std::int64_t count = element_count(shape);
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (target[i] == 0 && !keep_zero) {
            if (i >= shape.size())
                throw Error("size {} of the target copies one the input {} lacks", i, to_string(shape));
            target[i] = shape[i];
        }
        if (target[i] == -1 && inferred < 0) {
            inferred = static_cast<std::ptrdiff_t>(i);
        } else if (target[i] < 0 || __builtin_mul_overflow(rest, target[i], &rest)) {
            throw Error("{} is no size of a target", target[i]);
        }
    }
    if (inferred >= 0) {
        if (rest == 0 || count % rest != 0) throw Error("no size fits in place of -1");
        target[static_cast<std::size_t>(inferred)] = count / rest;
    }
    return reshaped(value, target);
}

FoldedValue fold_squeeze(NodeReader& node) {
    node.expect_inputs(1, node.opset() < 13 ? 1 : 2);
    const FoldedValue& value = node.known(0, "the data");
    const std::vector<std::int64_t> axes = squeeze_axes(node);
    return reshaped(value, node.op_type() == "Squeeze" ? squeezed(shape_of(value), axes)
                                                       : unsqueezed(shape_of(value), axes));
}

FoldedValue fold_product(NodeReader& node) {
    node.expect_inputs(1, 1);
    const auto* integers = std::get_if<Integers>(&node.known(0, "the input"));
    const auto axes = node.integers("axes");
    const bool keep = node.flag("keepdims", true);
    if (integers == nullptr || integers->shape.size() != 1 ||
        (axes && *axes != std::vector<std::int64_t>{0})) {
        throw Error("only the product of a list of integers is supported");
    }
    Integers result(keep ? Shape{1} : Shape{});
    result.values[0].value = 1;
    for (const Integer& value : integers->values) result.values[0] = multiply(result.values[0], value);
    return result;
}

// --- making elements
// -----------------------------------------------------------------------------------------

FoldedValue fold_constant(NodeReader& node) {
    node.expect_inputs(0, 0);
    if (auto value = node.tensor("value")) return std::move(*value);
    if (node.has("value_float")) return Floats({}, {node.real("value_float", 0)});
    if (auto values = node.reals("value_floats")) {
        const auto count = static_cast<std::int64_t>(values->size());
        return Floats({count}, std::move(*values));
    }
    if (node.has("value_int")) return Integers({}, {Integer{node.integer("value_int", 0)}});
    if (auto values = node.integers("value_ints")) {
        Integers result(Shape{static_cast<std::int64_t>(values->size())});
        for (std::size_t i = 0; i < values->size(); ++i) result.values[i].value = (*values)[i];
        return result;
    }
    throw Error(
        "no value that is supported: one of value, value_float, value_floats, value_int, value_ints is "
        "needed");
}

FoldedValue fold_constant_of_shape(NodeReader& node) {
    node.expect_inputs(1, 1);
    const Shape shape = node.known_integers(0, "the shape");
    const std::int64_t count = element_count(shape, element_limit);
    const FoldedValue value = node.tensor("value").value_or(Floats({1}, {0.0F}));
    return std::visit(
        [&](const auto& one) -> FoldedValue {
            if (one.size() != 1) throw Error("the value needs one element, it has {}", one.size());
            std::remove_cvref_t<decltype(one)> result;
            result.values.assign(static_cast<std::size_t>(count), one.values[0]);
            result.shape = shape;
            return result;
        },
        value);
}

FoldedValue fold_shape(NodeReader& node) {
    node.expect_inputs(1, 1);
    Integers sizes = node.symbolic_shape(0);
    const std::int64_t rank = sizes.size();
    const auto place = [rank](std::int64_t position) {
        return std::clamp<std::int64_t>(
            position < 0 ? std::max<std::int64_t>(position, -rank) + rank : position, 0, rank);
    };
    const std::int64_t start = place(node.integer("start", 0)), end = place(node.integer("end", rank));
    std::vector<Integer> part;
    for (std::int64_t i = start; i < end; ++i) part.push_back(sizes.values[static_cast<std::size_t>(i)]);
    const auto count = static_cast<std::int64_t>(part.size());
    return Integers({count}, std::move(part));
}

using Fold = FoldedValue (*)(NodeReader&);

const std::map<std::string_view, Fold>& folds() {
    static const std::map<std::string_view, Fold> table{
        {"Add", fold_binary},
        {"Cast", fold_cast},
        {"Ceil", fold_unary},
        {"Concat", fold_concat},
        {"Constant", fold_constant},
        {"ConstantOfShape", fold_constant_of_shape},
        {"Div", fold_binary},
        {"Floor", fold_unary},
        {"Gather", fold_gather},
        {"Identity", [](NodeReader& node) { return FoldedValue(node.known(0, "the input")); }},
        {"Mul", fold_binary},
        {"Neg", fold_unary},
        {"ReduceProd", fold_product},
        {"Reshape", fold_reshape},
        {"Shape", fold_shape},
        {"Slice", fold_slice},
        {"Sqrt", fold_unary},
        {"Squeeze", fold_squeeze},
        {"Sub", fold_binary},
        {"Transpose", fold_transpose},
        {"Unsqueeze", fold_squeeze},
    };
    return table;
}

}  // namespace

std::vector<std::int64_t> squeeze_axes(NodeReader& node) {
    if (node.opset() < 13) return node.integers("axes").value_or(std::vector<std::int64_t>{});
    if (node.input(1).empty()) return {};
    return node.known_integers(1, "axes");
}

Shape squeezed(const Shape& shape, const std::vector<std::int64_t>& axes) {
    std::vector<bool> dropped(shape.size(), false);
    for (const std::int64_t axis : axes) {
        const std::size_t i = resolve_axis(axis, shape.size());
        if (shape[i] != 1) throw Error("axis {} of {} is not of size 1", axis, to_string(shape));
        dropped[i] = true;
    }
    Shape result;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (axes.empty() ? shape[i] != 1 : !dropped[i]) result.push_back(shape[i]);
    }
    return result;
}

Shape unsqueezed(const Shape& shape, const std::vector<std::int64_t>& axes) {
    const std::size_t rank = shape.size() + axes.size();
    std::vector<bool> added(rank, false);
    for (const std::int64_t axis : axes) {
        const std::size_t i = resolve_axis(axis, rank);
        if (added[i]) throw Error("axis {} is given twice", axis);
        added[i] = true;
    }
    Shape result;
    std::size_t next = 0;
    for (std::size_t i = 0; i < rank; ++i) result.push_back(added[i] ? 1 : shape[next++]);
    return result;
}

bool fold_node(NodeReader& node) {
    const auto found = folds().find(node.op_type());
    if (found == folds().end()) return false;
    if (node.op_type() != "Shape") {
        for (std::size_t i = 0; i < node.input_count(); ++i) {
            if (!node.input(i).empty() && node.folded(i) == nullptr) return false;
        }
    }
    // A constant leaves the network through a copy: that node is kept, as it would have to be made anew.
    const bool is_float = node.input_count() == 1 && node.folded(0) != nullptr &&
                          std::holds_alternative<Floats>(*node.folded(0));
    if (node.op_type() == "Identity" && is_float && node.gives_network_output()) return false;
    FoldedValue value = found->second(node);
    node.fold(std::move(value));
    return true;
}

}  // namespace quell::network
