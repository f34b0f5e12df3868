#include "tlm/pin_level_block.h"

#include "tlm/start_refusal.h"

#include <optional>

namespace quell::tlm {

namespace {

// Edges behind the one after `done`, in which the DMA engine forgets its transfers and the other units fall
// asleep.
constexpr int kRestEdges = 2;

// Edges under `reset`. The first may come before the signal, the second stops what decides, the third what
// was decided before.
constexpr int kResetEdges = 3;

}  // namespace

PinLevelBlock::PinLevelBlock(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                             const denoiser::NoiseSource& noise, sc_core::sc_time cycle,
                             ::tlm::tlm_initiator_socket<128>& memory, const RunReset& reset)
    : sc_module(name),
      config_(config),
      cycle_(cycle),
      high_(cycle / 2),
      memory_(memory, this->name()),
      run_reset_(reset),
      denoiser_("unit", config, noise) {
    denoiser_.clk(clk_);
    denoiser_.reset(reset_);
    denoiser_.start(start_);
    denoiser_.done(done_);
    denoiser_.beat(beat_);
    denoiser_.answer(answer_);
    SC_HAS_PROCESS(PinLevelBlock);
    SC_METHOD(tick);
    sensitive << clk_.posedge_event();
    dont_initialize();
    SC_METHOD(tock);
    sensitive << tock_;
    dont_initialize();
    SC_THREAD(carry_beats);
}

// With a rising edge, at which the state of the cycle that ends is still to be seen.
void PinLevelBlock::follow_state() {
    const hw::DcuState state = denoiser_.state();
    if (state == state_) return;
    const auto cycle = static_cast<timing::Cycles>(sc_core::sc_time_stamp().value() / cycle_.value()) - 1;
    if (state_ != hw::DcuState::idle)
        recorder_->record(DenoiserPhase{hw::name(state_), false, {state_since_, cycle}});
    state_ = state;
    state_since_ = cycle;
}

// With a rising edge. The clock runs only while the unit works: an idle unit costs nothing.
void PinLevelBlock::tick() {
    clk_.rise();
    if (recorder_ != nullptr) follow_state();
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
    if (clk_.falls()) tock_.notify(high_);
    ticking_ = clocked_ || edges_left_-- > 0;
    if (ticking_) {
        clk_.rise_in(cycle_);
    } else {
        rests_.notify(sc_core::SC_ZERO_TIME);
    }
}

void PinLevelBlock::tock() {
    clk_.fall();
}

void PinLevelBlock::draw(const WaveOptions& options) {
    waves_ = std::make_unique<WaveWindow>(options, denoiser_);
}

void PinLevelBlock::end_drawing() {
    if (!waves_) return;
    waves_->close();
    waves_->require_whole();
}

timing::BlockTiming PinLevelBlock::run(const hw::DenoiserStart& start) {
    run_reset_.check();
    refusal_.clear();
    denoiser_.take_bias_refusal();
    denoiser_.load_registers(start);
    const timing::BlockCounts before = denoiser_.sram_counts();
    work_until_done();
    const bool refused = denoiser_.failed();
    // A unit that memory has let down is stopped in mid-run as well: nothing of it may reach the next start.
    if (refused || run_reset_.raised()) reset_unit();
    run_reset_.check();
    const std::string bias = denoiser_.take_bias_refusal();
    if (!bias.empty()) throw StartRefusal{DenoiserError::weights, bias};
    if (refused) throw StartRefusal{DenoiserError::bus, refusal_};
    return timing_of(start.plan, before);
}

void PinLevelBlock::work_until_done() {
    clock_cycle_ = -1;
    // Cycle 0 begins with the next rising edge, now if the clock stands, and `start` is high from just behind
    // it on.
    if (!ticking_) clk_.rise_in(sc_core::SC_ZERO_TIME);
    clocked_ = ticking_ = true;
    edges_left_ = kRestEdges;
    sc_core::wait(clk_.posedge_event());
    start_.write(true);
    sc_core::wait(clk_.posedge_event());
    start_.write(false);
    if (run_reset_.raised()) return;
    if (!done_.read() || start_.read()) sc_core::wait(done_.posedge_event() | run_reset_.event());
    clocked_ = run_reset_.raised() || denoiser_.failed();
}

// Returns when the clock stands and the beat under way has ended: what the unit does to memory is over. A
// beat that still waits for the bus is dropped.
void PinLevelBlock::reset_unit() {
    dropping_ = true;
    reset_.write(true);
    for (int edge = 0; edge < kResetEdges; ++edge) sc_core::wait(clk_.posedge_event());
    reset_.write(false);
    clocked_ = false;
    while (ticking_) sc_core::wait(rests_);
    while (carrying_) sc_core::wait(carried_);
    dropping_ = false;
}

// The work that there is to do comes from the plan; when and how often it was done, from the machine.
timing::BlockTiming PinLevelBlock::timing_of(const timing::BlockPlan& plan,
                                             const timing::BlockCounts& before) const {
    timing::UncontendedDma idle_bus(config_.dma_bits / 16);
    timing::BlockTiming timing = timing::run_plan(plan, config_, idle_bus);
    const timing::BlockTiming measured = denoiser_.timing();
    const timing::BlockCounts after = denoiser_.sram_counts();
    timing.cycles = measured.cycles;
    timing.phases = measured.phases;
    timing.breakdown = measured.breakdown;
    timing.counts.activation_reads = after.activation_reads - before.activation_reads;
    timing.counts.activation_writes = after.activation_writes - before.activation_writes;
    timing.counts.weight_reads = after.weight_reads - before.weight_reads;
    timing.counts.dma_words = measured.counts.dma_words;
    return timing;
}

// One beat after the other. The engine looks at the answer once a cycle: none comes sooner after another.
void PinLevelBlock::carry_beats() {
    std::uint64_t carried = 0;
    sc_core::sc_time next_answer;
    for (;;) {
        while (beat_.read().serial == carried) sc_core::wait(beat_.value_changed_event());
        const hw::BusBeat beat = beat_.read();
        carried = beat.serial;
        if (dropping_) continue;
        carrying_ = true;
        hw::BusAnswer answer;
        answer.serial = beat.serial;
        answer.words = beat.words;
        const std::optional<std::string> refusal = memory_.move(
            beat.write, beat.address, reinterpret_cast<unsigned char*>(answer.words.words.data()),
            static_cast<unsigned>(2 * beat.words.count));
        answer.failed = refusal.has_value();
        if (refusal && refusal_.empty()) refusal_ = *refusal;
        if (sc_core::sc_time_stamp() < next_answer) sc_core::wait(next_answer - sc_core::sc_time_stamp());
        next_answer = sc_core::sc_time_stamp() + cycle_;
        answer_.write(answer);  // the engine knows what it no longer waits for
        carrying_ = false;
        if (dropping_) carried_.notify(sc_core::SC_ZERO_TIME);
    }
}

}  // namespace quell::tlm
