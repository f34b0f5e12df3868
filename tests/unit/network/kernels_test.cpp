// The kernels against loops written down from the operators' definitions (ONNX operator specification).
#include "models/network/executor.h"
#include "models/network/kernels/convolution.h"
#include "models/network/shape_inference.h"
#include "tests/support/catch.h"
#include "tests/unit/network/network_samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace quell;
using namespace quell::network;
using test::one_node;
using test::random_tensor;

namespace {

Tensor<float> run(const Graph& graph, const Tensor<float>& x) {
    return run_once(graph, {{"x", x}}).at("y");
}

// y[n,k,oy,ox] = bias[k] + sum over c, ky, kx of w[k,c,ky,kx] x[n, group channel c, oy s + ky d - p, ...]
Tensor<double> convolve(const Convolution& operation, const Tensor<float>& x, const Tensor<float>& w,
                        const Tensor<float>& bias, const Shape& y_shape) {
    Tensor<double> y(y_shape);
    const Window& window = operation.window;
    const std::int64_t outputs = w.shape[0] / operation.groups, inputs = w.shape[1];
    std::size_t at = 0;
    for (std::int64_t n = 0; n < y_shape[0]; ++n)
        for (std::int64_t k = 0; k < y_shape[1]; ++k)
            for (std::int64_t oy = 0; oy < y_shape[2]; ++oy)
                for (std::int64_t ox = 0; ox < y_shape[3]; ++ox) {
                    double sum = bias.values[static_cast<std::size_t>(k)];
                    for (std::int64_t c = 0; c < inputs; ++c)
                        for (std::int64_t ky = 0; ky < w.shape[2]; ++ky)
                            for (std::int64_t kx = 0; kx < w.shape[3]; ++kx) {
                                const auto iy =
                                    oy * window.stride[0] + ky * window.dilation[0] - window.padding.top;
                                const auto ix =
                                    ox * window.stride[1] + kx * window.dilation[1] - window.padding.left;
                                if (iy < 0 || iy >= x.shape[2] || ix < 0 || ix >= x.shape[3]) continue;
                                const auto channel = k / outputs * inputs + c;
                                const auto from =
                                    ((n * x.shape[1] + channel) * x.shape[2] + iy) * x.shape[3] + ix;
                                const auto tap = ((k * inputs + c) * w.shape[2] + ky) * w.shape[3] + kx;
                                sum +=
                                    static_cast<double>(x.data()[from]) * static_cast<double>(w.data()[tap]);
                            }
                    y.values[at++] = sum;
                }
    return y;
}

}  // namespace

TEST_CASE("a convolution is the sum of its definition") {
    struct Case {
        Shape x;
        std::int64_t outputs, groups;
        Window window;
    };
    const auto [x, outputs, groups, window] = GENERATE(values<Case>({
        {{1, 3, 8, 8}, 5, 1, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}},
        {{2, 3, 9, 7}, 4, 1, {{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}}},
        {{1, 4, 11, 10}, 6, 2, {{3, 5}, {2, 1}, {2, 1}, {2, 0, 1, 3}}},  // all different
        {{1, 6, 7, 7}, 4, 1, {{1, 1}, {1, 1}, {1, 1}, {}}},              // pointwise
        {{1, 6, 7, 7}, 4, 2, {{1, 1}, {1, 1}, {1, 1}, {}}},
        {{1, 6, 7, 7}, 4, 1, {{1, 1}, {2, 2}, {1, 1}, {}}},
        {{1, 6, 9, 8}, 6, 6, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}},  // depthwise
        {{2, 3, 9, 8}, 6, 3, {{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}}},  // two outputs per channel
        {{1, 4, 9, 8}, 4, 4, {{5, 5}, {1, 2}, {2, 2}, {4, 4, 4, 4}}},
        {{1, 2, 2, 2}, 3, 1, {{3, 3}, {1, 1}, {1, 1}, {2, 2, 2, 2}}},  // windows that see only padding's edge
        {{1, 1, 3, 3}, 1, 1, {{2, 2}, {5, 5}, {1, 1}, {0, 0, 3, 3}}},
        {{1, 8, 40, 60}, 3, 1, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}},  // more than one tile
    }));
    const Convolution operation{window, groups};
    const auto weight = random_tensor({outputs, x[1] / groups, window.kernel[0], window.kernel[1]}, 2);
    const auto bias = random_tensor({outputs}, 3);
    const auto image = random_tensor(x, 1);
    const auto y = run(one_node(operation, x, {{"w", weight}, {"b", bias}}), image);
    const auto expected = convolve(operation, image, weight, bias, y.shape);
    CHECK(y.shape == Shape{x[0], outputs, window_extent(window, 0, x[2]), window_extent(window, 1, x[3])});
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        CAPTURE(i);
        REQUIRE(y.values[i] == Approx(expected.values[i]).margin(1e-4));
    }
}

TEST_CASE("tiles cover every row of a convolution once") {
    kernels::ConvolutionGeometry geometry;
    geometry.channels = 512;
    geometry.out_width = 56;
    geometry.out_height = 57;
    geometry.window.kernel = {3, 3};
    const std::int64_t rows = kernels::rows_per_tile(geometry, sizeof(double));
    CHECK(rows >= 1);
    CHECK(rows < 57);
}

TEST_CASE("pools look at the elements under their window") {
    // 1 2 3 / 4 5 6 / 7 8 9
    Tensor<float> x({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    const Window window{{2, 2}, {2, 2}, {1, 1}, {1, 1, 0, 0}};
    SECTION("maximum, with negative values beside padding") {
        for (float& value : x.values) value -= 10;
        CHECK(run(one_node(MaxPool{window, false}, x.shape), x).values == std::vector<float>{-9, -7, -3, -1});
    }
    SECTION("mean of what lies in the map") {
        CHECK(run(one_node(AveragePool{window, false, false}, x.shape), x).values ==
              std::vector<float>{1, 2.5F, 5.5F, 7});
    }
    SECTION("mean with the padding as zeros") {
        CHECK(run(one_node(AveragePool{window, false, true}, x.shape), x).values ==
              std::vector<float>{0.25F, 1.25F, 2.75F, 7});
    }
    SECTION("rounded up, a window may reach beyond the map") {
        const Window beyond{{2, 2}, {2, 2}, {1, 1}, {}};
        CHECK(run(one_node(MaxPool{beyond, true}, x.shape), x).values == std::vector<float>{5, 6, 8, 9});
        CHECK(run(one_node(AveragePool{beyond, true, false}, x.shape), x).values ==
              std::vector<float>{3, 4.5F, 7.5F, 9});
        // The cells beyond the padded map are counted in neither way.
        CHECK(run(one_node(AveragePool{beyond, true, true}, x.shape), x).values ==
              std::vector<float>{3, 4.5F, 7.5F, 9});
    }
    SECTION("over the whole map") {
        CHECK(run(one_node(GlobalAveragePool{}, x.shape), x).values == std::vector<float>{5});
    }
    SECTION("dilated") {
        const Window dilated{{2, 2}, {1, 1}, {2, 2}, {}};
        CHECK(run(one_node(MaxPool{dilated, false}, x.shape), x).values == std::vector<float>{9});
        CHECK(run(one_node(AveragePool{dilated, false, false}, x.shape), x).values == std::vector<float>{5});
    }
}

TEST_CASE("elementwise functions") {
    const Tensor<float> x({5}, {-8, -1, 0, 0.5F, 8});
    const auto of = [&](Unary unary) { return run(one_node(unary, x.shape), x).values; };
    using enum UnaryFunction;
    CHECK(of({relu}) == std::vector<float>{0, 0, 0, 0.5F, 8});
    CHECK(of({leaky_relu, 0.25F}) == std::vector<float>{-2, -0.25F, 0, 0.5F, 8});
    CHECK(of({.function = clip, .minimum = 0.F, .maximum = 6.F}) == std::vector<float>{0, 0, 0, 0.5F, 6});
    CHECK(of({.function = clip, .minimum = -1.F}) == std::vector<float>{-1, -1, 0, 0.5F, 8});
    CHECK(of({.function = hard_sigmoid, .alpha = 0.25F, .beta = 0.5F}) ==
          std::vector<float>{0, 0.25F, 0.5F, 0.625F, 1});
    CHECK(of({hard_swish})[3] == Approx(0.5 * (0.5 / 6 + 0.5)));
    CHECK(of({hard_swish})[4] == 8);
    CHECK(of({sigmoid})[3] == Approx(1 / (1 + std::exp(-0.5))));
    CHECK(of({softplus})[0] == Approx(std::log1p(std::exp(-8.0))));
    CHECK(of({softplus})[4] == Approx(8 + std::log1p(std::exp(-8.0))));
    CHECK(of({round}) == std::vector<float>{-8, -1, 0, 0, 8});
    CHECK(run(one_node(Unary{round}, {4}), Tensor<float>({4}, {-1.5F, 1.5F, 2.5F, 0.75F})).values ==
          std::vector<float>{-2, 2, 2, 1});
    CHECK(of({identity}) == x.values);

    const Tensor<float> large({2}, {1000, -1000});
    CHECK(run(one_node(Unary{softplus}, {2}), large).values == std::vector<float>{1000, 0});
    CHECK(run(one_node(Unary{sigmoid}, {2}), large).values == std::vector<float>{1, 0});
    const Tensor<float> none({1}, {std::numeric_limits<float>::quiet_NaN()});
    for (const UnaryFunction function : {relu, leaky_relu, clip, sigmoid, hard_swish, softplus}) {
        CHECK(std::isnan(run(one_node(Unary{function}, {1}), none).values[0]));
    }
}

TEST_CASE("two operands broadcast as numpy's do") {
    const Tensor<float> x({2, 3}, {1, 2, 3, 4, 5, 6});
    const auto of = [&](BinaryFunction function, const Tensor<float>& b) {
        return run(one_node(Binary{function}, x.shape, {{"b", b}}), x);
    };
    using enum BinaryFunction;
    CHECK(of(add, Tensor<float>({3}, {10, 20, 30})).values == std::vector<float>{11, 22, 33, 14, 25, 36});
    CHECK(of(sub, Tensor<float>({2, 1}, {1, 4})).values == std::vector<float>{0, 1, 2, 0, 1, 2});
    CHECK(of(mul, Tensor<float>({1}, {2})).values == std::vector<float>{2, 4, 6, 8, 10, 12});
    CHECK(of(div, Tensor<float>(Shape{}, {2})).values == std::vector<float>{0.5F, 1, 1.5F, 2, 2.5F, 3});
    const auto spread = of(add, Tensor<float>({2, 1, 1}, {0, 100}));
    CHECK(spread.shape == Shape{2, 2, 3});
    CHECK(spread.values == std::vector<float>{1, 2, 3, 4, 5, 6, 101, 102, 103, 104, 105, 106});
    // (2,1,3) and (4,1): no axes that could be merged
    const Tensor<float> a({2, 1, 3}, {1, 2, 3, 4, 5, 6});
    const auto outer =
        run(one_node(Binary{add}, a.shape, {{"b", Tensor<float>({4, 1}, {0, 10, 20, 30})}}), a);
    CHECK(outer.shape == Shape{2, 4, 3});
    CHECK(outer.values[7] == 22);  // a[0,0,1] + 20
    CHECK(outer.values[12] == 4);  // a[1,0,0] + 0
}

TEST_CASE("elements are moved, padded and joined") {
    const Tensor<float> x({2, 3}, {1, 2, 3, 4, 5, 6});
    CHECK(run(one_node(Transpose{}, x.shape), x).values == std::vector<float>{1, 4, 2, 5, 3, 6});
    const Tensor<float> cube = random_tensor({2, 3, 4}, 5);
    const auto turned = run(one_node(Transpose{{2, 0, 1}}, cube.shape), cube);
    CHECK(turned.shape == Shape{4, 2, 3});
    CHECK(turned.values[1 * 6 + 1 * 3 + 2] == cube.values[1 * 12 + 2 * 4 + 1]);

    CHECK(run(one_node(Pad{{0, 1}, {0, 2}, PadMode::constant, 9}, x.shape), x).values ==
          std::vector<float>{9, 1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9});
    CHECK(run(one_node(Pad{{0, 2}, {0, 1}, PadMode::reflect}, x.shape), x).values ==
          std::vector<float>{3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5});
    CHECK(run(one_node(Pad{{1, 0}, {0, 0}, PadMode::edge}, x.shape), x).values ==
          std::vector<float>{1, 2, 3, 1, 2, 3, 4, 5, 6});
    CHECK(run(one_node(Pad{{0, -1}, {0, 0}}, x.shape), x).values == std::vector<float>{2, 3, 5, 6});

    CHECK(run(one_node(Concat{1}, x.shape, {{"b", Tensor<float>({2, 1}, {7, 8})}}), x).values ==
          std::vector<float>{1, 2, 3, 7, 4, 5, 6, 8});
    CHECK(run(one_node(Concat{0}, x.shape, {{"b", Tensor<float>({1, 3}, {7, 8, 9})}}), x).values ==
          std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("means and softmax") {
    const Tensor<float> x({2, 3}, {1, 2, 3, 4, 5, 9});
    CHECK(run(one_node(ReduceMean{{1}, true}, x.shape), x).values == std::vector<float>{2, 6});
    CHECK(run(one_node(ReduceMean{{0}, false}, x.shape), x).values == std::vector<float>{2.5F, 3.5F, 6});
    CHECK(run(one_node(ReduceMean{{}, true}, x.shape), x).values == std::vector<float>{4});
    const auto soft = run(one_node(Softmax{1}, x.shape), x);
    CHECK(soft.values[0] == Approx(1 / (1 + std::exp(1.0) + std::exp(2.0))));
    const auto columns = run(one_node(Softmax{0}, x.shape), x);
    CHECK(columns.values[0] == Approx(1 / (1 + std::exp(3.0))));
    CHECK(columns.values[3] == Approx(std::exp(3.0) / (1 + std::exp(3.0))));
}

TEST_CASE("matrix products") {
    const Tensor<float> a({2, 3}, {1, 2, 3, 4, 5, 6}), b({3, 2}, {1, 2, 3, 4, 5, 6});
    CHECK(run(one_node(MatMul{}, a.shape, {{"b", b}}), a).values == std::vector<float>{22, 28, 49, 64});
    const Tensor<float> b_turned({2, 3}, {1, 3, 5, 2, 4, 6}), c({2}, {1, 10});
    CHECK(run(one_node(Gemm{2, 3, false, true}, a.shape, {{"b", b_turned}, {"c", c}}), a).values ==
          std::vector<float>{47, 86, 101, 158});
    CHECK(
        run(one_node(Gemm{1, 1, true, false}, a.shape, {{"b", Tensor<float>({2, 1}, {1, 10})}}), a).values ==
        std::vector<float>{41, 52, 63});
    // A stack of matrices times one matrix, and a vector times it.
    const Tensor<float> stack({2, 1, 3}, {1, 0, 0, 0, 1, 0});
    CHECK(run(one_node(MatMul{}, stack.shape, {{"b", b}}), stack).values == std::vector<float>{1, 2, 3, 4});
    const Tensor<float> vector({3}, {1, 1, 1});
    const auto product = run(one_node(MatMul{}, vector.shape, {{"b", b}}), vector);
    CHECK(product.shape == Shape{2});
    CHECK(product.values == std::vector<float>{9, 12});
}

TEST_CASE("a batch norm that is left is an affine function of each channel") {
    const Tensor<float> x({1, 2, 1, 2}, {1, 2, 3, 4});
    const auto y = run(one_node(BatchNormalization{0}, x.shape,
                                {{"s", Tensor<float>({2}, {2, 3})},
                                 {"b", Tensor<float>({2}, {10, 20})},
                                 {"m", Tensor<float>({2}, {1, 2})},
                                 {"v", Tensor<float>({2}, {4, 9})}}),
                       x);
    CHECK(y.values == std::vector<float>{10, 11, 21, 22});
}

TEST_CASE("normal numbers have their moments and depend on seed and image alone") {
    const Tensor<float> x({1, 100000});
    const Graph graph = one_node(RandomNormalLike{2, 3, std::nullopt}, x.shape);
    const auto y = run(graph, x);
    double sum = 0, squares = 0;
    for (const float value : y.values) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const double n = 100000, mean = sum / n;
    // Five standard errors: 3 / sqrt(n) of the mean, 9 sqrt(2 / n) of the variance.
    CHECK(mean == Approx(2).margin(5 * 3 / std::sqrt(n)));
    CHECK(squares / n - mean * mean == Approx(9).margin(5 * 9 * std::sqrt(2 / n)));
    CHECK(run(graph, x).values == y.values);
    CHECK(run_once(graph, {{"x", x}}, {.seed = 1}).at("y").values != y.values);
    // Two images at once are the same numbers as each alone.
    const Tensor<float> two({2, 100000});
    const auto both = run(one_node(RandomNormalLike{2, 3, std::nullopt}, two.shape), two);
    CHECK(std::equal(y.values.begin(), y.values.end(), both.values.begin()));
    CHECK(!std::equal(y.values.begin(), y.values.end(), both.values.begin() + 100000));
}
