// All 10,000 test images through every pretrained network, in both arithmetics.
#include "models/network/dataset/cifar10.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"

using namespace quell;
using namespace quell::network;

TEST_CASE("the published accuracies come back, fixed16 within a tenth of a point") {
    struct Case {
        std::string model;
        std::int64_t correct;
    };
    const auto [model, correct] = GENERATE(values<Case>({{"resnet8_cifar10", 8719},
                                                         {"resnet20_cifar10_bn", 9173},
                                                         {"resnet20_cifar10_folded", 9173},
                                                         {"resnet32_cifar10_bn", 9263},
                                                         {"resnet32_cifar10_folded", 9263},
                                                         {"resnet56_cifar10_bn", 9339},
                                                         {"resnet56_cifar10_folded", 9339}}));
    const auto file = test::shared_data("models/" + model + ".onnx");
    const auto data = test::shared_data("cifar10");
    if (!file || !data) return;
    const config::InputConfig input =
        model == "resnet8_cifar10" ? config::InputConfig{1, {0}, {1}} : config::InputConfig{};
    const auto images = read_cifar10(*data, Cifar10Part::test);
    const auto calibration = normalised_images(read_cifar10_calibration(*data, calibration_image_count),
                                               input, calibration_image_count);
    const Graph graph = load_network(file->string());
    CAPTURE(model);
    const auto in_float = make_executor(graph, config::Arithmetic::float32, {});
    CHECK(evaluate(*in_float, images, input).correct == correct);
    const auto in_words = make_executor(graph, config::Arithmetic::fixed16, calibration);
    CHECK(std::abs(evaluate(*in_words, images, input).correct - correct) <= 10);
}
