// The platform's cycles in `transaction` and `analytic`: equal where nothing contends, never fewer otherwise.
#include "models/network/builtin/builtin.h"
#include "models/network/graph_builder.h"
#include "models/timing/layer_timing.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/lowering.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/platform.h"

#include <random>

using namespace quell;

namespace {

// A network of a few layers with random shapes.
network::Graph random_network(std::mt19937& random) {
    const auto draw = [&](int low, int high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    network::GraphBuilder net("random");
    std::string x = net.input("input", {1, draw(1, 40), draw(5, 30), draw(5, 30)});
    const std::int64_t layers = draw(1, 6);
    for (std::int64_t i = 0; i < layers; ++i) {
        const std::string id = std::to_string(i);
        const std::int64_t channels = net.channels(x);
        switch (draw(0, 5)) {
            case 0:
            case 1: {
                network::ConvolutionOptions o;
                o.channels = draw(1, 70);
                const std::int64_t k = 2 * draw(0, 2) + 1;
                o.kernel = {k, k};
                o.stride = {draw(1, 2), draw(1, 2)};
                o.padding = {k / 2, k / 2, k / 2, k / 2};
                o.bias = draw(0, 1) == 1;
                x = net.relu("relu" + id, net.convolution("conv" + id, x, o));
                break;
            }
            case 2: {
                network::ConvolutionOptions o;
                o.channels = o.groups = channels;
                o.kernel = {3, 3};
                o.padding = {1, 1, 1, 1};
                x = net.convolution("depthwise" + id, x, o);
                break;
            }
            case 3:
                x = net.add("add" + id, x, net.relu("same" + id, x));
                break;
            case 4:
                x = net.concat("concat" + id, {x, net.batch_normalization("norm" + id, x)});
                break;
            default:
                x = net.max_pool("pool" + id, x, {3, 3}, {1, 1}, {1, 1, 1, 1});
                break;
        }
    }
    return net.build(
        {net.linear("fc", net.flatten("flatten", net.global_average_pool("pool", x)), draw(1, 20))});
}

compiler::LoweringOptions random_machine(std::mt19937& random) {
    const auto draw = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    compiler::LoweringOptions o;
    o.platform.grid_rows = draw(1, 4);
    o.platform.grid_columns = draw(1, 4);
    o.platform.crossbars_per_pe = draw(16, 96);
    o.platform.alu_lanes = draw(1, 16);
    o.platform.line_buffer_kib = draw(0, 8);
    o.platform.replication = draw(0, 3);
    o.platform.interconnect_bits = 16 << draw(0, 5);
    o.platform.scratchpad.port_bits = 16 << draw(0, 5);
    o.platform.scratchpad.latency = draw(0, 9);
    o.platform.scratchpad.kib = draw(0, 1) == 0 ? 16 : 10752;
    o.platform.memory.ports = draw(1, 3);
    o.tile.rows = 1 << draw(5, 8);
    o.tile.columns = 1 << draw(5, 8);
    o.tile.conversion_ns = draw(1, 20) * 0.1;
    o.tile.input_bits = draw(1, 16);
    return o;
}

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
