#include "tlm/pin_level_block.h"

namespace quell::tlm {

namespace {

// Edges after `done` in which the DMA engine forgets its transfers and the other units fall asleep.
constexpr int kRestEdges = 3;

}  // namespace

PinLevelBlock::PinLevelBlock(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                             const denoiser::NoiseSource& noise, sc_core::sc_time cycle, Transport transport)
    : sc_module(name),
      cycle_(cycle),
      high_(cycle / 2),
      transport_(std::move(transport)),
      denoiser_("unit", config, noise) {
    denoiser_.clk(clk_);
    denoiser_.reset(reset_);
    denoiser_.start(start_);
    denoiser_.done(done_);
    denoiser_.beat(beat_);
    denoiser_.answer(answer_);
    SC_HAS_PROCESS(PinLevelBlock);
    SC_METHOD(tick);
    sensitive << tick_;
    dont_initialize();
    SC_METHOD(tock);
    sensitive << tock_;
    dont_initialize();
    SC_THREAD(carry_beats);
}

// The clock runs only while the unit works: an idle unit costs nothing.
void PinLevelBlock::tick() {
    ticking_ = clocked_ || edges_left_-- > 0;
    if (!ticking_) return;  // until the next start
    if (waves_) {
        ++clock_cycle_;
        if (waves_->closes(clock_cycle_)) {
            waves_->close();
            clk_.draw(false);
        }
        if (waves_->opens(clock_cycle_)) {
            waves_->open(clk_, start_, done_, denoiser_);
            clk_.draw(true);
        }
    }
    clk_.rise();
    if (clk_.falls()) tock_.notify(high_);
    tick_.notify(cycle_);
}

void PinLevelBlock::tock() {
    clk_.fall();
}

void PinLevelBlock::draw(const WaveOptions& options) {
    waves_ = std::make_unique<WaveWindow>(options, denoiser_);
}

bool PinLevelBlock::run(const hw::DenoiserStart& start) {
    denoiser_.load_registers(start);
    clock_cycle_ = -1;
    // Cycle 0 begins with the next rising edge, now if the clock stands, and `start` is high from just behind
    // it on.
    if (!ticking_) tick_.notify(sc_core::SC_ZERO_TIME);
    clocked_ = ticking_ = true;
    edges_left_ = kRestEdges;
    sc_core::wait(clk_.posedge_event());
    start_.write(true);
    sc_core::wait(clk_.posedge_event());
    start_.write(false);
    if (!done_.read() || start_.read()) sc_core::wait(done_.posedge_event());
    clocked_ = false;
    return !denoiser_.failed();
}

// One beat after the other. The engine looks at the answer once a cycle: none comes sooner after another.
void PinLevelBlock::carry_beats() {
    std::uint64_t carried = 0;
    sc_core::sc_time next_answer;
    for (;;) {
        while (beat_.read().serial == carried) sc_core::wait(beat_.value_changed_event());
        const hw::BusBeat beat = beat_.read();
        carried = beat.serial;
        hw::BusAnswer answer;
        answer.serial = beat.serial;
        answer.words = beat.words;
        const auto bytes = static_cast<unsigned>(2 * beat.words.count);
        answer.failed = !transport_(beat.write, beat.address,
                                    reinterpret_cast<unsigned char*>(answer.words.words.data()), bytes);
        if (sc_core::sc_time_stamp() < next_answer) sc_core::wait(next_answer - sc_core::sc_time_stamp());
        next_answer = sc_core::sc_time_stamp() + cycle_;
        answer_.write(answer);
    }
}

}  // namespace quell::tlm
