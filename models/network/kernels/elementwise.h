// Functions of single elements, of one and of two operands.
#pragma once

#include "models/base/tensor.h"
#include "models/network/graph.h"

#include <cstdint>
#include <vector>

namespace quell::network::kernels {

// y[i] = f(x[i]); x and y may be the same array. NaN stays NaN.
//   relu max(x,0); leaky_relu x < 0 ? alpha x : x; clip min(max(x, minimum), maximum); sigmoid 1/(1+exp(-x));
//   hard_sigmoid clamp(alpha x + beta, 0, 1); hard_swish x clamp(x/6 + 1/2, 0, 1); softplus log(1 + exp(x));
//   round to the nearest whole number, halves to the even one.
void apply(const Unary& operation, std::int64_t count, const float* x, float* y);
// The same function of one number, in double precision: what tables and fixed-point kernels are made from.
double evaluate(const Unary& operation, double x);

// How two operands meet under numpy broadcasting: strides (in elements, 0 where an operand repeats) per axis
// of the result, adjoining axes merged where they can be.
struct BroadcastPlan {
    std::vector<std::int64_t> extents, a_strides, b_strides;
    bool same_shape = false;  // no broadcasting at all
    std::int64_t count = 0;
};
BroadcastPlan plan_broadcast(const Shape& a, const Shape& b, const Shape& result);

// Calls visit(a offset, b offset, result offset, a step, b step, length) for every innermost run.
template <typename Visit>
void for_each_run(const BroadcastPlan& plan, Visit visit) {
    if (plan.count == 0) return;
    const std::size_t rank = plan.extents.size();
    std::vector<std::int64_t> index(rank, 0);
    const std::int64_t length = plan.extents[rank - 1];
    std::int64_t a = 0, b = 0;
    for (std::int64_t result = 0; result < plan.count; result += length) {
        visit(a, b, result, plan.a_strides[rank - 1], plan.b_strides[rank - 1], length);
        for (std::size_t axis = rank - 1; axis-- > 0;) {
            a += plan.a_strides[axis];
            b += plan.b_strides[axis];
            if (++index[axis] < plan.extents[axis]) break;
            a -= plan.a_strides[axis] * plan.extents[axis];
            b -= plan.b_strides[axis] * plan.extents[axis];
            index[axis] = 0;
        }
    }
}

// result = a op b; result may be the same array as an operand of its shape.
void apply(BinaryFunction function, const BroadcastPlan& plan, const float* a, const float* b, float* result);

// y (N,C,plane) = scale[c] x + shift[c]; x and y may be the same array.
void channel_affine(std::int64_t batch, std::int64_t channels, std::int64_t plane, const float* scale,
                    const float* shift, const float* x, float* y);
// y[k] += bias[k] over (K,plane), then max(0, .) with `relu`.
void add_bias(std::int64_t channels, std::int64_t plane, const float* bias, bool relu, float* y);
// result = max(0, a + b) in one pass: the end of a residual block.
void add_relu(std::int64_t count, const float* a, const float* b, float* result);

}  // namespace quell::network::kernels
