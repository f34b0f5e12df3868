#include "tests/agreement/platform_draws.h"

#include "models/network/graph_builder.h"

#include <string>

namespace quell::test {

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
    const int copies = draw(0, 3);
    o.platform.replication = copies > 0 ? std::optional(copies) : std::nullopt;
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

}  // namespace quell::test
