// Many images through the layers: the cycles of the TLM-2.0 platform against the closed recurrence.
#include "models/network/builtin/builtin.h"
#include "models/network/graph_builder.h"
#include "sw/compiler/pipeline_writer.h"
#include "sw/study/batch_run.h"
#include "tests/agreement/platform_draws.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/platform.h"

#include <algorithm>
#include <optional>
#include <random>

using namespace quell;
using test::random_machine;
using test::random_network;
using timing::CycleBreakdown;
using timing::Cycles;

namespace {

struct Outcome {
    study::PipelinedNetwork pipelined;
    study::BatchRun analytic, transaction;
};

std::optional<Outcome> simulate(const network::Graph& graph, const compiler::LoweringOptions& machine,
                                std::int64_t images) {
    config::Configuration c;
    c.platform = machine.platform;
    c.tile = machine.tile;
    c.denoiser = machine.denoiser;
    const compiler::MachineNetwork single = compiler::lower(graph, machine);
    if (!single.resident) return std::nullopt;
    Outcome outcome;
    outcome.pipelined = study::pipeline_network(graph, single, machine.blocks_after, c);
    outcome.analytic = study::time_batch(outcome.pipelined, images, c);
    quell::tlm::Platform platform(
        "platform", {c.platform, c.tile, c.denoiser, c.run.clock_mhz, quell::tlm::DenoiserModel::transaction},
        compiler::write_pipeline_words(outcome.pipelined.network, outcome.pipelined.plan, images));
    platform.run();
    outcome.transaction = study::read_batch(outcome.pipelined, images, platform);
    return outcome;
}

// Waits that the recurrence does not know: for ports and for shared digital units.
Cycles contention(const study::BatchRun& run) {
    Cycles sum = 0;
    for (const CycleBreakdown& layer : run.layers) sum += layer.bus_stall + layer.digital_stall;
    return sum;
}

void check_accounts(const study::BatchRun& run) {
    for (const CycleBreakdown& layer : run.layers) {
        REQUIRE(layer.total() == run.cycles);
        for (const auto& [name, cycles] : layer.entries()) REQUIRE(cycles >= 0);
    }
}

bool has_convolution(const network::Graph& graph) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const network::Node& node) {
        return std::holds_alternative<network::Convolution>(node.operation);
    });
}

struct Trial : test::SystemCFixture {};

}  // namespace

TEST_CASE("pipelined images: transaction equals analytic where nobody waits for a port or a unit",
          "[agreement]") {
    std::mt19937 random(20262);
    int equal = 0, shared = 0;
    for (int i = 0; i < 200; ++i) {
        const Trial fresh_kernel;
        const network::Graph graph = random_network(random);
        compiler::LoweringOptions machine = random_machine(random);
        const std::int64_t images = std::uniform_int_distribution<int>(2, 9)(random);
        machine.platform.grid_rows = machine.platform.grid_columns = 4;
        machine.platform.scratchpad.ports = machine.platform.memory.ports = 64;
        machine.platform.alu_lanes = 4096;
        const auto outcome = simulate(graph, machine, images);
        if (!outcome) continue;
        CAPTURE(i);
        check_accounts(outcome->transaction);
        check_accounts(outcome->analytic);
        REQUIRE(outcome->transaction.cycles >= outcome->analytic.cycles);
        if (contention(outcome->transaction) > 0) {
            ++shared;
            continue;
        }
        ++equal;
        REQUIRE(outcome->transaction.cycles == outcome->analytic.cycles);
        REQUIRE(outcome->transaction.first_image_cycles == outcome->analytic.first_image_cycles);
        REQUIRE(outcome->transaction.layers == outcome->analytic.layers);
    }
    CAPTURE(shared);
    CHECK(equal >= 40);
}

TEST_CASE("pipelined images: transaction never beats analytic, and every cycle is accounted for",
          "[agreement]") {
    std::mt19937 random(20263);
    int contended = 0, runs = 0;
    for (int i = 0; i < 150; ++i) {
        const Trial fresh_kernel;
        const network::Graph graph = random_network(random);
        compiler::LoweringOptions machine = random_machine(random);
        machine.platform.grid_rows = machine.platform.grid_columns = 4;
        if (i % 3 == 0 && has_convolution(graph)) machine.blocks_after = {1};
        const auto outcome = simulate(graph, machine, std::uniform_int_distribution<int>(2, 9)(random));
        if (!outcome) continue;
        CAPTURE(i);
        ++runs;
        check_accounts(outcome->transaction);
        REQUIRE(outcome->transaction.cycles >= outcome->analytic.cycles);
        for (std::size_t l = 0; l < outcome->analytic.layers.size(); ++l) {
            CAPTURE(l);
            const CycleBreakdown& t = outcome->transaction.layers[l];
            const CycleBreakdown& a = outcome->analytic.layers[l];
            REQUIRE(t.total() - t.idle >= a.total() - a.idle);
            REQUIRE(t.compute == a.compute);
            REQUIRE(t.converter_stall == a.converter_stall);
        }
        for (std::size_t l = 0; l < outcome->analytic.blocks.size(); ++l)
            REQUIRE(outcome->transaction.blocks[l].compute >= outcome->analytic.blocks[l].compute);
        if (outcome->transaction.cycles > outcome->analytic.cycles) ++contended;
    }
    CHECK(runs > 60);
    CHECK(contended > 20);
}

TEST_CASE("pipelined images: built-in networks of the original sizes, equal to the cycle", "[agreement]") {
    for (const std::string name : {"resnet18", "mobilenet_v2"}) {
        const Trial fresh_kernel;
        CAPTURE(name);
        compiler::LoweringOptions machine;
        machine.platform.scratchpad.ports = machine.platform.memory.ports = 64;
        machine.platform.alu_lanes = 4096;
        if (name == "resnet18") machine.blocks_after = {1, 20};
        const auto outcome = simulate(network::make_builtin(name, network::Weights::none), machine, 5);
        REQUIRE(outcome);
        check_accounts(outcome->transaction);
        CHECK(contention(outcome->transaction) == 0);
        CHECK(outcome->transaction.cycles == outcome->analytic.cycles);
        CHECK(outcome->transaction.first_image_cycles == outcome->analytic.first_image_cycles);
        CHECK(outcome->transaction.layers == outcome->analytic.layers);
        CHECK(outcome->transaction.blocks == outcome->analytic.blocks);
    }
}

TEST_CASE("pipelined images: ResNet-18 with blocks at the pace of its first layer", "[agreement]") {
    const Trial fresh_kernel;
    compiler::LoweringOptions machine;
    machine.blocks_after = {1, 20};
    machine.platform.scratchpad.ports = machine.platform.memory.ports = 64;
    const auto outcome = simulate(network::make_builtin("resnet18", network::Weights::none), machine, 6);
    REQUIRE(outcome);
    check_accounts(outcome->transaction);
    // conv1: 112 x 112 products of 800 cycles, its first rows' loading and its last results' way out.
    const double conv1 = 112 * 112 * 800;
    CHECK(outcome->analytic.interval_cycles() == Approx(conv1).epsilon(0.001));
    CHECK(outcome->transaction.interval_cycles() == Approx(conv1).epsilon(0.001));
    CHECK(static_cast<double>(outcome->transaction.cycles) <
          1.01 * static_cast<double>(outcome->analytic.cycles));
    CHECK(outcome->transaction.blocks.at(0).total() == outcome->transaction.cycles);
}
