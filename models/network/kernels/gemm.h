// The library's matrix product (OpenBLAS), on the calling thread alone.
//
// OpenBLAS was chosen over Eigen: it picks its vector instructions when the program starts, Eigen when it is
// compiled, so that a portable build of Eigen ran at a third of the speed (ResNet-20's shapes, measured).
#pragma once

#include <cstdint>

namespace quell::network::kernels {

// Row-major matrix with its row stride, in elements.
template <typename T>
struct Matrix {
    T* data = nullptr;
    std::int64_t stride = 0;
    bool transposed = false;
};

// c (m,n) = alpha a (m,k) b (k,n), or c += with `accumulate`. A transposed operand is stored (k,m) or (n,k).
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<const float> a, Matrix<const float> b,
              Matrix<float> c, float alpha = 1, bool accumulate = false);
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<const double> a, Matrix<const double> b,
              Matrix<double> c, double alpha = 1, bool accumulate = false);

}  // namespace quell::network::kernels
