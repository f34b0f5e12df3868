// Who wants to know what happens on the platform while it runs: intervals of work, told when their end is
// known. The platform asks nothing of it, and without one nothing is computed for it. All times are cycles
// from the simulation's start; an interval ends before its end.
#pragma once

#include "models/timing/cycles.h"
#include "models/timing/layer_work.h"

#include <cstdint>
#include <string_view>

namespace quell::tlm {

struct Interval {
    timing::Cycles begin = 0, end = 0;
    timing::Cycles length() const { return end - begin; }
};

// Who does it: 0 is the main program counter, from 1 on those that COUNTER starts.
using CounterNumber = int;

// One context word on a range of PEs.
struct PeWork {
    enum class Unit { crossbars, digital, programming };
    Unit unit = Unit::crossbars;
    CounterNumber counter = 0;
    timing::PeRange pes;
    Interval time;
    std::int64_t amount = 0;  // products of each crossbar; elements of the busiest PE; crossbars of a PE
    std::string_view what;    // the digital function; lasts
};

// Who moves data. A DMA is the denoiser's.
struct TransferSource {
    enum class Kind { load, store, weights, dma };
    Kind kind = Kind::load;
    CounterNumber counter = 0;
    bool operator==(const TransferSource&) const = default;
};

// A transfer over the interconnect. From `time.begin` on it has the port.
struct PortTransfer {
    TransferSource source;
    bool in_memory = false;  // the data memory's port; the scratchpad's otherwise
    int port = 0;
    bool write = false;  // of a DMA's transfers
    timing::Cycles requested = 0;
    Interval time;
    std::int64_t bytes = 0;
    std::int64_t transfers = 1;
};

// What the denoiser's control unit does, or its lanes beside it.
struct DenoiserPhase {
    std::string_view name;  // lasts
    bool lanes = false;
    Interval time;
};

class Recorder {
public:
    virtual ~Recorder() = default;
    virtual void record(const PeWork& work) = 0;
    virtual void record(const PortTransfer& transfer) = 0;
    virtual void record(const DenoiserPhase& phase) = 0;
};

}  // namespace quell::tlm
