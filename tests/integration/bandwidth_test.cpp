// Every bandwidth of the platform, as a person sets it: halved where it binds, the cycles grow and the right
// entry of the breakdown grows; halved where something else binds, nothing changes.
#include "sw/cli/dispatch.h"
#include "tests/support/systemc_fixture.h"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace quell;
using Json = nlohmann::json;

namespace {

struct Totals {
    std::int64_t cycles = 0;
    std::map<std::string, std::int64_t> entries;
};

Totals totals(std::vector<std::string> options) {
    const test::SystemCFixture fresh_kernel;
    std::vector<std::string> words{"run", "resnet20_cifar10", "--format", "json"};
    words.insert(words.end(), options.begin(), options.end());
    std::ostringstream out, err;
    const int code = cli::dispatch(words, out, err);
    INFO(err.str());
    REQUIRE(code == 0);
    const Json json = Json::parse(out.str());
    Totals result;
    result.cycles = json["total_cycles"];
    for (const char* list : {"layers", "other"}) {
        for (const Json& layer : json[list]) {
            for (const auto& [name, cycles] : layer["breakdown"].items())
                result.entries[name] += cycles.get<std::int64_t>();
        }
    }
    return result;
}

// `key` at `value` and at its half, beside `others`.
void halving_binds(const std::string& key, int value, const std::vector<std::string>& others,
                   const std::string& entry) {
    CAPTURE(key, entry);
    const auto at = [&](int v) {
        std::vector<std::string> options = others;
        options.insert(options.end(), {"--" + key, std::to_string(v)});
        return totals(options);
    };
    const Totals whole = at(value), half = at(value / 2);
    CHECK(half.cycles > whole.cycles);
    std::string most;
    std::int64_t growth = 0;
    for (const auto& [name, cycles] : half.entries) {
        if (cycles - whole.entries.at(name) > growth) {
            most = name;
            growth = cycles - whole.entries.at(name);
        }
    }
    CHECK(most == entry);
}

void halving_does_nothing(const std::string& key, int value, const std::vector<std::string>& others) {
    CAPTURE(key);
    const auto at = [&](int v) {
        std::vector<std::string> options = others;
        options.insert(options.end(), {"--" + key, std::to_string(v)});
        return totals(options);
    };
    const Totals whole = at(value), half = at(value / 2);
    CHECK(half.cycles == whole.cycles);
    CHECK(half.entries == whole.entries);
}

}  // namespace

TEST_CASE("bandwidth: ports of the scratchpad", "[run]") {
    halving_binds("platform.scratchpad_ports", 2, {"--platform.scratchpad_bits", "16"}, "bus_stall");
    halving_does_nothing("platform.scratchpad_ports", 4, {"--platform.scratchpad_bits", "16"});
}

TEST_CASE("bandwidth: width of the scratchpad's ports", "[run]") {
    halving_binds("platform.scratchpad_bits", 16, {}, "memory_stall");
    // The links bind.
    halving_does_nothing("platform.scratchpad_bits", 1024, {"--platform.interconnect_bits", "16"});
}

TEST_CASE("bandwidth: width of the links", "[run]") {
    halving_binds("platform.interconnect_bits", 16, {}, "memory_stall");
    // The ports bind.
    halving_does_nothing("platform.interconnect_bits", 1024, {});
}

TEST_CASE("bandwidth: width and ports of the data memory", "[run]") {
    // All feature maps lie there.
    const std::vector<std::string> no_scratchpad{"--platform.scratchpad_kib", "0"};
    halving_binds("platform.memory_bits", 32, no_scratchpad, "bus_stall");
    halving_binds("platform.memory_bits", 16,
                  {"--platform.scratchpad_kib", "0", "--platform.memory_ports", "3"}, "memory_stall");
    halving_binds("platform.memory_ports", 2,
                  {"--platform.scratchpad_kib", "0", "--platform.memory_bits", "16"}, "bus_stall");
    halving_does_nothing("platform.memory_ports", 4,
                         {"--platform.scratchpad_kib", "0", "--platform.memory_bits", "16"});
    halving_does_nothing("platform.memory_bits", 1024, {"--platform.interconnect_bits", "16"});
}

TEST_CASE("bandwidth: size of the scratchpad", "[run]") {
    halving_binds("platform.scratchpad_kib", 128, {"--platform.memory_bits", "16"}, "memory_stall");
    halving_does_nothing("platform.scratchpad_kib", 10752, {"--platform.memory_bits", "16"});
}

TEST_CASE("bandwidth: converters of a crossbar", "[run]") {
    halving_binds("tile.adcs", 2, {"--tile.conversion_ns", "1.5625"}, "converter_stall");
    halving_does_nothing("tile.adcs", 4, {});
}

TEST_CASE("bandwidth: lanes of a digital unit", "[run]") {
    halving_binds("platform.alu_lanes", 2, {}, "digital");
    // 4096 elements a cycle: every word takes one cycle with half of them as well.
    halving_does_nothing("platform.alu_lanes", 4096, {});
}
