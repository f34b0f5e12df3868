// The network in the machine's arithmetic (design: fixed16): 16-bit words with a power-of-two scale per
// tensor, exact products, sums in a 48-bit accumulator, one rounding per node.
//
// Scales: a weight gets the most fraction bits with which its largest value fits, a value of the network
// those with which twice the largest value seen in calibration fits. Nodes that only choose or move words
// (ReLU, LeakyReLU, Clip, max pool, pad, reshape ...) keep their input's scale. A bias is a whole number in
// the accumulator's scale.
//   Conv, Gemm, MatMul  sum of products + bias, requantised: (sum + 2^(s-1)) >> s, saturated
//   a left batch norm   word * 16-bit scale + shift in the accumulator's scale, requantised
//   Add, Sub            both on the finer of the two scales, exact, requantised; Mul: product, requantised
//   pools, means        exact sum, divided with rounding half up
//   other functions     the real function of the word's value, rounded half up to a word (a table of 2^16
//   entries) Softmax             in float32 on real values, rounded half up to words
// With a hook a product goes through real units: accumulator to float32, hook, rounded half up to words.
// Without one all products are whole numbers from end to end.
#pragma once

#include "models/network/calibration.h"
#include "models/network/executor.h"

namespace quell::network {

// `ranges` as measure_ranges gives them for the same graph. Throws Error, naming the node, for what fixed16
// cannot do: weights that are computed while running, more than 2^16 products in one sum.
std::unique_ptr<Executor> make_fixed16_executor(Graph graph, const ValueRanges& ranges,
                                                const ExecutorOptions& options = {});

}  // namespace quell::network
