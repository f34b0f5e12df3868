#include "sw/train/training.h"

#include "models/analog/gaussian_noise.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <algorithm>

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
    for (std::uint8_t& label : images.labels) label = static_cast<std::uint8_t>((label + 1) % 3);
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
