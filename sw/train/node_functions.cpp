#include "sw/train/node_functions.h"

#include "models/base/error.h"

#include <limits>

namespace quell::train {
namespace {

using namespace network;

// LibTorch pads both ends of an axis alike; what is uneven is padded beforehand.
bool is_even(const Padding& padding) {
    return padding.top == padding.bottom && padding.left == padding.right;
}

at::Tensor padded(const at::Tensor& x, const Padding& padding, double value) {
    return at::constant_pad_nd(x, {padding.left, padding.right, padding.top, padding.bottom}, value);
}

// ReLU6 and its kin. clamp's backward is three passes of one element after another, a fourth of a step of
// MobileNetV2; this one's is vectorised. As in ReLU there is no gradient at the ends.
at::Tensor from_zero_to(float largest, const at::Tensor& x) {
    return at::hardtanh(x, 0, largest);
}

// Runs one node; `in` are its inputs, undefined where an optional one is absent.
class NodeRunner {
public:
    NodeRunner(const Node& node, const std::vector<at::Tensor>& in, Normalisation normalisation)
        : node_(node), in_(in), normalisation_(normalisation) {}

    at::Tensor operator()(const Convolution& operation) const {
        const Window& w = operation.window;
        const bool even = is_even(w.padding);
        const at::Tensor x = even ? in_[0] : padded(in_[0], w.padding, 0);
        const at::Tensor bias = in_.size() > 2 ? in_[2] : at::Tensor();
        const std::vector<std::int64_t> padding =
            even ? std::vector{w.padding.top, w.padding.left} : std::vector<std::int64_t>{0, 0};
        return at::conv2d(x, in_[1], bias, w.stride, padding, w.dilation, operation.groups);
    }

    at::Tensor operator()(const Gemm& operation) const {
        const at::Tensor a = operation.transpose_a ? in_[0].t() : in_[0];
        const at::Tensor b = operation.transpose_b ? in_[1].t() : in_[1];
        if (in_.size() > 2 && in_[2].defined())
            return at::addmm(in_[2], a, b, operation.beta, operation.alpha);
        return operation.alpha == 1 ? at::mm(a, b) : at::mm(a, b) * operation.alpha;
    }

    at::Tensor operator()(const MatMul&) const { return at::matmul(in_[0], in_[1]); }

    at::Tensor operator()(const BatchNormalization& operation) const {
        constexpr double momentum = 0.1;  // PyTorch's
        const bool training = normalisation_ == Normalisation::training;
        return at::batch_norm(in_[0], in_[1], in_[2], in_[3], in_[4], training, momentum, operation.epsilon,
                              false);
    }

    at::Tensor operator()(const MaxPool& operation) const {
        const Window& w = operation.window;
        const at::Tensor x =
            is_even(w.padding) ? in_[0] : padded(in_[0], w.padding, -std::numeric_limits<double>::infinity());
        const std::vector<std::int64_t> padding =
            is_even(w.padding) ? std::vector{w.padding.top, w.padding.left} : std::vector<std::int64_t>{0, 0};
        return at::max_pool2d(x, w.kernel, w.stride, padding, w.dilation, operation.ceil_mode);
    }

    at::Tensor operator()(const AveragePool& operation) const {
        const Window& w = operation.window;
        const bool even = is_even(w.padding);
        if (w.dilation != Pair{1, 1} || (!even && !operation.count_include_pad)) refuse();
        const at::Tensor x = even ? in_[0] : padded(in_[0], w.padding, 0);
        const std::vector<std::int64_t> padding =
            even ? std::vector{w.padding.top, w.padding.left} : std::vector<std::int64_t>{0, 0};
        return at::avg_pool2d(x, w.kernel, w.stride, padding, operation.ceil_mode,
                              operation.count_include_pad);
    }

    at::Tensor operator()(const GlobalAveragePool&) const { return in_[0].mean({2, 3}, true); }

    at::Tensor operator()(const ReduceMean& operation) const {
        if (!operation.axes.empty()) return in_[0].mean(operation.axes, operation.keep_dimensions);
        const at::Tensor mean = in_[0].mean();
        return operation.keep_dimensions
                   ? mean.reshape(std::vector<std::int64_t>(static_cast<std::size_t>(in_[0].dim()), 1))
                   : mean;
    }

    at::Tensor operator()(const Unary& operation) const {
        const at::Tensor& x = in_[0];
        switch (operation.function) {
            case UnaryFunction::relu:
                return at::relu(x);
            case UnaryFunction::leaky_relu:
                return at::leaky_relu(x, operation.alpha);
            case UnaryFunction::clip: {
                const auto bound = [](const std::optional<float>& value) {
                    return value ? c10::optional<at::Scalar>(*value) : c10::optional<at::Scalar>();
                };
                if (!operation.minimum && !operation.maximum) return x;
                if (operation.minimum == 0.0F && operation.maximum > 0.0F)
                    return from_zero_to(*operation.maximum, x);
                return at::clamp(x, bound(operation.minimum), bound(operation.maximum));
            }
            case UnaryFunction::sigmoid:
                return at::sigmoid(x);
            case UnaryFunction::hard_sigmoid:
                return from_zero_to(1, x * operation.alpha + operation.beta);
            case UnaryFunction::hard_swish:
                return at::hardswish(x);
            case UnaryFunction::sqrt:
                return at::sqrt(x);
            case UnaryFunction::softplus:
                return at::softplus(x);
            case UnaryFunction::round:
                // Straight through: the gradient of the rounding itself is zero.
                return x + (at::round(x) - x).detach();
            case UnaryFunction::identity:
                return x;
        }
        refuse();
    }

    at::Tensor operator()(const Binary& operation) const {
        switch (operation.function) {
            case BinaryFunction::add:
                return in_[0] + in_[1];
            case BinaryFunction::sub:
                return in_[0] - in_[1];
            case BinaryFunction::mul:
                return in_[0] * in_[1];
            case BinaryFunction::div:
                return in_[0] / in_[1];
        }
        refuse();
    }

    at::Tensor operator()(const Concat& operation) const { return at::cat(in_, operation.axis); }

    at::Tensor operator()(const Pad& operation) const {
        if (operation.mode != PadMode::constant) refuse();
        // LibTorch counts from the last axis.
        std::vector<std::int64_t> sides;
        for (std::size_t axis = operation.begin.size(); axis-- > 0;) {
            sides.push_back(operation.begin[axis]);
            sides.push_back(operation.end[axis]);
        }
        return at::constant_pad_nd(in_[0], sides, operation.value);
    }

    at::Tensor operator()(const Flatten& operation) const {
        const auto axis = resolve_axis(operation.axis, static_cast<std::size_t>(in_[0].dim()) + 1);
        std::int64_t outer = 1;
        for (std::size_t i = 0; i < axis; ++i) outer *= in_[0].size(static_cast<std::int64_t>(i));
        return in_[0].reshape({outer, -1});
    }

    at::Tensor operator()(const Reshape& operation) const {
        std::vector<std::int64_t> target = operation.target;
        for (std::size_t i = 0; i < target.size(); ++i) {
            if (target[i] == 0) target[i] = in_[0].size(static_cast<std::int64_t>(i));
        }
        return in_[0].reshape(target);
    }

    at::Tensor operator()(const Transpose& operation) const {
        std::vector<std::int64_t> permutation = operation.permutation;
        if (permutation.empty()) {
            for (std::int64_t axis = in_[0].dim(); axis-- > 0;) permutation.push_back(axis);
        }
        return in_[0].permute(permutation);
    }

    at::Tensor operator()(const Softmax& operation) const { return at::softmax(in_[0], operation.axis); }

    at::Tensor operator()(const RandomNormalLike& operation) const {
        return at::randn_like(in_[0]) * operation.scale + operation.mean;
    }

private:
    [[noreturn]] void refuse() const {
        throw Error("{}: LibTorch has no operator for these attributes", describe(node_));
    }

    const Node& node_;
    const std::vector<at::Tensor>& in_;
    Normalisation normalisation_;
};

}  // namespace

at::Tensor run_node(const Node& node, const std::vector<at::Tensor>& inputs, Normalisation normalisation) {
    return std::visit(NodeRunner(node, inputs, normalisation), node.operation);
}

}  // namespace quell::train
