#include "models/timing/layer_bounds.h"

#include "models/timing/layer_timing.h"

#include <algorithm>
#include <array>

namespace quell::timing {
namespace {

// What the two engines that move feature maps ask of one resource.
struct Traffic {
    Cycles loads = 0, stores = 0;
    Cycles least(int ports) const {
        return std::max({loads, stores, ceil_divide(loads + stores, std::min(ports, 2))});
    }
};

class Needs {
public:
    Needs(const config::PlatformConfig& platform, const config::TileConfig& tile, double clock_mhz)
        : platform_(platform), timing_(platform, tile, clock_mhz) {}

    void add(const Pass& pass) {
        programming_ += timing_.program_cycles(pass);
        for (const StripRun& run : pass.runs) {
            for (const Transfer& transfer : run.strip.loads) add(transfer, run.count, &Traffic::loads);
            for (const Transfer& transfer : run.strip.stores) add(transfer, run.count, &Traffic::stores);
            const TileTiming& tile = timing_.tile();
            const Cycles products = run.count * run.strip.products;
            crossbars_ += products * (tile.interval_cycles - tile.converter_wait_cycles);
            converters_ += products * tile.conversion_cycles;
            for (const DigitalStep& step : run.strip.digital)
                (step.remote ? sums_ : lanes_) += run.count * timing_.digital_cycles(step);
        }
    }

    std::vector<ResourceNeed> all() const {
        return {{Resource::programming, programming_},
                {Resource::crossbars, crossbars_},
                {Resource::converters, converters_},
                {Resource::scratchpad_ports, scratchpad_.least(platform_.scratchpad.ports)},
                {Resource::memory_ports, memory_.least(platform_.memory.ports)},
                {Resource::links, std::max({links_.loads, links_.stores, sums_})},
                {Resource::digital_lanes, lanes_}};
    }

private:
    void add(const Transfer& transfer, std::int64_t count, Cycles Traffic::*engine) {
        const std::int64_t bytes = 2 * transfer.words;
        const bool in_memory = transfer.in_memory();
        Traffic& ports = in_memory ? memory_ : scratchpad_;
        ports.*engine +=
            count * timing_.memory_cycles(in_memory ? platform_.memory : platform_.scratchpad, bytes);
        links_.*engine += count * timing_.link_cycles(bytes);
    }

    config::PlatformConfig platform_;
    PlatformTiming timing_;
    Cycles programming_ = 0, crossbars_ = 0, converters_ = 0, lanes_ = 0, sums_ = 0;
    Traffic scratchpad_, memory_, links_;
};

// The machine in which one resource takes no time worth counting.
struct Machine {
    config::PlatformConfig platform;
    config::TileConfig tile;
    bool programs = true;

    void free(Resource resource) {
        constexpr int wide = 1 << 30;
        switch (resource) {
            case Resource::programming:
                programs = false;
                break;
            case Resource::crossbars:
                tile.read_ns = 1e-9;
                break;
            case Resource::converters:
                tile.conversion_ns = 1e-9;
                break;
            case Resource::scratchpad_ports:
                platform.scratchpad.port_bits = wide;
                platform.scratchpad.latency = 0;
                break;
            case Resource::memory_ports:
                platform.memory.port_bits = wide;
                platform.memory.latency = 0;
                break;
            case Resource::links:
                platform.interconnect_bits = wide;
                break;
            case Resource::digital_lanes:
                platform.alu_lanes = wide;
                break;
        }
    }

    Cycles time(std::span<const Pass> passes, double clock_mhz) const {
        const CycleBreakdown breakdown = time_layer(passes, {platform, tile, clock_mhz});
        return breakdown.total() - (programs ? 0 : breakdown.program);
    }
};

}  // namespace

std::string_view resource_name(Resource resource) {
    constexpr std::array<std::string_view, kResources> names{"programming",      "crossbars",    "converters",
                                                             "scratchpad_ports", "memory_ports", "links",
                                                             "digital_lanes"};
    return names[static_cast<std::size_t>(resource)];
}

LayerBounds layer_bounds(std::span<const Pass> passes, const config::PlatformConfig& platform,
                         const config::TileConfig& tile, double clock_mhz) {
    Needs needs(platform, tile, clock_mhz);
    for (const Pass& pass : passes) needs.add(pass);
    LayerBounds bounds;
    bounds.needs = needs.all();
    std::ranges::stable_sort(bounds.needs,
                             [](const ResourceNeed& a, const ResourceNeed& b) { return a.least > b.least; });
    const Cycles most = bounds.needs[0].least;
    Machine machine{platform, tile};
    bounds.cycles = machine.time(passes, clock_mhz);
    for (const ResourceNeed& need : bounds.needs) {
        if (most == 0 || need.least < most - most / 100) break;
        machine.free(need.resource);
        ++bounds.binding;
    }
    bounds.cycles_if_free = machine.time(passes, clock_mhz);
    return bounds;
}

}  // namespace quell::timing
