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
#include <utility>
#include <vector>

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

TEST_CASE("a width scales every number of channels") {
    // ResNet-18 for 3x32x32 from its definition: a 3x3 stem, four stages of two blocks of two 3x3
    // convolutions with batch norm, a 1x1 shortcut where stages 2 to 4 begin, a classifier.
    const auto resnet18 = [](const std::vector<std::int64_t>& c) {
        std::int64_t parameters = 3 * c[0] * 9 + 2 * c[0], macs = 3 * c[0] * 9 * 32 * 32, extent = 32,
                     in = c[0];
        for (std::size_t stage = 0; stage < 4; ++stage) {
            if (stage > 0) {
                extent /= 2;
                parameters += in * c[stage] + 2 * c[stage];
                macs += in * c[stage] * extent * extent;
            }
            const std::int64_t weights = 9 * (in * c[stage] + 3 * c[stage] * c[stage]);
            parameters += weights + 4 * 2 * c[stage];
            macs += weights * extent * extent;
            in = c[stage];
        }
        return std::pair(parameters + in * 10 + 10, macs + in * 10);
    };
    for (const auto& [name, channels] : std::vector<std::pair<std::string, std::vector<std::int64_t>>>{
             {"resnet18_cifar10", {64, 128, 256, 512}},
             {"resnet18_cifar10@1", {64, 128, 256, 512}},
             {"resnet18_cifar10@0.25", {16, 32, 64, 128}},
             {"resnet18_cifar10@1.5", {96, 192, 384, 768}},
             // 19.2, 38.4, 76.8, 153.6: 16 would take more than a tenth of 19.2 away.
             {"resnet18_cifar10@0.3", {24, 40, 80, 152}},
             {"resnet18_cifar10@0.01", {8, 8, 8, 8}}}) {
        CAPTURE(name);
        const auto figures = statistics(make_builtin(name, Weights::none));
        CHECK(std::pair(figures.parameters, figures.macs) == resnet18(channels));
    }
    const auto channels = [](const std::string& name) {
        std::vector<std::int64_t> all;
        for (const auto& layer : statistics(make_builtin(name, Weights::none)).layers) {
            if (layer.op == "Conv" || layer.op == "Gemm") all.push_back(layer.output.at(1));
        }
        return all;
    };
    CHECK(channels("vgg16_bn@0.25") == std::vector<std::int64_t>{16, 16, 32, 32, 64, 64, 64, 128, 128, 128,
                                                                 128, 128, 128, 1024, 1024, 1000});
    // Stages of 16, 32 and 64 at 0.25: 8 (not 4), 8, 16; zero channels around the last shortcut alone.
    CHECK(channels("resnet20_cifar10@0.25") ==
          std::vector<std::int64_t>{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 10});
    // Growth 8, a stem of 16: 16 + 6 * 8 = 64, halved 32, + 12 * 8 = 128, 64, + 24 * 8 = 256, 128.
    const auto dense = channels("densenet121_cifar10@0.25");
    CHECK(dense[0] == 16);
    CHECK(dense[1] == 32);
    CHECK(dense[2] == 8);
    CHECK(dense[13] == 32);
    CHECK(dense[38] == 64);
    CHECK(dense[87] == 128);
}

TEST_CASE("the wide MobileNetV2 has its published channels and multiply-accumulates") {
    // Width 1.4: 582 M (tensorflow/models, slim/nets/mobilenet/README.md); stages of torchvision's rounding.
    const auto figures = statistics(make_builtin("mobilenet_v2@1.4", Weights::none));
    CHECK(static_cast<double>(figures.macs) * 1e-6 == Approx(582).margin(1));
    CHECK(figures.layers.front().output == Shape{1, 48, 112, 112});
    const auto last = std::ranges::find(figures.layers, std::int64_t{52}, &LayerStatistics::convolution);
    REQUIRE(last != figures.layers.end());
    CHECK(last->output == Shape{1, 1792, 7, 7});
}

TEST_CASE("at width 1 a network is the plain one, at others it runs") {
    const Tensor<float> image = test::random_tensor({3, 32, 32}, 1);
    for (const auto& [name, description] : builtin_networks()) {
        CAPTURE(name);
        CHECK(make_builtin(name + "@1", Weights::none) == make_builtin(name, Weights::none));
        CHECK(make_builtin(name + "@0.25", Weights::none).name == name + "@0.25");
        if (!name.ends_with("_cifar10")) continue;
        const auto y = make_float32_executor(make_builtin(name + "@0.25"))->run(image);
        CHECK(y.shape == Shape{10});
        CHECK(std::ranges::all_of(y.values, [](float value) { return std::isfinite(value) && value != 0; }));
    }
    CHECK(make_builtin("resnet20_cifar10@1.0") == make_builtin("resnet20_cifar10"));
}

TEST_CASE("widths that are none") {
    for (const std::string text : {"", "0", "-0.5", "nan", "inf", "1e9", "8.01", "wide", "0.5@0.5", "0.5x"}) {
        const std::string name = "resnet18@" + text;
        CAPTURE(name);
        CHECK(!is_builtin(name));
        CHECK_THROWS_AS(load_network(name, Weights::none), UsageError);
        CHECK_THROWS_WITH(load_network(name, Weights::none),
                          test::contains("'" + name + "'") &&
                              test::contains("width after '@' is '" + text + "'") &&
                              test::contains("above 0, at most 8"));
    }
    CHECK_THROWS_WITH(make_builtin("resnet81@0.5"), test::contains("nearest is resnet18;"));
    // A file that was exported under such a name stays a file.
    CHECK(!is_builtin("resnet18@0.5.onnx"));
    CHECK_THROWS_WITH(load_network("no/resnet18@0.5.onnx"), test::contains("no/resnet18@0.5.onnx"));
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
