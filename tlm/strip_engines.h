// What takes strips through the machine: one engine each for loads, products, digital work and stores. A
// strip goes from one to the next, so that the load of a strip overlaps the products of the one before. Two
// strips' input and two strips' results can be held.
//
// Every program counter has engines of its own. They meet at the interconnect's ports and at the digital
// units of PEs that serve several layers.
#pragma once

#include "models/timing/cycle_breakdown.h"
#include "models/timing/platform_timing.h"
#include "tlm/context_program.h"
#include "tlm/engine_queue.h"
#include "tlm/grid_port.h"
#include "tlm/map_rings.h"
#include "tlm/recorder.h"
#include "tlm/transfer_engine.h"

#include <systemc>

#include <array>
#include <span>

namespace quell::tlm {

class StripEngines : public sc_core::sc_module {
public:
    TransferEngine loads{"loads"}, stores{"stores"};

    StripEngines(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
                 const sc_core::sc_time& cycle, GridPort& grid);

    // Every context word that goes to the grid is told to the recorder.
    void attach(Recorder& recorder, CounterNumber counter) {
        recorder_ = &recorder;
        counter_ = counter;
    }

    // The strips at the front of `steps`, which begins with a strip or a loop: hands them to the engines and
    // returns how many steps that were. `rings` (they and the steps have to last until `drain`) place the
    // maps of `image`.
    std::size_t issue(std::span<const ProgramStep> steps, const MapRings& rings, std::int64_t image);

    // From a thread: until every strip is stored.
    void drain();

    // A pass is the strips between two points where everything is stored. Closing it books what follows its
    // last product.
    void begin_pass();
    void close_pass(timing::CycleBreakdown& breakdown);

private:
    // A strip on its way through the engines.
    struct Strip {
        const ProgramStep* step = nullptr;
        std::int64_t repetition = 0;
        const MapRings* rings = nullptr;
        std::int64_t image = 0;
        bool multiplies = false;        // on crossbars; else the digital units take their place
        sc_core::sc_time load_wait;     // for ports
        sc_core::sc_time digital_wait;  // for digital units
        sc_core::sc_time loaded;        // its input is there
        sc_core::sc_time ready;         // results out of the crossbars' pipeline
    };

    void load_engine();
    void multiply_engine();
    void digital_engine();
    void store_engine();
    void book_gap(const Strip& strip);  // before its products
    sc_core::sc_time work_digitally(Strip& strip);
    void record(PeWork::Unit unit, const DecodedWord& word, const sc_core::sc_time& begin,
                const sc_core::sc_time& end) const;  // counted from now
    static timing::Transfer place(const timing::Transfer& transfer, const Strip& strip);
    timing::Cycles cycles(const sc_core::sc_time& time) const;

    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
    GridPort& grid_;
    Recorder* recorder_ = nullptr;
    CounterNumber counter_ = 0;

    EngineQueue<Strip> to_load_, to_multiply_, to_digital_, to_store_;
    sc_core::sc_semaphore free_inputs_{2}, free_results_{2};
    std::int64_t issued_ = 0, stored_ = 0;
    sc_core::sc_event strip_stored_{"strip_stored"};

    // Of the pass that runs.
    std::size_t strips_ = 0, digital_strips_ = 0;   // that have come to the crossbars, left the digital units
    std::array<sc_core::sc_time, 2> digital_ends_;  // of the last two strips, in turn
    sc_core::sc_time multiply_end_;                 // of the last strip, at first the pass's begin
    sc_core::sc_time store_wait_, digital_wait_;    // for ports and units, by the strip that was there last
    sc_core::sc_time last_ready_, last_digital_, last_store_;
    timing::CycleBreakdown breakdown_;
};

}  // namespace quell::tlm
