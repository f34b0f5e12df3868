#include "models/network/kernels/gemm.h"

#include "models/base/error.h"

#include <cblas.h>

#include <algorithm>
#include <limits>

namespace quell::network::kernels {
namespace {

blasint dimension(std::int64_t value) {
    if (value > std::numeric_limits<blasint>::max()) {
        throw Error("a matrix product with a dimension of {} is beyond the library's range", value);
    }
    return static_cast<blasint>(value);
}

// Threads go over images; a product that spread over threads would change its sums with their number.
void use_one_thread() {
    static const bool set = (openblas_set_num_threads(1), true);
    static_cast<void>(set);
}

CBLAS_TRANSPOSE transposition(bool transposed) {
    return transposed ? CblasTrans : CblasNoTrans;
}

// The library wants row strides of at least 1 and does not touch c where n or m is 0.
blasint row_stride(std::int64_t stride) {
    return dimension(std::max<std::int64_t>(stride, 1));
}

template <typename T>
bool trivial(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> c, bool accumulate) {
    if (m == 0 || n == 0) return true;
    if (k > 0) return false;
    if (!accumulate) {
        for (std::int64_t row = 0; row < m; ++row) std::fill_n(c.data + row * c.stride, n, T{0});
    }
    return true;
}

}  // namespace

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<const float> a, Matrix<const float> b,
              Matrix<float> c, float alpha, bool accumulate) {
    use_one_thread();
    if (trivial(m, n, k, c, accumulate)) return;
    cblas_sgemm(CblasRowMajor, transposition(a.transposed), transposition(b.transposed), dimension(m),
                dimension(n), dimension(k), alpha, a.data, row_stride(a.stride), b.data, row_stride(b.stride),
                accumulate ? 1.0F : 0.0F, c.data, row_stride(c.stride));
}

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<const double> a, Matrix<const double> b,
              Matrix<double> c, double alpha, bool accumulate) {
    use_one_thread();
    if (trivial(m, n, k, c, accumulate)) return;
    cblas_dgemm(CblasRowMajor, transposition(a.transposed), transposition(b.transposed), dimension(m),
                dimension(n), dimension(k), alpha, a.data, row_stride(a.stride), b.data, row_stride(b.stride),
                accumulate ? 1.0 : 0.0, c.data, row_stride(c.stride));
}

}  // namespace quell::network::kernels
