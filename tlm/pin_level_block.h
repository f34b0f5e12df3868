// The pin-level denoiser unit behind a thread's call: clocks it while it works, and carries the beats of its
// DMA engine over a TLM bus.
#pragma once

#include "hw/clock.h"
#include "hw/denoiser.h"
#include "tlm/wave_window.h"

#include <systemc>

#include <functional>
#include <memory>
#include <string>

namespace quell::tlm {

class PinLevelBlock : public sc_core::sc_module {
public:
    // Moves one beat: true when memory took or gave the words. Takes its time on the bus.
    using Transport =
        std::function<bool(bool write, std::uint64_t address, unsigned char* data, unsigned bytes)>;

    PinLevelBlock(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                  const denoiser::NoiseSource& noise, sc_core::sc_time cycle, Transport transport);

    // One start, from a thread; returns when `done` is high, cycles after the call. False when the bus
    // refused.
    bool run(const hw::DenoiserStart& start);

    // Draws the starts to come; cycles count from each start, the first that reaches the window is drawn.
    void draw(const WaveOptions& options);

    const hw::Denoiser& denoiser() const { return denoiser_; }

private:
    void tick();
    void tock();
    void carry_beats();

    const sc_core::sc_time cycle_, high_;
    const Transport transport_;

    hw::Clock clk_{"clk"};
    sc_core::sc_signal<bool> reset_{"reset"}, start_{"start"}, done_{"done"};
    sc_core::sc_signal<hw::BusBeat> beat_{"beat"};
    sc_core::sc_signal<hw::BusAnswer> answer_{"answer"};
    sc_core::sc_event tick_, tock_;  // the edges to come
    bool clocked_ = false;           // a start is under way
    bool ticking_ = false;           // an edge is to come
    int edges_left_ = 0;             // after `done`: until the unit is at rest
    hw::Denoiser denoiser_;

    std::unique_ptr<WaveWindow> waves_;
    std::int64_t clock_cycle_ = -1;  // of the start under way
};

}  // namespace quell::tlm
