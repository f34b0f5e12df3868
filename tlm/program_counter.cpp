#include "tlm/program_counter.h"

#include "models/base/error.h"
#include "tlm/sequencer.h"

#include <algorithm>

namespace quell::tlm {

using Kind = ProgramStep::Kind;

ProgramCounter::ProgramCounter(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
                               const sc_core::sc_time& cycle, Sequencer& sequencer, GridPort& grid)
    : sc_module(name), engines("engines", timing, cycle, grid), sequencer_(sequencer) {
    SC_HAS_PROCESS(ProgramCounter);
    SC_THREAD(run);
}

void ProgramCounter::start(std::span<const ProgramStep> stretch, std::int64_t images) {
    stretch_ = stretch;
    images_ = images;
    started_.notify();
}

void ProgramCounter::run() {
    sc_core::wait(started_);
    try {
        run_stretch();
    } catch (const Error& error) {
        sequencer_.fail(error.what());
        return;
    }
    halted_ = true;
    sequencer_.counter_halted();
}

void ProgramCounter::run_stretch() {
    std::int64_t longest_delay = 0;
    for (const ProgramStep& step : stretch_) {
        if (step.kind == Kind::stage) longest_delay = std::max(longest_delay, step.word.instruction.delay);
    }
    for (std::int64_t iteration = 0; iteration < images_ + longest_delay; ++iteration) {
        for (std::size_t i = 0; i < stretch_.size(); i += 1 + stretch_[i].body_steps) {
            const std::int64_t image = iteration - stretch_[i].word.instruction.delay;
            if (image < 0 || image >= images_) continue;
            run_stage(stretch_.subspan(i, 1 + stretch_[i].body_steps), image);
        }
    }
}

void ProgramCounter::run_stage(std::span<const ProgramStep> stage, std::int64_t image) {
    MapRings rings;
    std::size_t i = 1;
    for (; stage[i].kind == Kind::ring || stage[i].kind == Kind::wait; ++i) {
        const Instruction& instruction = stage[i].word.instruction;
        if (stage[i].kind == Kind::ring) {
            rings.add({instruction.transfer.address, instruction.transfer.words, instruction.buffers});
        } else {
            sequencer_.wait_for_stage(instruction.stage, image - instruction.behind);
        }
    }
    sc_core::sc_time begin = sc_core::sc_time_stamp();
    engines.begin_pass();
    while (i < stage.size()) {
        const Instruction& instruction = stage[i].word.instruction;
        switch (stage[i].kind) {
            case Kind::strip:
            case Kind::loop:
                i += engines.issue(stage.subspan(i), rings, image);
                break;
            case Kind::sync: {
                engines.drain();
                timing::CycleBreakdown breakdown;
                engines.close_pass(breakdown);
                sequencer_.close_layer({instruction.layer, image, begin, breakdown, counter_});
                ++i;
                break;
            }
            default:  // the decoder lets nothing else through
                sequencer_.denoise(instruction, rings, image);
                ++i;
                break;
        }
    }
    sequencer_.finish_stage(stage[0].word.instruction.stage);
}

}  // namespace quell::tlm
