// The platform's cycles in `transaction` and `analytic`: equal where nothing contends, never fewer otherwise.
#include "models/network/builtin/builtin.h"
#include "models/timing/layer_timing.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/lowering.h"
#include "tests/agreement/platform_draws.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/platform.h"

#include <random>

using namespace quell;
using test::random_machine;
using test::random_network;

namespace {

struct Outcome {
    std::vector<timing::CycleBreakdown> analytic, transaction;
    timing::Cycles platform_cycles = 0;
};

Outcome simulate(const network::Graph& graph, const compiler::LoweringOptions& options) {
    Outcome outcome;
    const compiler::MachineNetwork network = compiler::lower(graph, options);
    const timing::PlatformTiming timing(options.platform, options.tile, 500);
    for (const compiler::MachineLayer& layer : network.layers) {
        outcome.analytic.push_back(timing::time_layer(layer.passes, timing));
    }
    quell::tlm::Platform platform("platform", {options.platform, options.tile, options.denoiser, 500},
                                  compiler::write_context_words(network));
    platform.run();
    for (const quell::tlm::LayerTrace& layer : platform.layers())
        outcome.transaction.push_back(layer.breakdown);
    outcome.platform_cycles = platform.cycles();
    return outcome;
}

timing::Cycles total(const std::vector<timing::CycleBreakdown>& layers) {
    timing::Cycles sum = 0;
    for (const timing::CycleBreakdown& layer : layers) sum += layer.total();
    return sum;
}

// One kernel per draw.
struct Trial : test::SystemCFixture {};

}  // namespace

TEST_CASE("transaction equals analytic where nothing contends", "[agreement]") {
    std::mt19937 random(20260);
    for (int i = 0; i < 150; ++i) {
        const Trial fresh_kernel;
        const network::Graph graph = random_network(random);
        compiler::LoweringOptions options = random_machine(random);
        options.platform.scratchpad.ports = options.platform.memory.ports =
            3;  // loads, stores and weights: one each
        const Outcome outcome = simulate(graph, options);
        CAPTURE(i);
        REQUIRE(outcome.transaction.size() == outcome.analytic.size());
        for (std::size_t l = 0; l < outcome.analytic.size(); ++l) {
            CAPTURE(l);
            REQUIRE(outcome.transaction[l] == outcome.analytic[l]);
            REQUIRE(outcome.transaction[l].bus_stall == 0);
        }
        REQUIRE(outcome.platform_cycles == total(outcome.analytic));
    }
}

TEST_CASE("transaction never beats analytic, and every cycle is accounted for", "[agreement]") {
    std::mt19937 random(20261);
    int contended = 0;
    for (int i = 0; i < 150; ++i) {
        const Trial fresh_kernel;
        const network::Graph graph = random_network(random);
        compiler::LoweringOptions options = random_machine(random);
        options.platform.scratchpad.ports = options.platform.memory.ports = 1;
        const Outcome outcome = simulate(graph, options);
        CAPTURE(i);
        for (std::size_t l = 0; l < outcome.analytic.size(); ++l) {
            CAPTURE(l);
            REQUIRE(outcome.transaction[l].total() >= outcome.analytic[l].total());
            for (const auto& [name, cycles] : outcome.transaction[l].entries()) REQUIRE(cycles >= 0);
        }
        REQUIRE(outcome.platform_cycles == total(outcome.transaction));
        if (total(outcome.transaction) > total(outcome.analytic)) ++contended;
    }
    CHECK(contended > 20);  // otherwise the test says nothing
}

TEST_CASE("built-in networks of the original sizes: equal to the cycle", "[agreement]") {
    for (const std::string name : {"resnet18", "mobilenet_v2", "efficientnet_b0", "densenet121", "vgg16"}) {
        const Trial fresh_kernel;
        CAPTURE(name);
        const Outcome outcome = simulate(network::make_builtin(name, network::Weights::none), {});
        CHECK(outcome.transaction == outcome.analytic);
    }
}
