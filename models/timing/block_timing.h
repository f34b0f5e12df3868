// The cycles of one denoiser block, from the DCU's start to its done, and where they went (docs/timing.md).
//
// One recurrence serves every fidelity: `analytic` runs it against an idle bus, `transaction` against the bus
// it finds, and the pin-level block counts the same cycles by stepping through them.
#pragma once

#include "models/timing/block_plan.h"
#include "models/timing/dma.h"

#include <array>
#include <string_view>
#include <utility>

namespace quell::timing {

enum class Phase { load, reduce, leaky_relu_1, depthwise, leaky_relu_2, mean, variance, cancel, store };
inline constexpr std::size_t kPhases = 9;
std::string_view phase_name(Phase phase);

// Sums to the block's cycles. `lane_stall`: the cores wait for the noise lanes (overlapped schedule only).
struct BlockBreakdown {
    Cycles compute = 0, fill = 0, drain = 0, sram_stall = 0, lane_stall = 0, load = 0, store = 0,
           bus_stall = 0, control = 0;
    Cycles total() const {
        return compute + fill + drain + sram_stall + lane_stall + load + store + bus_stall + control;
    }
    std::array<std::pair<std::string_view, Cycles>, 9> entries() const {
        return {{{"compute", compute},
                 {"fill", fill},
                 {"drain", drain},
                 {"sram_stall", sram_stall},
                 {"lane_stall", lane_stall},
                 {"load", load},
                 {"store", store},
                 {"bus_stall", bus_stall},
                 {"control", control}}};
    }
    BlockBreakdown& operator+=(const BlockBreakdown& other) {
        compute += other.compute;
        fill += other.fill;
        drain += other.drain;
        sram_stall += other.sram_stall;
        lane_stall += other.lane_stall;
        load += other.load;
        store += other.store;
        bus_stall += other.bus_stall;
        control += other.control;
        return *this;
    }
};

// What the block did, counted: the events that energy is charged for.
struct BlockCounts {
    std::int64_t multiplies = 0;                               // of the cores' arrays
    std::int64_t activation_reads = 0, activation_writes = 0;  // words, by cores, LeakyReLU and lanes
    std::int64_t weight_reads = 0;                             // words
    std::int64_t dma_words = 0;                                // words moved between memory and SRAMs
    std::int64_t normals = 0;                                  // drawn by the lanes
};

struct BlockTiming {
    Cycles cycles = 0;
    std::int64_t macs = 0;
    Cycles bound_cycles = 0;               // macs / (9 * cores there are), rounded up
    std::array<Cycles, kPhases> phases{};  // sequential: sum to cycles; overlapped: cycles active
    std::array<std::int64_t, kPhases> phase_macs{};
    BlockBreakdown breakdown;
    BlockCounts counts;

    double utilisation() const { return static_cast<double>(bound_cycles) / static_cast<double>(cycles); }

    // Of the multipliers of `cores` cores, during the 1x1 convolutions alone.
    double pointwise_utilisation(int cores) const;
};

// Is told what the DCU does, in the order in which it decides it: its own steps follow each other without a
// gap, waiting included; lanes that cancel beside the cores are told apart.
class PhaseObserver {
public:
    virtual ~PhaseObserver() = default;
    virtual void phase(Phase phase, bool beside_cores, Cycles begin, Cycles end) = 0;
};

// Follows the plan against this bus. `begin`: the cycle of the DCU's start, in which all times count.
BlockTiming run_plan(const BlockPlan& plan, const config::DenoiserConfig& config, DmaPort& dma,
                     Cycles begin = 0, PhaseObserver* observer = nullptr);

// The best plan (plan_search.h) followed against an idle bus.
BlockTiming time_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);

}  // namespace quell::timing
