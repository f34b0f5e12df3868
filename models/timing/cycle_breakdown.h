// Where the cycles of a layer on the CGRA went. Every cycle is in exactly one of these.
#pragma once

#include "models/timing/cycles.h"

#include <array>
#include <string_view>
#include <utility>

namespace quell::timing {

struct CycleBreakdown {
    Cycles program = 0;          // writing weights during the run
    Cycles load = 0;             // until the first strip's input is there
    Cycles compute = 0;          // crossbars (or, in layers without, the digital units) at work
    Cycles converter_stall = 0;  // crossbars waiting for their ADCs
    Cycles memory_stall = 0;  // between strips: input not loaded, or results not stored, at full memory speed
    Cycles bus_stall = 0;     // waiting for a port that another transfer holds
    Cycles digital_stall = 0;  // waiting for digital units that work for another layer
    Cycles drain = 0;          // the pipeline's last stages after the last input
    Cycles digital = 0;        // the digital units after the last product
    Cycles store = 0;          // the last strip's results on their way to memory
    Cycles idle = 0;           // in a batch: waiting for other layers, and while nothing is left to do

    std::array<std::pair<std::string_view, Cycles>, 11> entries() const {
        return {{{"program", program},
                 {"load", load},
                 {"compute", compute},
                 {"converter_stall", converter_stall},
                 {"memory_stall", memory_stall},
                 {"bus_stall", bus_stall},
                 {"digital_stall", digital_stall},
                 {"drain", drain},
                 {"digital", digital},
                 {"store", store},
                 {"idle", idle}}};
    }
    Cycles total() const {
        Cycles sum = 0;
        for (const auto& [name, cycles] : entries()) sum += cycles;
        return sum;
    }
    CycleBreakdown& operator+=(const CycleBreakdown& other) {
        program += other.program;
        load += other.load;
        compute += other.compute;
        converter_stall += other.converter_stall;
        memory_stall += other.memory_stall;
        bus_stall += other.bus_stall;
        digital_stall += other.digital_stall;
        drain += other.drain;
        digital += other.digital;
        store += other.store;
        idle += other.idle;
        return *this;
    }
    bool operator==(const CycleBreakdown&) const = default;
};

}  // namespace quell::timing
