#include "models/network/kernels/elementwise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quell::network::kernels {
namespace {

template <typename Function>
void map(std::int64_t count, const float* x, float* y, Function function) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = function(x[i]);
}

// Written with the comparison that a NaN fails, so that it passes through.
template <typename T>
T clamp(T x, T low, T high) {
    const T raised = x < low ? low : x;
    return high < raised ? high : raised;
}

template <typename Function>
void combine(const BroadcastPlan& plan, const float* a, const float* b, float* result, Function function) {
    if (plan.same_shape) {
        for (std::int64_t i = 0; i < plan.count; ++i) result[i] = function(a[i], b[i]);
        return;
    }
    for_each_run(plan, [&](std::int64_t a_at, std::int64_t b_at, std::int64_t at, std::int64_t a_step,
                           std::int64_t b_step, std::int64_t length) {
        const float* left = a + a_at;
        const float* right = b + b_at;
        float* out = result + at;
        if (a_step == 1 && b_step == 0) {
            const float value = *right;
            for (std::int64_t i = 0; i < length; ++i) out[i] = function(left[i], value);
        } else {
            for (std::int64_t i = 0; i < length; ++i) out[i] = function(left[i * a_step], right[i * b_step]);
        }
    });
}

template <typename T>
T value_of(const Unary& operation, T x) {
    switch (operation.function) {
        case UnaryFunction::relu:
            return x < 0 ? T{0} : x;
        case UnaryFunction::leaky_relu:
            return x < 0 ? static_cast<T>(operation.alpha) * x : x;
        case UnaryFunction::clip:
            return clamp(
                x,
                operation.minimum ? static_cast<T>(*operation.minimum) : -std::numeric_limits<T>::infinity(),
                operation.maximum ? static_cast<T>(*operation.maximum) : std::numeric_limits<T>::infinity());
        case UnaryFunction::sigmoid:
            return T{1} / (T{1} + std::exp(-x));
        case UnaryFunction::hard_sigmoid:
            return clamp(static_cast<T>(operation.alpha) * x + static_cast<T>(operation.beta), T{0}, T{1});
        case UnaryFunction::hard_swish:
            return x * clamp(x / T{6} + T{0.5}, T{0}, T{1});
        case UnaryFunction::sqrt:
            return std::sqrt(x);
        // max(x, 0) + log1p(exp(-|x|)): the same number without overflow.
        case UnaryFunction::softplus:
            return (x < 0 ? T{0} : x) + std::log1p(std::exp(-std::abs(x)));
        case UnaryFunction::round:
            return std::nearbyint(x);
        case UnaryFunction::identity:
            return x;
    }
    return x;
}

}  // namespace

void apply(const Unary& operation, std::int64_t count, const float* x, float* y) {
    switch (operation.function) {
        case UnaryFunction::identity:
            if (x != y) std::copy_n(x, count, y);
            return;
        case UnaryFunction::relu:
            map(count, x, y, [](float v) { return v < 0 ? 0.0F : v; });
            return;
        case UnaryFunction::clip: {
            const float low = operation.minimum.value_or(-std::numeric_limits<float>::infinity());
            const float high = operation.maximum.value_or(std::numeric_limits<float>::infinity());
            map(count, x, y, [low, high](float v) { return clamp(v, low, high); });
            return;
        }
        default:
            map(count, x, y, [&operation](float v) { return value_of(operation, v); });
            return;
    }
}

double evaluate(const Unary& operation, double x) {
    return value_of(operation, x);
}

BroadcastPlan plan_broadcast(const Shape& a, const Shape& b, const Shape& result) {
    BroadcastPlan plan;
    plan.count = element_count(result);
    plan.same_shape = a == result && b == result;
    std::int64_t a_stride = 1, b_stride = 1;
    // From the innermost axis outwards; an axis joins the one inside it when both operands go on evenly.
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::int64_t extent = result[result.size() - 1 - i];
        const std::int64_t a_extent = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t b_extent = i < b.size() ? b[b.size() - 1 - i] : 1;
        const std::int64_t a_step = a_extent == 1 && extent != 1 ? 0 : a_stride;
        const std::int64_t b_step = b_extent == 1 && extent != 1 ? 0 : b_stride;
        a_stride *= a_extent;
        b_stride *= b_extent;
        if (extent == 1) continue;
        if (!plan.extents.empty() && a_step == plan.a_strides.back() * plan.extents.back() &&
            b_step == plan.b_strides.back() * plan.extents.back()) {
            plan.extents.back() *= extent;
            continue;
        }
        plan.extents.push_back(extent);
        plan.a_strides.push_back(a_step);
        plan.b_strides.push_back(b_step);
    }
    if (plan.extents.empty()) {
        plan.extents = {1};
        plan.a_strides = plan.b_strides = {1};
    }
    std::reverse(plan.extents.begin(), plan.extents.end());
    std::reverse(plan.a_strides.begin(), plan.a_strides.end());
    std::reverse(plan.b_strides.begin(), plan.b_strides.end());
    return plan;
}

void apply(BinaryFunction function, const BroadcastPlan& plan, const float* a, const float* b,
           float* result) {
    switch (function) {
        case BinaryFunction::add:
            combine(plan, a, b, result, [](float x, float y) { return x + y; });
            return;
        case BinaryFunction::sub:
            combine(plan, a, b, result, [](float x, float y) { return x - y; });
            return;
        case BinaryFunction::mul:
            combine(plan, a, b, result, [](float x, float y) { return x * y; });
            return;
        case BinaryFunction::div:
            combine(plan, a, b, result, [](float x, float y) { return x / y; });
            return;
    }
}

void channel_affine(std::int64_t batch, std::int64_t channels, std::int64_t plane, const float* scale,
                    const float* shift, const float* x, float* y) {
    for (std::int64_t n = 0; n < batch; ++n) {
        for (std::int64_t c = 0; c < channels; ++c, x += plane, y += plane) {
            for (std::int64_t i = 0; i < plane; ++i) y[i] = scale[c] * x[i] + shift[c];
        }
    }
}

void add_bias(std::int64_t channels, std::int64_t plane, const float* bias, bool relu, float* y) {
    for (std::int64_t k = 0; k < channels; ++k, y += plane) {
        const float value = bias[k];
        if (relu) {
            map(plane, y, y, [value](float v) { return v + value < 0 ? 0.0F : v + value; });
        } else {
            map(plane, y, y, [value](float v) { return v + value; });
        }
    }
}

void add_relu(std::int64_t count, const float* a, const float* b, float* result) {
    for (std::int64_t i = 0; i < count; ++i) {
        const float sum = a[i] + b[i];
        result[i] = sum < 0 ? 0.0F : sum;
    }
}

}  // namespace quell::network::kernels
