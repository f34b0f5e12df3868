#include "models/timing/layer_bounds.h"

#include "tests/support/catch.h"

#include <map>

using namespace quell;
using timing::LayerBounds;
using timing::Pass;
using timing::Resource;
using timing::Strip;

namespace {

// A product interval of 100 cycles, of which the ADCs need 50; a word a cycle over links and ports; one
// element a cycle.
struct Machine {
    config::PlatformConfig platform;
    config::TileConfig tile;
    Machine() {
        platform.interconnect_bits = 16;
        platform.scratchpad = {1024, 16, 2, 0};
        platform.memory = {1024, 16, 1, 0};
        platform.alu_lanes = 1;
        tile.read_ns = 10;
        tile.conversion_ns = 5.0 / 128;
        tile.input_bits = 10;
        tile.stages = 3;
    }
    LayerBounds bounds(const Strip& strip, std::int64_t count, bool program = false) const {
        Pass pass;
        pass.pes = {0, 1};
        pass.crossbars = pass.crossbars_per_pe = 1;
        pass.program = program;
        pass.weight_address = timing::memory_base;
        pass.weight_words = 10;
        pass.runs = {{strip, count}};
        return timing::layer_bounds(std::span(&pass, 1), platform, tile, 1000);
    }
};

std::map<Resource, std::int64_t> needs(const LayerBounds& bounds) {
    std::map<Resource, std::int64_t> all;
    for (const timing::ResourceNeed& need : bounds.needs) all[need.resource] = need.least;
    return all;
}

// 40 words in, 3 products, 60 elements, 30 words out.
Strip strip() {
    Strip s;
    s.loads = {{0, 40}};
    s.products = 3;
    s.digital = {{timing::DigitalFunction::bias, 60}};
    s.stores = {{1000, 30}};
    return s;
}

}  // namespace

TEST_CASE("what every resource needs, by hand", "[timing]") {
    const LayerBounds bounds = Machine().bounds(strip(), 10);
    const auto all = needs(bounds);
    CHECK(all.size() == timing::kResources);
    CHECK(all.at(Resource::programming) == 0);
    CHECK(all.at(Resource::crossbars) == 10 * 300);
    CHECK(all.at(Resource::converters) == 10 * 150);
    CHECK(all.at(Resource::scratchpad_ports) == 10 * 40);  // loads and stores on a port each
    CHECK(all.at(Resource::memory_ports) == 0);
    CHECK(all.at(Resource::links) == 10 * 40);
    CHECK(all.at(Resource::digital_lanes) == 10 * 60);
    CHECK(bounds.needs[0].resource == Resource::crossbars);
    CHECK(bounds.binding == 1);
    CHECK(bounds.cycles == 40 + 3000 + 20 + 60 + 30);
    // With reading free the ADCs set the pace: 150 cycles a strip, a step of 5 ns, two of them to drain.
    CHECK(bounds.cycles_if_free == 40 + 1500 + 10 + 60 + 30);
}

TEST_CASE("the resource that binds is the one that was made slow", "[timing]") {
    Machine machine;
    const auto bound = [&](const Strip& s, bool program = false) {
        const LayerBounds bounds = machine.bounds(s, 10, program);
        REQUIRE(bounds.binding == 1);
        return bounds.needs[0].resource;
    };
    CHECK(bound(strip()) == Resource::crossbars);
    SECTION("converters") {
        machine.tile.conversion_ns = 20.0 / 128;
        const LayerBounds bounds = machine.bounds(strip(), 10);
        CHECK(bounds.needs[0].resource == Resource::converters);
        CHECK(bounds.needs[0].least == 10 * 600);
        CHECK(needs(bounds).at(Resource::crossbars) == 10 * 300);
        CHECK(bounds.cycles_if_free == 40 + 3000 + 20 + 60 + 30);
    }
    SECTION("links") {
        machine.platform.interconnect_bits = 1;
        const LayerBounds bounds = machine.bounds(strip(), 10);
        CHECK(bounds.needs[0].resource == Resource::links);
        CHECK(bounds.needs[0].least == 10 * 40 * 16);
    }
    SECTION("partial sums on links") {
        Strip s = strip();
        s.digital.push_back({timing::DigitalFunction::bias, 500, true, true});
        CHECK(bound(s) == Resource::links);
    }
    SECTION("scratchpad ports") {
        machine.platform.scratchpad.port_bits = 1;
        CHECK(bound(strip()) == Resource::scratchpad_ports);
        machine.platform.scratchpad.ports = 1;  // loads and stores take turns
        CHECK(machine.bounds(strip(), 10).needs[0].least == 10 * (40 + 30) * 16);
    }
    SECTION("data memory") {
        Strip s = strip();
        s.loads = {{timing::memory_base, 40}};
        machine.platform.memory.latency = 1000;
        CHECK(bound(s) == Resource::memory_ports);
        CHECK(machine.bounds(s, 10).needs[0].least == 10 * 1040);
    }
    SECTION("digital lanes") {
        Strip s = strip();
        s.digital[0].elements = 1000;
        CHECK(bound(s) == Resource::digital_lanes);
        machine.platform.alu_lanes = 4;
        CHECK(bound(s) == Resource::crossbars);
    }
    SECTION("programming") {
        machine.tile.row_write_ns = 1000;
        CHECK(bound(strip(), true) == Resource::programming);
        const LayerBounds bounds = machine.bounds(strip(), 10, true);
        CHECK(bounds.needs[0].least == 128 * 1000);
        CHECK(bounds.cycles_if_free == 3150);
    }
}

TEST_CASE("resources that are equally slow bind together", "[timing]") {
    Machine machine;
    machine.tile.conversion_ns = 10.0 / 128;
    const LayerBounds bounds = machine.bounds(strip(), 10);
    CHECK(bounds.binding == 2);
    // Both free: the digital lanes, 60 cycles a strip; the strips' first words come after 40, their last are
    // stored 30 later. What is left of the crossbars' time is less than a cycle a step.
    CHECK(bounds.cycles_if_free >= 40 + 600 + 30);
    CHECK(bounds.cycles_if_free < 40 + 600 + 30 + 10);
}

TEST_CASE("a layer without work is bound by nothing", "[timing]") {
    const LayerBounds bounds = timing::layer_bounds({}, {}, {}, 500);
    CHECK(bounds.binding == 0);
    CHECK(bounds.cycles == 0);
}
