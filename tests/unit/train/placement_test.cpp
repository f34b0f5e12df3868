#include "sw/train/placement.h"

#include "models/analog/gaussian_noise.h"
#include "models/network/executor_factory.h"
#include "models/timing/block_timing.h"
#include "sw/train/gradient_norms.h"
#include "sw/train/torch_network.h"
#include "tests/support/catch.h"
#include "tests/unit/train/training_samples.h"

#include <cmath>

using namespace quell;
using namespace quell::train;

namespace {

Candidate candidate(std::int64_t convolution, double norm, std::int64_t channels, std::int64_t cycles,
                    double energy) {
    Candidate c;
    c.convolution = convolution;
    c.norm = norm;
    c.geometry.channels = channels;
    c.geometry.bottleneck = channels / 4;
    c.geometry.variance_head = false;
    c.cycles = cycles;
    c.energy_uj = energy;
    return c;
}

// Parameters 16 4 2 + 36 = 164, 584 and 2192 of 20,000: 0.82, 2.92 and 10.96 percent.
std::vector<Candidate> three() {
    return {candidate(1, 1.0, 16, 8000, 1), candidate(2, 3.0, 64, 6000, 6), candidate(3, 2.0, 32, 5000, 8)};
}

Placement put(Objective objective, double budget) {
    return place(three(), objective, usual_ranking(objective), budget, 20000, 1);
}

}  // namespace

TEST_CASE("blocks go in by norm while they fit, and smaller ones behind one that does not") {
    const auto all = put(Objective::parameters, 15);
    CHECK(all.convolutions() == std::vector<std::int64_t>{1, 2, 3});
    CHECK(all.cost == Approx(0.82 + 2.92 + 10.96));
    CHECK(all.candidates[0].convolution == 2);
    CHECK(put(Objective::parameters, 14).convolutions() == std::vector<std::int64_t>{2, 3});
    CHECK(put(Objective::parameters, 4).convolutions() == std::vector<std::int64_t>{1, 3});
    CHECK(put(Objective::parameters, 1).convolutions() == std::vector<std::int64_t>{1});
}

TEST_CASE("under a budget of cycles or energy the worth is the norm for each") {
    // Norm per thousand cycles 0.125, 0.5, 0.4; per microjoule 1, 0.5, 0.25.
    CHECK(put(Objective::cycles, 7).convolutions() == std::vector<std::int64_t>{2});
    CHECK(put(Objective::cycles, 11).convolutions() == std::vector<std::int64_t>{2, 3});
    CHECK(put(Objective::energy, 7).convolutions() == std::vector<std::int64_t>{1, 2});
    CHECK(put(Objective::energy, 9).cost == Approx(7));
}

TEST_CASE("by norm for each parameter a small block goes before a larger norm") {
    // Norm per percent: 1.2, 0.27, 0.68.
    const auto some = place(three(), Objective::parameters, Ranking::norm_per_cost, 11.9, 20000, 1);
    CHECK(some.convolutions() == std::vector<std::int64_t>{1, 3});
    CHECK(some.candidates[1].convolution == 3);
    CHECK(put(Objective::parameters, 11.9).convolutions() == std::vector<std::int64_t>{1, 2});
}

TEST_CASE(
    "an order drawn from a seed: every order comes, the same for the same seed, the norms play no part") {
    std::map<std::vector<std::int64_t>, int> seen;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        auto changed = three();
        for (Candidate& c : changed) c.norm = 1 / c.norm;
        std::vector<std::int64_t> orders[2];
        int which = 0;
        for (const auto& given : {three(), changed}) {
            for (const Candidate& c :
                 place(given, Objective::parameters, Ranking::random, 15, 20000, seed).candidates)
                orders[which].push_back(c.convolution);
            ++which;
        }
        CHECK(orders[0] == orders[1]);
        ++seen[orders[0]];
    }
    REQUIRE(seen.size() == 6);
    // 100 of 600 each; standard deviation 9.1: six of them either way, one in 10^8 by chance.
    for (const auto& [order, times] : seen) CHECK(std::abs(times - 100) < 55);
}

TEST_CASE("a budget too small for any block says the least") {
    CHECK_THROWS_WITH(put(Objective::parameters, 0.5),
                      test::contains("a budget of 0.5 percent of the network's parameters") &&
                          test::contains("the smallest takes 0.82"));
    CHECK_THROWS_WITH(put(Objective::cycles, 1), test::contains("takes 5"));
}

TEST_CASE("candidates cost what the timing of their block says") {
    config::Configuration configuration;
    const auto found = candidates(test::small_network(), {{1, 0.5}, {2, 0.25}}, configuration);
    REQUIRE(found.size() == 2);
    CHECK(found[1].name == "conv2");
    CHECK(found[1].norm == 0.25);
    CHECK(found[1].geometry.height == 8);
    // 8 channels, bottleneck 2, two heads: 16 + 18 + 2 * 16.
    CHECK(found[1].geometry.parameters() == 66);
    const auto geometry = denoiser::make_geometry(8, 8, 8, configuration.denoiser);
    CHECK(found[1].cycles ==
          static_cast<std::int64_t>(timing::time_block(geometry, configuration.denoiser).cycles));
    CHECK(found[1].energy_uj > 0);
}

TEST_CASE("the gradient's norm is that of the formula, noise and its magnitude being constants") {
    // One convolution, one matrix: dL/dy = W^T (softmax - label) at every element.
    using namespace network;
    std::uint32_t seed = 40;
    GraphBuilder net("linear", [&seed](const ParameterRequest& request) {
        return test::random_tensor(request.shape, ++seed, -0.5F, 0.5F);
    });
    const std::string y = net.convolution("conv", net.input("image", {-1, 3, 8, 8}),
                                          {.channels = 2, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
    const Graph graph = net.build(std::vector<std::string>{net.linear("fc", net.flatten("flatten", y), 3)});
    const Tensor<float>& weight = graph.constants.at("fc.weight");  // (3,128)
    const auto images = test::bright_planes(6);
    const config::InputConfig input{1.0 / 255, {0.5}, {0.25}};
    config::NoiseConfig noise_config;
    noise_config.sigma_percent = 20;
    const analog::GaussianNoise noise(noise_config);

    double expected = 0;
    const Batch all = batch_in_order(images, input, 0, 6);
    const Tensor<float> logits = TorchNetwork(graph).run(all.images, &noise, all.places, 0);
    for (std::size_t i = 0; i < 6; ++i) {
        double total = 0;
        for (std::size_t k = 0; k < 3; ++k) total += std::exp(logits.values[3 * i + k]);
        double squares = 0;
        for (std::size_t element = 0; element < 128; ++element) {
            double gradient = 0;
            for (std::size_t k = 0; k < 3; ++k) {
                const double error = std::exp(logits.values[3 * i + k]) / total -
                                     (static_cast<std::size_t>(all.labels[i]) == k ? 1.0 : 0.0);
                gradient += weight.values[k * 128 + element] * error;
            }
            squares += gradient * gradient;
        }
        expected += std::sqrt(squares) / 6;
    }
    BatchLoader loader(images, input, {}, 4, 1);
    const auto norms = gradient_norms(graph, &noise, loader, 2);
    REQUIRE(norms.size() == 1);
    CHECK(norms.at(1) == Approx(expected).epsilon(1e-4));
}
