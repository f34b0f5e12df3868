// The published sizes: parameters and multiply-accumulates from torchvision's model pages, those of the CIFAR
// ResNets from the paper's table 6 (0.27, 0.46, 0.85 M) to the last parameter as their reference
// implementation counts them.
#include "models/network/builtin/builtin.h"
#include "models/network/executor.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "tests/support/catch.h"
#include "tests/unit/network/network_samples.h"

#include <algorithm>
#include <cmath>

using namespace quell;
using namespace quell::network;

TEST_CASE("built-in networks have the published sizes") {
    struct Case {
        std::string name;
        std::int64_t parameters;
        double giga_macs;  // as published; 0 where nothing is
        std::int64_t convolutions;
    };
    const auto [name, parameters, giga_macs, convolutions] = GENERATE(values<Case>({
        {"resnet18", 11689512, 1.814, 20},
        {"mobilenet_v2", 3504872, 0.301, 52},
        {"efficientnet_b0", 5288548, 0.386, 81},
        {"densenet121", 7978856, 2.834, 120},
        {"vgg16", 138357544, 15.47, 13},
        {"vgg16_bn", 138365992, 15.47, 13},
        {"resnet20_cifar10", 269722, 0, 19},
        {"resnet32_cifar10", 464154, 0, 31},
        {"resnet56_cifar10", 853018, 0, 55},
    }));
    const auto figures = statistics(make_builtin(name, Weights::none));
    CAPTURE(name);
    CHECK(figures.parameters == parameters);
    if (giga_macs > 0)
        CHECK(static_cast<double>(figures.macs) * 1e-9 ==
              Approx(giga_macs).margin(0.0005 + giga_macs * 3e-4));
    CHECK(std::ranges::count_if(figures.layers, [](const auto& layer) { return layer.op == "Conv"; }) ==
          convolutions);
}

TEST_CASE("the shortcut convolutions of ResNet-18 are numbered in execution order") {
    const auto figures = statistics(make_builtin("resnet18", Weights::none));
    std::vector<std::string> names;
    for (const auto& layer : figures.layers) {
        if (layer.convolution > 0) names.push_back(layer.name);
        CHECK((layer.convolution > 0) == (layer.op == "Conv"));
    }
    CHECK(names[0] == "conv1");
    CHECK(names[7] == "layer2.0.downsample.0");
    CHECK(names[19] == "layer4.1.conv2");
    const auto& first = figures.layers.front();
    CHECK(first.output == Shape{1, 64, 112, 112});
}

TEST_CASE("small variants take 32x32 and give ten classes") {
    for (const auto& [name, description] : builtin_networks()) {
        CAPTURE(name);
        const Graph graph = make_builtin(name, Weights::none);
        const bool small = name.ends_with("_cifar10");
        CHECK(graph.inputs[0].shape == Shape{-1, 3, small ? 32 : 224, small ? 32 : 224});
        CHECK(statistics(graph).layers.back().output == Shape{1, small ? 10 : 1000});
        CHECK(!description.empty());
    }
}

TEST_CASE("drawn weights have He's variance and follow the seed") {
    const Graph graph = make_builtin("resnet20_cifar10", Weights::drawn, 5);
    const auto& weight = graph.constants.at("layer3.1.conv1.weight");  // 64x64x3x3
    double squares = 0;
    for (const float value : weight.values) squares += static_cast<double>(value) * value;
    const auto n = static_cast<double>(weight.size());
    // A uniform variance's standard error is sqrt(4/5 / n) of it.
    CHECK(squares / n == Approx(2.0 / 576).epsilon(5 * std::sqrt(0.8 / n)));
    CHECK(make_builtin("resnet20_cifar10", Weights::drawn, 5) == graph);
    CHECK(make_builtin("resnet20_cifar10", Weights::drawn, 6).constants.at("conv1.weight") !=
          graph.constants.at("conv1.weight"));
}

TEST_CASE("a drawn network runs, one without weights says so") {
    const Tensor<float> image = test::random_tensor({3, 32, 32}, 1);
    for (const std::string name : {"resnet20_cifar10", "mobilenet_v2_cifar10", "efficientnet_b0_cifar10"}) {
        const auto y = make_float32_executor(make_builtin(name))->run(image);
        CHECK(y.shape == Shape{10});
        CHECK(std::ranges::all_of(y.values, [](float value) { return std::isfinite(value) && value != 0; }));
        CHECK_THROWS_WITH(make_float32_executor(make_builtin(name, Weights::none)),
                          test::contains("without weights"));
    }
}

TEST_CASE("names that are no network") {
    CHECK_THROWS_WITH(make_builtin("resnet81"),
                      test::contains("'resnet81'") && test::contains("nearest is resnet18"));
    CHECK_THROWS_AS(load_network("resnet81"), UsageError);
    CHECK_THROWS_WITH(load_network("no/such.onnx"), test::contains("no/such.onnx"));
    CHECK(load_network("resnet20_cifar10", Weights::none).name == "resnet20_cifar10");
}
