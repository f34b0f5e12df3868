// The pretrained networks on the real images: logits computed elsewhere, accuracies as published with the
// data.
#include "models/analog/gaussian_noise.h"
#include "models/network/dataset/cifar10.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"

#include <fstream>

using namespace quell;
using namespace quell::network;
using config::Arithmetic;

namespace {

config::InputConfig input_of(const std::string& model) {
    if (model.starts_with("resnet8")) return {1, {0}, {1}};
    return {};
}

// Nothing where the data are absent.
std::optional<Evaluation> run(const std::string& model, Arithmetic arithmetic, std::int64_t limit,
                              const ProductHook* hook = nullptr, int threads = 0) {
    const auto file = test::shared_data("models/" + model + ".onnx");
    const auto data = test::shared_data("cifar10");
    if (!file || !data) return std::nullopt;
    const auto input = input_of(model);
    const auto calibration = normalised_images(read_cifar10_calibration(*data, calibration_image_count),
                                               input, calibration_image_count);
    const auto executor = make_executor(load_network(file->string()), arithmetic, calibration);
    return evaluate(*executor, read_cifar10(*data, Cifar10Part::test, limit), input, hook, threads);
}

}  // namespace

TEST_CASE("logits equal those computed elsewhere") {
    const std::string model =
        GENERATE("resnet8_cifar10", "resnet20_cifar10_bn", "resnet20_cifar10_folded", "resnet56_cifar10_bn");
    const auto reference = test::shared_data("models/ref/" + model + ".first16_logits.f32");
    const auto result = run(model, Arithmetic::float32, 16);
    if (!reference || !result) return;
    std::vector<float> expected(160);
    std::ifstream(*reference, std::ios::binary).read(reinterpret_cast<char*>(expected.data()), 640);
    CAPTURE(model);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(result->logits.values[i] == Approx(expected[i]).margin(1e-3).epsilon(0));
    }
}

TEST_CASE("ResNet-8 reproduces its published accuracy to the image") {
    const auto result = run("resnet8_cifar10", Arithmetic::float32, 10000);
    if (!result) return;
    CHECK(result->correct == 8719);
}

TEST_CASE("fixed16 follows float32 on real images, with the same bits on one thread and on two") {
    const std::string model = GENERATE("resnet8_cifar10", "resnet20_cifar10_bn");
    const auto reference = run(model, Arithmetic::float32, 200);
    const auto one = run(model, Arithmetic::fixed16, 200, nullptr, 1);
    const auto two = run(model, Arithmetic::fixed16, 200, nullptr, 2);
    if (!reference || !one || !two) return;
    CHECK(one->logits.values == two->logits.values);
    CHECK(std::abs(one->correct - reference->correct) <= 1);
    CHECK(one->logits.values != reference->logits.values);
}

TEST_CASE("noise of 6 % on every layer costs ResNet-20 what it cost an independent program") {
    const auto arithmetic = GENERATE(Arithmetic::float32, Arithmetic::fixed16);
    const analog::GaussianNoise noise(config::NoiseConfig{});
    const auto result = run("resnet20_cifar10_bn", arithmetic, 1000, &noise);
    if (!result) return;
    // 75.1 % there, on 2,000 images; four standard errors of a thousand images.
    CHECK(result->accuracy_percent() == Approx(75.1).margin(5.5));
    const auto again = run("resnet20_cifar10_bn", arithmetic, 50, &noise, 1);
    CHECK(
        std::equal(again->logits.values.begin(), again->logits.values.end(), result->logits.values.begin()));
}
