#include "sw/train/training.h"

#include "models/analog/gaussian_noise.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <algorithm>
#include <cmath>

using namespace quell;
using namespace quell::train;

namespace {

const config::InputConfig input{1.0 / 255, {0.5}, {0.25}};

NoiseMaker gaussian(double sigma_percent) {
    return [sigma_percent](std::uint64_t seed) -> std::unique_ptr<network::ProductHook> {
        config::NoiseConfig config;
        config.sigma_percent = sigma_percent;
        config.seed = seed;
        return std::make_unique<analog::GaussianNoise>(config);
    };
}

const NoiseMaker silence = [](std::uint64_t) -> std::unique_ptr<network::ProductHook> { return nullptr; };

std::vector<RealBlock> blocks(config::Sampling sampling = config::Sampling::mean) {
    config::DenoiserConfig config;
    config.sampling = sampling;
    config.bottleneck_ratio = 0.5;
    const auto geometry = denoiser::make_geometry(8, 8, 8, config);
    return {draw_block(1, geometry, 7, 1), draw_block(2, geometry, 7, 1)};
}

TrainingOptions options(Trained trained, std::int64_t epochs) {
    TrainingOptions result;
    result.trained = trained;
    result.epochs = epochs;
    result.batch = 16;
    result.learning_rate = 1e-2;
    result.augmentation.flip = true;
    return result;
}

network::Graph folded() {
    network::Graph graph = test::small_network();
    network::prepare_for_execution(graph);
    return graph;
}

// The small network, taught its images.
const network::Graph& taught() {
    static const network::Graph graph = [] {
        const auto images = test::bright_planes(192);
        network::Graph result = train::train(test::small_network(), {}, silence, 1, {&images, nullptr, input},
                                             options(Trained::backbone, 6))
                                    .graph;
        network::prepare_for_execution(result);
        return result;
    }();
    return graph;
}

bool equal(const std::vector<RealBlock>& a, const std::vector<RealBlock>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const RealBlock& x, const RealBlock& y) {
        return x.reduce == y.reduce && x.depthwise == y.depthwise && x.mean == y.mean &&
               x.variance == y.variance;
    });
}

}  // namespace

TEST_CASE("a network learns its images, and the executor finds it as right as LibTorch does") {
    const auto images = test::bright_planes(192), test = test::bright_planes(96, 2);
    const double before = accuracy_percent(folded(), {}, nullptr, test, input, 1);
    const double after = accuracy_percent(taught(), {}, nullptr, test, input, 1);
    CHECK(before < 70);
    CHECK(after > 95);
    const auto executor = network::make_float32_executor(taught());
    CHECK(network::evaluate(*executor, test, input).accuracy_percent() == after);
    const auto hook = gaussian(30)(5);
    CHECK(network::evaluate(*executor, test, input, hook.get()).accuracy_percent() ==
          accuracy_percent(taught(), {}, hook.get(), test, input, 1));
}

TEST_CASE("blocks are trained, the network's weights stay as they are to the bit, the loss falls") {
    const auto images = test::bright_planes(192);
    for (const auto sampling : {config::Sampling::mean, config::Sampling::stochastic}) {
        std::vector<double> losses;
        TrainingEvents events;
        events.epoch = [&](const EpochReport& report) { losses.push_back(report.loss); };
        const TrainingResult result =
            train::train(taught(), blocks(sampling), gaussian(40), 1, {&images, nullptr, input},
                         options(Trained::blocks, 8), events);
        CHECK(result.graph == taught());
        CHECK_FALSE(result.stopped);
        CHECK_FALSE(equal(result.blocks, blocks(sampling)));
        REQUIRE(losses.size() == 8);
        CHECK(losses.back() < 0.9 * losses.front());
    }
}

TEST_CASE("a training stopped anywhere and resumed comes to the weights of an uninterrupted one") {
    const auto images = test::bright_planes(100);
    const test::TemporaryFolder folder;
    for (const Trained trained : {Trained::blocks, Trained::backbone}) {
        const bool of_blocks = trained == Trained::blocks;
        const network::Graph graph = of_blocks ? taught() : test::small_network();
        const auto first = of_blocks ? blocks(config::Sampling::stochastic) : std::vector<RealBlock>();
        TrainingOptions plan = options(trained, 3);
        plan.strength = {50, VarianceAware{}};
        plan.checkpoint = folder.file("whole.npz");
        std::vector<double> losses, resumed_losses;
        TrainingEvents events;
        events.epoch = [&](const EpochReport& report) { losses.push_back(report.loss); };
        const TrainingData data{&images, nullptr, input};
        const TrainingResult whole = train::train(graph, first, gaussian(20), 1, data, plan, events);

        plan.checkpoint = folder.file("parts.npz");
        int steps = 0;
        events.epoch = [&](const EpochReport& report) { resumed_losses.push_back(report.loss); };
        events.stop = [&] { return ++steps == 4; };  // in the midst of the first epoch of seven steps
        TrainingResult parts = train::train(graph, first, gaussian(20), 1, data, plan, events);
        CHECK(parts.stopped);
        plan.resume = true;
        steps = -10;  // and again in the third
        parts = train::train(graph, first, gaussian(20), 1, data, plan, events);
        CHECK(parts.stopped);
        CHECK(resumed_losses.size() == 2);
        events.stop = nullptr;
        parts = train::train(graph, first, gaussian(20), 1, data, plan, events);
        CHECK_FALSE(parts.stopped);
        CHECK(parts.graph == whole.graph);
        CHECK(equal(parts.blocks, whole.blocks));
        CHECK(resumed_losses == losses);
    }
}

TEST_CASE("a network learns with operands of four bits, and remembers them in its checkpoint") {
    const auto images = test::bright_planes(192);
    const test::TemporaryFolder folder;
    TrainingOptions plan = options(Trained::backbone, 6);
    plan.quantisation = {4, 1};
    plan.checkpoint = folder.file("a.npz");
    std::vector<double> accuracies;
    TrainingEvents events;
    events.epoch = [&](const EpochReport& report) { accuracies.push_back(*report.test_accuracy_percent); };
    const TrainingData data{&images, &images, input};
    train::train(test::small_network(), {}, silence, 1, data, plan, events);
    CHECK(accuracies.back() > 90);
    plan.resume = true;
    plan.quantisation->bits = 5;
    CHECK_THROWS_WITH(train::train(test::small_network(), {}, silence, 1, data, plan),
                      test::contains("'quantisation = 5 bits, clip 1' expected"));
    CHECK_THROWS_WITH(train::train(folded(), blocks(), silence, 1, data,
                                   [&] {
                                       TrainingOptions wrong = options(Trained::blocks, 1);
                                       wrong.quantisation = {4, 1};
                                       return wrong;
                                   }()),
                      test::contains("without quantisation"));
}

TEST_CASE("the ramp begins without noise, and the strength is remembered in the checkpoint") {
    const auto images = test::bright_planes(64);
    const test::TemporaryFolder folder;
    const auto losses = [&](const NoiseMaker& noise, const NoiseStrength& strength) {
        TrainingOptions plan = options(Trained::backbone, 2);
        plan.strength = strength;
        plan.checkpoint = folder.file("a.npz");
        std::vector<double> seen;
        TrainingEvents events;
        events.step = [&](const StepReport& report) { seen.push_back(report.loss); };
        train::train(test::small_network(), {}, noise, 1, {&images, nullptr, input}, plan, events);
        return seen;
    };
    const auto clean = losses(silence, {}), full = losses(gaussian(30), {}),
               ramp = losses(gaussian(30), {100, {}}), varied = losses(gaussian(30), {0, VarianceAware{}});
    CHECK(ramp[0] == clean[0]);
    CHECK(full[0] != clean[0]);
    CHECK(ramp[1] != clean[1]);
    CHECK(varied[0] != full[0]);
    CHECK(losses(gaussian(30), {0, VarianceAware{1, 0}}) == full);

    TrainingOptions plan = options(Trained::backbone, 2);
    plan.checkpoint = folder.file("a.npz");
    plan.resume = true;
    plan.strength = {50, VarianceAware{1, 0}};
    CHECK_THROWS_WITH(
        train::train(test::small_network(), {}, gaussian(30), 1, {&images, nullptr, input}, plan),
        test::contains("'ramp = 50' expected"));
    plan.strength = {0, VarianceAware{1, 0.25}};
    CHECK_THROWS_WITH(
        train::train(test::small_network(), {}, gaussian(30), 1, {&images, nullptr, input}, plan),
        test::contains("'variance = alpha 1, theta 0.25' expected"));
}

TEST_CASE("the network that qat gives rounds as it was trained to, in standard operators") {
    const auto images = test::bright_planes(192), test = test::bright_planes(96, 2);
    for (const int bits : {3, 8}) {
        TrainingOptions plan = options(Trained::backbone, 3);
        plan.quantisation = {bits, 0.8};
        std::vector<double> accuracies;
        TrainingEvents events;
        events.epoch = [&](const EpochReport& report) {
            accuracies.push_back(*report.test_accuracy_percent);
        };
        network::Graph graph =
            train::train(test::small_network(), {}, silence, 1, {&images, &test, input}, plan, events).graph;
        // With the rounding on: what training measured in the end.
        CHECK(accuracy_percent(graph, {}, nullptr, test, input, 1) == accuracies.back());
        const double largest_word = std::pow(2.0, bits - 1) - 1;
        int products = 0;
        const network::Graph start = test::small_network();
        for (const network::Node& node : graph.nodes) {
            if (node.name != "conv1" && node.name != "conv2" && node.name != "fc") continue;
            ++products;
            // Weights: whole multiples of 0.8 times the largest first weight over the largest word.
            float largest = 0;
            const std::string& weight = node.inputs.at(1);
            for (const float value : start.constants.at(weight).values)
                largest = std::max(largest, std::fabs(value));
            const double step = 0.8 * static_cast<double>(largest) / largest_word;
            for (const float value : graph.constants.at(weight).values) {
                const double word = static_cast<double>(value) / step;
                CHECK(std::fabs(word - std::round(word)) < 1e-3);
                CHECK(std::fabs(word) < largest_word + 0.5);
            }
            // Inputs: times 1/s, rounded, clipped at the largest word, times s.
            const network::Node* to = network::producer(graph, node.inputs[0]);
            REQUIRE(to != nullptr);
            const network::Node* clip = network::producer(graph, to->inputs.at(0));
            REQUIRE(clip != nullptr);
            CHECK(std::get<network::Unary>(clip->operation).maximum == static_cast<float>(largest_word));
            CHECK(std::get<network::Unary>(clip->operation).minimum == -static_cast<float>(largest_word));
            const network::Node* round = network::producer(graph, clip->inputs.at(0));
            CHECK(std::get<network::Unary>(round->operation).function == network::UnaryFunction::round);
            const network::Node* from = network::producer(graph, round->inputs.at(0));
            CHECK(graph.constants.at(from->inputs.at(1)).values[0] *
                      graph.constants.at(to->inputs.at(1)).values[0] ==
                  Approx(1));
        }
        CHECK(products == 3);
        // The first product sees the images, within +-2 here: the scale is that of the largest value.
        CHECK(graph.constants.at("conv1.input_words_by").values[0] * largest_word ==
              Approx(0.8 * 2).margin(0.01));
        CHECK(network::import_onnx_bytes(network::export_onnx_bytes(graph), "memory", "").nodes ==
              graph.nodes);
        // The simulator's executor rounds alike, and its noise comes on top.
        const auto hook = gaussian(20)(5);
        const double noisy = accuracy_percent(graph, {}, hook.get(), test, input, 1);
        network::prepare_for_execution(graph);
        const auto executor = network::make_float32_executor(graph);
        CHECK(network::evaluate(*executor, test, input).accuracy_percent() ==
              Approx(accuracies.back()).margin(1.1));
        CHECK(network::evaluate(*executor, test, input, hook.get()).accuracy_percent() ==
              Approx(noisy).margin(2.1));
    }
}

TEST_CASE("blocks learn on a network that rounds: gradients pass its rounding") {
    const auto images = test::bright_planes(192);
    TrainingOptions plan = options(Trained::backbone, 4);
    plan.quantisation = {6, 1};
    network::Graph graph =
        train::train(test::small_network(), {}, silence, 1, {&images, nullptr, input}, plan).graph;
    network::prepare_for_execution(graph);
    std::vector<double> losses;
    TrainingEvents events;
    events.epoch = [&](const EpochReport& report) { losses.push_back(report.loss); };
    const auto first = std::vector<RealBlock>{blocks()[0]};  // its output is rounded for conv2
    const TrainingResult result = train::train(graph, first, gaussian(40), 1, {&images, nullptr, input},
                                               options(Trained::blocks, 6), events);
    CHECK(result.graph == graph);
    CHECK_FALSE(equal(result.blocks, first));
    CHECK(losses.back() < losses.front());
}

TEST_CASE("under full distillation the labels play no part, and the teacher is the clean network") {
    auto images = test::bright_planes(96);
    TrainingOptions plan = options(Trained::blocks, 2);
    plan.distillation = 1;
    std::vector<double> losses;
    TrainingEvents events;
    events.epoch = [&](const EpochReport& report) { losses.push_back(report.loss); };
    const TrainingData data{&images, nullptr, input};
    const auto taught_by_network =
        train::train(taught(), blocks(), gaussian(40), 1, data, plan, events).blocks;
    for (std::int64_t& label : images.labels) label = (label + 1) % 3;
    CHECK(equal(train::train(taught(), blocks(), gaussian(40), 1, data, plan).blocks, taught_by_network));
    plan.distillation = 0.5;
    CHECK_FALSE(
        equal(train::train(taught(), blocks(), gaussian(40), 1, data, plan).blocks, taught_by_network));
    // Fresh blocks without noise are the clean network: nothing is to be learned.
    plan.distillation = 1;
    plan.epochs = 1;
    plan.batch = 96;  // one step: the next would begin from where rounding errors led this one
    losses.clear();
    train::train(taught(), blocks(), silence, 1, data, plan, events).blocks;
    CHECK(losses.at(0) == Approx(0).margin(1e-6));
}

TEST_CASE("a checkpoint of another network or other options is refused") {
    const auto images = test::bright_planes(32);
    const test::TemporaryFolder folder;
    TrainingOptions plan = options(Trained::blocks, 1);
    plan.checkpoint = folder.file("a.npz");
    const TrainingData data{&images, nullptr, input};
    train::train(folded(), blocks(), gaussian(20), 1, data, plan);
    plan.resume = true;
    CHECK_THROWS_WITH(train::train(taught(), blocks(), gaussian(20), 1, data, plan),
                      test::contains("'network = "));
    plan.batch = 8;
    CHECK_THROWS_WITH(train::train(folded(), blocks(), gaussian(20), 1, data, plan),
                      test::contains("'batch = 8' expected, 'batch = 16' came"));
}

TEST_CASE("a loss that is no number ends the training, and the last good checkpoint stays") {
    const auto images = test::bright_planes(64);
    const test::TemporaryFolder folder;
    TrainingOptions plan = options(Trained::blocks, 6);
    plan.checkpoint = folder.file("a.npz");
    // From its third epoch on the noise is infinite.
    int epochs = 0;
    class Infinite : public network::ProductHook {
        void after_product(const network::ProductSite&, std::span<float> values) const override {
            for (float& value : values) value *= 1e38F;
        }
    };
    const NoiseMaker breaking = [&](std::uint64_t seed) -> std::unique_ptr<network::ProductHook> {
        if (++epochs > 2) return std::make_unique<Infinite>();
        return gaussian(10)(seed);
    };
    const TrainingData data{&images, nullptr, input};
    CHECK_THROWS_WITH(
        train::train(folded(), blocks(), breaking, 1, data, plan),
        test::contains("epoch 3, step 1: the loss is") && test::contains("a.npz has the last good state"));
    plan.resume = true;
    std::vector<std::int64_t> seen;
    TrainingEvents events;
    events.epoch = [&](const EpochReport& report) { seen.push_back(report.epoch); };
    train::train(folded(), blocks(), gaussian(10), 1, data, plan, events);
    CHECK(seen == std::vector<std::int64_t>{2, 3, 4, 5});
}

TEST_CASE("a label that the network has no class for is refused") {
    auto images = test::bright_planes(32);
    images.labels[7] = 3;
    CHECK_THROWS_WITH(train::train(folded(), blocks(), gaussian(20), 1, {&images, nullptr, input},
                                   options(Trained::blocks, 1)),
                      test::contains("a label is 3, the network's classes go from 0 to 2"));
}

TEST_CASE("a block where there is no convolution, or of other channels, is refused") {
    const auto images = test::bright_planes(32);
    auto wrong = blocks();
    wrong[0].convolution = 9;
    const TrainingData data{&images, nullptr, input};
    CHECK_THROWS_WITH(train::train(folded(), wrong, silence, 1, data, options(Trained::blocks, 1)),
                      test::contains("convolution 9"));
    config::DenoiserConfig config;
    wrong = {draw_block(2, denoiser::make_geometry(16, 8, 8, config), 7, 1)};
    CHECK_THROWS_WITH(train::train(folded(), wrong, silence, 1, data, options(Trained::blocks, 1)),
                      test::contains("'conv2'") && test::contains("8 channels expected, one of 16 came"));
}
