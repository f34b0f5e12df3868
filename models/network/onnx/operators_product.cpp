#include "models/network/onnx/operators.h"

namespace quell::network {
namespace {

void convert_gemm(NodeReader& node) {
    node.expect_inputs(node.opset() < 11 ? 3 : 2, 3);
    Gemm gemm;
    gemm.alpha = node.real("alpha", 1);
    gemm.beta = node.real("beta", 1);
    gemm.transpose_a = node.integer("transA", 0) != 0;
    gemm.transpose_b = node.integer("transB", 0) != 0;
    node.emit(gemm, node.inputs());
}

void convert_mat_mul(NodeReader& node) {
    node.expect_inputs(2, 2);
    node.emit(MatMul{}, node.inputs());
}

void convert_reduce_mean(NodeReader& node) {
    node.expect_inputs(1, 1);
    const auto axes = node.integers("axes").value_or(std::vector<std::int64_t>{});
    node.emit(ReduceMean{axes, node.flag("keepdims", true)}, node.inputs());
}

}  // namespace

const ConversionTable& product_conversions() {
    static const ConversionTable table{
        {"Gemm", convert_gemm},
        {"MatMul", convert_mat_mul},
        {"ReduceMean", convert_reduce_mean},
    };
    return table;
}

}  // namespace quell::network
