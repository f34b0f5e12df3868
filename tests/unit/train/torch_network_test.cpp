// The network in LibTorch beside the simulator's executor: logits, clean and noisy.
#include "sw/train/torch_network.h"

#include "models/analog/gaussian_noise.h"
#include "models/network/dataset/cifar10.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "models/network/passes/remove_identities.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"
#include "tests/unit/train/training_samples.h"

#include <cmath>
#include <numeric>

using namespace quell;
using namespace quell::network;

namespace {

Tensor<float> stacked(const std::vector<Tensor<float>>& images) {
    Shape shape = images.front().shape;
    shape.insert(shape.begin(), static_cast<std::int64_t>(images.size()));
    Tensor<float> batch(shape);
    auto at = batch.values.begin();
    for (const auto& image : images) at = std::copy(image.values.begin(), image.values.end(), at);
    return batch;
}

std::vector<Tensor<float>> random_images(const Shape& shape, int count) {
    std::vector<Tensor<float>> images;
    for (int i = 0; i < count; ++i)
        images.push_back(test::random_tensor(shape, static_cast<std::uint32_t>(100 + i), -2, 2));
    return images;
}

// Largest difference of the logits, the places in the data set being 5, 6, 7, ...; relative to the largest
// logit where that is above 1.
float difference(Graph graph, const std::vector<Tensor<float>>& images, const ProductHook* noise = nullptr) {
    remove_identities(graph);
    const train::TorchNetwork torch(graph);
    std::vector<std::int64_t> places(images.size());
    std::iota(places.begin(), places.end(), 5);
    const Tensor<float> seen = torch.run(stacked(images), noise, places, 0);
    prepare_for_execution(graph);
    const auto executor = make_float32_executor(graph);
    float worst = 0, largest = 1;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const Tensor<float> expected = executor->run(images[i], places[i], noise);
        const std::size_t outputs = expected.values.size();
        for (std::size_t k = 0; k < outputs; ++k) {
            largest = std::max(largest, std::fabs(expected.values[k]));
            worst = std::max(worst, std::fabs(expected.values[k] - seen.values.at(i * outputs + k)));
        }
    }
    return worst / largest;
}

config::NoiseConfig noise_config(config::NoiseMagnitude magnitude, config::NoiseScope scope) {
    config::NoiseConfig config;
    config.magnitude = magnitude;
    config.scope = scope;
    config.mean_percent = 1;
    return config;
}

}  // namespace

TEST_CASE("logits in LibTorch are the executor's for built-in networks, batch norms in place") {
    for (const char* name : {"resnet20_cifar10", "resnet18_cifar10", "mobilenet_v2_cifar10",
                             "efficientnet_b0_cifar10", "densenet121_cifar10", "vgg16_bn_cifar10"}) {
        INFO(name);
        CHECK(difference(make_builtin(name), random_images({3, 32, 32}, 2)) < 1e-3F);
    }
    CHECK(difference(test::small_network(), random_images({3, 8, 8}, 3)) < 1e-4F);
}

TEST_CASE("logits in LibTorch are the executor's for real networks on real images") {
    for (const char* name :
         {"resnet20_cifar10_bn", "resnet20_cifar10_folded", "resnet32_cifar10_bn", "resnet32_cifar10_folded",
          "resnet56_cifar10_bn", "resnet56_cifar10_folded", "resnet8_cifar10"}) {
        const auto model = test::shared_data(std::string("models/") + name + ".onnx");
        const auto file = test::shared_data("cifar10/test_batch.bin");
        if (!model || !file) return;
        INFO(name);
        config::InputConfig input;
        if (std::string(name) == "resnet8_cifar10") input = {1, {0}, {1}};
        const auto images = normalised_images(read_cifar10_file(*file, 8), input, 8);
        CHECK(difference(load_network(model->string()), images) < 1e-3F);
    }
    const auto model = test::shared_data("models/mobilenetv2_1.0_224_imagenet.onnx");
    if (!model) return;
    CHECK(difference(load_network(model->string()), random_images({3, 224, 224}, 1)) < 1e-3F);
}

TEST_CASE("noise in LibTorch is the simulator's, number by number, in every magnitude and scope") {
    using config::NoiseMagnitude, config::NoiseScope;
    // A wrong number, place or magnitude changes logits by percents.
    for (const auto magnitude : {NoiseMagnitude::max_abs, NoiseMagnitude::rms, NoiseMagnitude::mean_abs,
                                 NoiseMagnitude::per_element}) {
        for (const auto scope : {NoiseScope::image, NoiseScope::channel, NoiseScope::layer}) {
            const analog::GaussianNoise noise(noise_config(magnitude, scope), {2.0, 1.5, 3.0});
            INFO("magnitude " << static_cast<int>(magnitude) << ", scope " << static_cast<int>(scope));
            const auto images = random_images({3, 8, 8}, 5);
            CHECK(difference(test::small_network(), images, &noise) < 1e-4F);
        }
    }
    const analog::GaussianNoise noise(config::NoiseConfig{});
    CHECK(difference(make_builtin("resnet20_cifar10"), random_images({3, 32, 32}, 2), &noise) < 1e-3F);
}

TEST_CASE("what is added has the deviation that the options say") {
    // A 1x1 convolution with weights of one: its value is the input, and noise is all that is added.
    GraphBuilder net("identity", [](const ParameterRequest& request) {
        Tensor<float> weight(request.shape);
        for (std::size_t i = 0; i < weight.values.size(); i += 5) weight.values[i] = 1;
        return weight;
    });
    const Graph graph = net.build(std::vector<std::string>{
        net.convolution("conv", net.input("image", {-1, 4, 64, 64}), {.channels = 4})});
    const train::TorchNetwork torch(graph);
    std::vector<Tensor<float>> images = random_images({4, 64, 64}, 2);
    for (float& value : images[1].values) value *= 10;  // another magnitude: that of each image counts
    const std::vector<std::int64_t> places{0, 1};
    config::NoiseConfig config;
    config.sigma_percent = 6;
    const analog::GaussianNoise noise(config);
    const Tensor<float> noisy = torch.run(stacked(images), &noise, places, 0);
    const std::size_t size = images[0].values.size();
    for (std::size_t i = 0; i < 2; ++i) {
        double largest = 0, sum = 0, squares = 0;
        for (std::size_t k = 0; k < size; ++k) {
            const double added = static_cast<double>(noisy.values[i * size + k]) - images[i].values[k];
            sum += added;
            squares += added * added;
            largest = std::max(largest, std::fabs(static_cast<double>(images[i].values[k])));
        }
        const double count = static_cast<double>(size);
        const double mean = sum / count, deviation = std::sqrt(squares / count - mean * mean);
        // 16,384 numbers: the estimate of the deviation spreads by 0.55 % of it, that of the mean by 0.78 %.
        CHECK(deviation == Approx(0.06 * largest).epsilon(0.03));
        CHECK(std::fabs(mean) < 0.04 * 0.06 * largest);
    }
}
