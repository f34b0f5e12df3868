#include "sw/compiler/lowering.h"

#include "models/base/error.h"
#include "models/network/graph_builder.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/strip_builder.h"
#include "tests/support/catch.h"

#include <numeric>

using namespace quell;
using namespace quell::compiler;
using network::GraphBuilder;

namespace {

LoweringOptions options(std::vector<std::int64_t> blocks = {}) {
    LoweringOptions result;
    result.blocks_after = std::move(blocks);
    return result;
}

const MachineLayer& layer(const MachineNetwork& network, const std::string& name) {
    for (const MachineLayer& each : network.layers) {
        if (each.name == name) return each;
    }
    FAIL("no layer " << name);
    return network.layers.front();
}

struct Totals {
    std::int64_t loaded = 0, products = 0, stored = 0, strips = 0;
};

Totals totals(const MachineLayer& layer) {
    Totals sum;
    for (const timing::Pass& pass : layer.passes) {
        for (const timing::StripRun& run : pass.runs) {
            for (const timing::Transfer& t : run.strip.loads) sum.loaded += run.count * t.words;
            for (const timing::Transfer& t : run.strip.stores) sum.stored += run.count * t.words;
            sum.products += run.count * run.strip.products;
            sum.strips += run.count;
        }
    }
    return sum;
}

network::ConvolutionOptions convolution(std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                                        std::int64_t padding, std::int64_t groups = 1) {
    network::ConvolutionOptions result;
    result.channels = channels;
    result.kernel = {kernel, kernel};
    result.stride = {stride, stride};
    result.padding = {padding, padding, padding, padding};
    result.groups = groups;
    return result;
}

// conv 3->16 (bn, relu), conv 16->16 (bn), add, relu, pool, linear
network::Graph residual() {
    GraphBuilder net("residual");
    const std::string x = net.input("input", {-1, 3, 12, 10});
    const std::string a = net.relu(
        "relu1", net.batch_normalization("bn1", net.convolution("conv1", x, convolution(16, 3, 1, 1))));
    const std::string b =
        net.batch_normalization("bn2", net.convolution("conv2", a, convolution(16, 3, 1, 1)));
    const std::string sum = net.relu("relu2", net.add("add", a, b));
    const std::string pooled = net.flatten("flatten", net.global_average_pool("pool", sum));
    return net.build({net.linear("fc", pooled, 10)});
}

}  // namespace

TEST_CASE("input rows of a window by hand", "[compiler]") {
    network::Window window;
    window.kernel = {3, 3};
    window.stride = {2, 2};
    window.padding = {1, 1, 1, 1};
    const auto rows = [&](std::int64_t begin, std::int64_t end) {
        const RowRange range = input_rows(window, {begin, end}, 8);
        return std::pair(range.begin, range.end);
    };
    CHECK(rows(0, 1) == std::pair<std::int64_t, std::int64_t>{0, 2});
    CHECK(rows(1, 2) == std::pair<std::int64_t, std::int64_t>{1, 4});
    CHECK(rows(0, 4) == std::pair<std::int64_t, std::int64_t>{0, 8});
    window.dilation = {3, 3};
    CHECK(rows(0, 1) == std::pair<std::int64_t, std::int64_t>{0, 6});
}

TEST_CASE("what rides on a layer and what is a layer of its own", "[compiler]") {
    const MachineNetwork network = lower(residual(), options());
    std::vector<std::string> names;
    for (const MachineLayer& each : network.layers) names.push_back(each.name);
    CHECK(names == std::vector<std::string>{"conv1", "conv2", "add", "pool", "fc"});
    CHECK(layer(network, "conv1").fused == std::vector<std::string>{"bn1", "relu1"});
    CHECK(layer(network, "add").fused == std::vector<std::string>{"relu2"});
    CHECK(layer(network, "conv1").convolution == 1);
    CHECK(layer(network, "fc").convolution == 0);
    CHECK(layer(network, "fc").on_crossbars);
    CHECK(layer(network, "conv2").macs == 12 * 10 * 16 * 16 * 9);
}

TEST_CASE("every input row is loaded once, every output stored once, every pixel a product", "[compiler]") {
    const MachineNetwork network = lower(residual(), options());
    const Totals conv1 = totals(layer(network, "conv1"));
    CHECK(conv1.loaded == 3 * 12 * 10);
    CHECK(conv1.stored == 16 * 12 * 10);
    CHECK(conv1.products == 12 * 10);
    CHECK(conv1.strips == 12);
    const Totals add = totals(layer(network, "add"));
    CHECK(add.loaded == 2 * 16 * 12 * 10);
    CHECK(add.stored == 16 * 12 * 10);
    const Totals pool = totals(layer(network, "pool"));
    CHECK(pool.loaded == 16 * 12 * 10);
    CHECK(pool.stored == 16);
    const Totals fc = totals(layer(network, "fc"));
    CHECK(fc.loaded == 16);
    CHECK(fc.products == 1);
    CHECK(fc.stored == 10);
}

TEST_CASE("rows that do not fit into the line buffer are loaded again", "[compiler]") {
    LoweringOptions tight = options();
    tight.platform.line_buffer_kib = 0;
    const Totals conv1 = totals(layer(lower(residual(), tight), "conv1"));
    CHECK(conv1.loaded == (2 + 10 * 3 + 2) * 3 * 10);  // three rows each time, two at the edges
}

TEST_CASE("copies share the pixels", "[compiler]") {
    LoweringOptions copied = options();
    copied.platform.replication = 4;
    const MachineNetwork network = lower(residual(), copied);
    CHECK(layer(network, "conv1").replicas == 4);
    CHECK(totals(layer(network, "conv1")).products == 12 * 3);  // ten pixels a row on four copies
    CHECK(layer(network, "fc").replicas == 1);
    copied.platform.replication = 25;  // two rows and a half: strips of three rows, 30 pixels on 25 copies
    CHECK(totals(layer(lower(residual(), copied), "conv1")).products == 4 * 2);
}

TEST_CASE("concatenated channels stay where they are", "[compiler]") {
    GraphBuilder net("dense");
    const std::string x = net.convolution("conv1", net.input("input", {1, 3, 6, 6}), convolution(8, 3, 1, 1));
    const std::string y = net.convolution("conv2", x, convolution(4, 3, 1, 1));
    const std::string z = net.convolution("conv3", net.concat("concat", {x, y}), convolution(4, 1, 1, 0));
    const MachineNetwork network = lower(net.build({z}), options());
    CHECK(network.layers.size() == 3);
    const MachineLayer& conv3 = layer(network, "conv3");
    const timing::Strip& strip = conv3.passes.at(0).runs.at(0).strip;
    REQUIRE(strip.loads.size() == 2);
    CHECK(strip.loads[0] == timing::Transfer{layer(network, "conv1").output_address, 6 * 8});
    CHECK(strip.loads[1] == timing::Transfer{layer(network, "conv2").output_address, 6 * 4});
}

TEST_CASE("x times its sigmoid rides as swish", "[compiler]") {
    GraphBuilder net("swish");
    const std::string x = net.convolution("conv", net.input("input", {1, 3, 4, 4}), convolution(8, 1, 1, 0));
    const MachineNetwork network =
        lower(net.build({net.mul("mul", x, net.sigmoid("sigmoid", x))}), options());
    REQUIRE(network.layers.size() == 1);
    const std::vector<timing::DigitalStep>& steps = network.layers[0].passes[0].runs[0].strip.digital;
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].function == timing::DigitalFunction::swish);
}

TEST_CASE("a network too large is written in turns, or refused", "[compiler]") {
    LoweringOptions small = options();
    small.platform.grid_rows = small.platform.grid_columns = 1;
    small.platform.crossbars_per_pe = 3;  // conv1: 2 crossbars, conv2: 4, fc: 2
    const MachineNetwork network = lower(residual(), small);
    CHECK_FALSE(network.resident);
    CHECK(layer(network, "conv1").passes.size() == 1);
    CHECK(layer(network, "conv2").passes.size() == 2);
    CHECK(totals(layer(network, "conv2")).stored == 16 * 12 * 10);
    CHECK(totals(layer(network, "conv2")).products == 2 * 12 * 10);
    std::int64_t weights = 0;
    for (const timing::Pass& pass : layer(network, "conv2").passes) {
        CHECK(pass.program);
        weights += pass.weight_words;
    }
    CHECK(weights == 16 * 16 * 9);

    small.platform.reprogram = false;
    CHECK_THROWS_WITH(lower(residual(), small), test::contains("'conv2'") && test::contains("4 crossbars"));
    small.platform.reprogram = true;
    small.platform.crossbars_per_pe = 1;
    CHECK_THROWS_WITH(lower(residual(), small), test::contains("'conv2'") && test::contains("2 crossbars"));
}

TEST_CASE("partial sums of a stack on several PEs cross the interconnect", "[compiler]") {
    LoweringOptions split = options();
    split.platform.crossbars_per_pe = 1;  // conv2's stacks are two high
    const MachineNetwork network = lower(residual(), split);
    const std::vector<timing::DigitalStep>& steps = layer(network, "conv2").passes[0].runs[0].strip.digital;
    CHECK(steps.at(0).remote);
    CHECK(steps.at(0).elements == 2 * 8 * 10);  // two words of eight outputs for each of ten pixels
    CHECK(steps.at(1).accumulate);
    CHECK(steps.at(1).elements == 8 * 10);
}

TEST_CASE("a block stands behind the convolution that is named", "[compiler]") {
    const MachineNetwork network = lower(residual(), options({2}));
    CHECK_FALSE(layer(network, "conv1").denoised);
    CHECK(layer(network, "conv2").denoised);
    CHECK_THROWS_WITH(lower(residual(), options({3})),
                      test::contains("convolution 3") && test::contains("has 2"));
}

TEST_CASE("feature maps larger than the memories are an error", "[compiler]") {
    LoweringOptions tiny = options();
    tiny.platform.scratchpad.kib = 0;
    CHECK(lower(residual(), tiny).spilled_words > 0);
    tiny.platform.memory.kib = 1;
    CHECK_THROWS_WITH(lower(residual(), tiny), test::contains("platform.memory_kib"));
}

TEST_CASE("assembled again it is the same program", "[compiler]") {
    const MachineNetwork network = lower(residual(), options({1}));
    const std::vector<std::uint64_t> words = write_context_words(network);
    const std::string text = to_assembly(words, &network);
    CHECK(from_assembly(text) == words);
    CHECK_THAT(text, test::contains("; layer 0: Conv conv1 + bn1 + relu1 -> 16x12x10, 2 crossbars"));
    CHECK_THAT(text, test::contains("DENOISE"));
    CHECK_THROWS_WITH(from_assembly("HALT\nJUMP\n"), test::contains("line 2"));
}
