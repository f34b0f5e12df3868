// The pin-level denoiser unit behind a thread's call: clocks it while it works, and carries the beats of its
// DMA engine over a TLM bus.
#pragma once

#include "hw/clock.h"
#include "hw/denoiser.h"
#include "hw/wire.h"
#include "tlm/memory_port.h"
#include "tlm/recorder.h"
#include "tlm/run_reset.h"
#include "tlm/wave_window.h"

#include <systemc>
#include <tlm>

#include <memory>
#include <string>

namespace quell::tlm {

class PinLevelBlock : public sc_core::sc_module {
public:
    // What is referred to outlives the block.
    PinLevelBlock(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                  const denoiser::NoiseSource& noise, sc_core::sc_time cycle,
                  ::tlm::tlm_initiator_socket<128>& memory, const RunReset& reset);

    // One start, from a thread; returns when `done` is high, cycles after the call. Throws StartRefusal when
    // the bus refuses, and RunReset::Seen: then when the unit has been reset and the beat under way has
    // ended.
    timing::BlockTiming run(const hw::DenoiserStart& start);

    // Draws the starts to come; cycles count from each start, the first that reaches the window is drawn.
    void draw(const WaveOptions& options);
    // When the last of them is over. Throws Error when the waves are not whole.
    void end_drawing();

    // What the control unit does is told to the recorder, which outlives the block.
    void attach(Recorder& recorder) { recorder_ = &recorder; }

    const hw::Denoiser& denoiser() const { return denoiser_; }

private:
    void tick();
    void tock();
    void carry_beats();
    void work_until_done();
    void reset_unit();
    timing::BlockTiming timing_of(const timing::BlockPlan& plan, const timing::BlockCounts& before) const;

    const config::DenoiserConfig& config_;
    const sc_core::sc_time cycle_, high_;
    MemoryPort memory_;
    const RunReset& run_reset_;

    hw::Clock clk_{"clk"};
    sc_core::sc_signal<bool> reset_{"reset"}, start_{"start"}, done_{"done"};
    hw::Wire<hw::BusBeat> beat_{"beat"};
    hw::Wire<hw::BusAnswer> answer_{"answer"};
    sc_core::sc_event tock_;   // the falling edge to come
    bool clocked_ = false;     // a start is under way
    bool ticking_ = false;     // a rising edge is to come
    int edges_left_ = 0;       // after `done`: until the unit is at rest
    sc_core::sc_event rests_;  // the clock stands
    hw::Denoiser denoiser_;

    bool carrying_ = false;  // a beat is on the bus
    bool dropping_ = false;  // beats: nobody waits for them
    sc_core::sc_event carried_;
    std::string refusal_;  // of the bus

    void follow_state();

    Recorder* recorder_ = nullptr;
    hw::DcuState state_ = hw::DcuState::idle;
    timing::Cycles state_since_ = 0;

    std::unique_ptr<WaveWindow> waves_;
    std::int64_t clock_cycle_ = -1;  // of the start under way
};

}  // namespace quell::tlm
