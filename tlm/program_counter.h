// A program counter with engines of its own: takes the images of a batch through its stages, in the order of
// its words. In iteration i a stage works on image i - delay.
#pragma once

#include "tlm/strip_engines.h"

#include <systemc>

#include <cstdint>
#include <span>
#include <string>

namespace quell::tlm {

class Sequencer;

class ProgramCounter : public sc_core::sc_module {
public:
    StripEngines engines;

    ProgramCounter(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
                   const sc_core::sc_time& cycle, Sequencer& sequencer, GridPort& grid);

    // The steps of its stretch, which have to last. To be called once.
    void start(std::span<const ProgramStep> stretch, std::int64_t images);
    bool halted() const { return halted_; }

    void attach(Recorder& recorder, CounterNumber number) {
        counter_ = number;
        engines.attach(recorder, number);
    }

private:
    void run();
    void run_stretch();
    void run_stage(std::span<const ProgramStep> stage, std::int64_t image);

    Sequencer& sequencer_;
    std::span<const ProgramStep> stretch_;
    std::int64_t images_ = 0;
    sc_core::sc_event started_{"started"};
    bool halted_ = false;
    CounterNumber counter_ = 0;
};

}  // namespace quell::tlm
