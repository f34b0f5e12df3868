#include "models/analog/device/output_read.h"

#include "models/analog/normal_numbers.h"
#include "models/base/wide_loops.h"
#include "models/network/kernels/gemm.h"

#include <algorithm>
#include <cmath>

namespace quell::analog {
namespace {

QUELL_WIDE void square(const float* x, std::int64_t count, float* y) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] * x[i];
}

// u (1 - u^2) 3 sqrt(3) / 2, u = x / full scale cut to [-1, 1].
QUELL_WIDE void bow(const float* x, std::int64_t count, float share, float* y) {
    for (std::int64_t i = 0; i < count; ++i) {
        float u = x[i] * share;
        u = u < -1.0F ? -1.0F : u;
        u = u > 1.0F ? 1.0F : u;
        y[i] = bow_scale * (u - u * u * u);
    }
}

QUELL_WIDE void scale_by_deviation(const float* variances, const float* numbers, std::size_t count,
                                   float* noise) {
    for (std::size_t i = 0; i < count; ++i) {
        const float variance = variances[i] > 0.0F ? variances[i] : 0.0F;
        noise[i] = std::sqrt(variance) * numbers[i];
    }
}

// A block of numbers at a time, which stays in the first-level cache.
void draw_noise(const NormalKey& key, const float* variances, std::size_t count, float* noise) {
    alignas(32) float numbers[normal_block];
    std::uint32_t block = 0;
    for (std::size_t at = 0; at < count; at += normal_block) {
        fill_normal_block(key, block++, numbers);
        scale_by_deviation(variances + at, numbers, std::min(normal_block, count - at), noise + at);
    }
}

QUELL_WIDE void add_constant(float* sums, float constant, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) sums[i] += constant;
}

QUELL_WIDE void scale_into(float* out, const float* sums, float factor, bool first, std::int64_t count) {
    if (first) {
        for (std::int64_t i = 0; i < count; ++i) out[i] = factor * sums[i];
    } else {
        for (std::int64_t i = 0; i < count; ++i) out[i] += factor * sums[i];
    }
}

// sums (m,n) = or += weights (m,depth) x (depth,n)
void multiply_rows(std::int64_t m, std::int64_t n, std::int64_t depth, const float* weights,
                   std::int64_t weight_stride, const float* x, std::int64_t x_stride, float* sums,
                   bool accumulate) {
    network::kernels::multiply(m, n, depth, {weights, weight_stride}, {x, x_stride}, {sums, n}, 1.0F,
                               accumulate);
}

// Consecutive pieces of one allocation.
class Pieces {
public:
    Pieces(std::vector<float>& memory, std::int64_t elements) {
        if (memory.size() < static_cast<std::size_t>(elements))
            memory.resize(static_cast<std::size_t>(elements));
        next_ = memory.data();
    }
    float* take(std::int64_t elements) {
        float* piece = next_;
        next_ += elements;
        return piece;
    }

private:
    float* next_;
};

}  // namespace

OutputRead::OutputRead(LayerParts parts) : parts_(std::move(parts)) {
    if (parts_.dacs.present()) dacs_ = fold_dacs(parts_, 1.0F, 1.0F, parts_.cells);
}

void OutputRead::multiply(const ReadKey& key, const network::ProductInputs& in,
                          const network::ProductOutputs& out, std::vector<float>& scratch) const {
    const std::int64_t m = parts_.outputs, k = parts_.inputs, n = in.pixels, elements = m * n;
    const bool noisy = !parts_.cells.variances.empty(), bowed = !dacs_.bow_weights.empty();
    // Without converters the row splits need not be told apart.
    const std::int64_t rows = parts_.adcs.is_ideal() && dacs_.constants.empty() ? k : parts_.rows;
    const std::int64_t deepest = std::min(rows, k);

    Pieces pieces(scratch, 2 * elements + 2 * deepest * n);
    float* sums = pieces.take(elements);
    float* variances = pieces.take(elements);
    float* squares = pieces.take(deepest * n);
    float* bows = pieces.take(deepest * n);

    const std::int64_t first_cell = in.group * m * k, first_output = in.group * m;
    NormalKey normal = read_noise_key(key, in);

    std::int64_t split = 0;
    for (std::int64_t from = 0; from < k; from += rows, ++split) {
        const std::int64_t depth = std::min(rows, k - from);
        const float* x = in.columns + from * in.stride;
        const auto cells = [&](const std::vector<float>& all) { return all.data() + first_cell + from; };
        // The noise first: the product is added to it, which spares the library clearing its result.
        if (noisy) {
            for (std::int64_t row = 0; row < depth; ++row) square(x + row * in.stride, n, squares + row * n);
            multiply_rows(m, n, depth, cells(parts_.cells.variances), k, squares, n, variances, false);
            normal.product = static_cast<std::uint32_t>(split);
            draw_noise(normal, variances, static_cast<std::size_t>(elements), sums);
        }
        multiply_rows(m, n, depth, cells(parts_.cells.weights), k, x, in.stride, sums, noisy);
        if (bowed) {
            const auto share = static_cast<float>(1 / (parts_.words.step() * parts_.words.largest_word()));
            for (std::int64_t row = 0; row < depth; ++row) bow(x + row * in.stride, n, share, bows + row * n);
            multiply_rows(m, n, depth, cells(dacs_.bow_weights), k, bows, n, sums, true);
        }
        for (std::int64_t output = 0; output < m; ++output) {
            float* row = sums + output * n;
            if (!dacs_.constants.empty()) {
                const std::int64_t all = parts_.groups * m;
                add_constant(
                    row, dacs_.constants[static_cast<std::size_t>(split * all + first_output + output)], n);
            }
            parts_.adcs.convert(split, first_output + output, {row, static_cast<std::size_t>(n)});
            scale_into(out.values + output * out.stride, row, static_cast<float>(parts_.cells.compensation),
                       from == 0, n);
        }
    }
}

void OutputRead::observe(const network::ProductInputs& in,
                         const std::function<void(std::span<const float>)>& see,
                         std::vector<float>& scratch) const {
    const std::int64_t m = parts_.outputs, k = parts_.inputs, n = in.pixels;
    Pieces pieces(scratch, m * n);
    float* sums = pieces.take(m * n);
    for (std::int64_t from = 0; from < k; from += parts_.rows) {
        multiply_rows(m, n, std::min(parts_.rows, k - from),
                      parts_.cells.weights.data() + in.group * m * k + from, k, in.columns + from * in.stride,
                      in.stride, sums, false);
        see({sums, static_cast<std::size_t>(m * n)});
    }
}

}  // namespace quell::analog
