#include "tlm/context_program.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::tlm {
namespace {

using Kind = ProgramStep::Kind;

// LOAD, MVM, ACCUMULATE/ALU, STORE: a strip goes through them in this order.
int stage_of(Opcode opcode) {
    switch (opcode) {
        case Opcode::load:
            return 0;
        case Opcode::mvm:
            return 1;
        case Opcode::accumulate:
        case Opcode::alu:
            return 2;
        case Opcode::store:
            return 3;
        default:
            return -1;
    }
}

class Decoder {
public:
    Decoder(std::span<const std::uint64_t> words, const config::PlatformConfig& platform)
        : words_(words), platform_(platform) {}

    std::vector<ProgramStep> run() {
        while (at_ < words_.size()) {
            const Instruction instruction = decode(words_, at_);
            next_ = at_ + static_cast<std::size_t>(word_count(instruction.opcode));
            if (next_ > loop_end_ && at_ < loop_end_) {
                throw Error("context word {}: the loop's body ends inside this instruction", at_);
            }
            take(instruction);
            at_ = next_;
            if (loop_end_ > 0 && at_ >= loop_end_) end_loop();
            if (instruction.opcode == Opcode::halt) break;
        }
        if (steps_.empty() || steps_.back().kind != Kind::halt) {
            throw Error("the context program of {} words has no HALT at its end", words_.size());
        }
        if (at_ != words_.size()) {
            throw Error("context word {}: HALT is followed by {} more words", at_ - 1, words_.size() - at_);
        }
        return std::move(steps_);
    }

private:
    DecodedWord with_words(const Instruction& instruction) const {
        return {instruction,
                {words_.begin() + static_cast<std::ptrdiff_t>(at_),
                 words_.begin() + static_cast<std::ptrdiff_t>(next_)}};
    }

    void take(const Instruction& instruction) {
        check_pes(instruction);
        const int stage = stage_of(instruction.opcode);
        if (stage >= 0) return take_strip_word(instruction, stage);
        stage_ = -1;
        if (loop_end_ > 0) throw Error("context word {}: a loop holds strips only", at_);
        ProgramStep step;
        step.word = with_words(instruction);
        switch (instruction.opcode) {
            case Opcode::loop:
                begin_loop(instruction);
                step.kind = Kind::loop_begin;
                break;
            case Opcode::denoise:
                check_denoise(instruction);
                step.kind = Kind::denoise;
                break;
            case Opcode::program:
                check_transfer(instruction.transfer, 1);
                step.kind = Kind::program;
                break;
            case Opcode::sync:
                step.kind = Kind::sync;
                break;
            default:
                step.kind = Kind::halt;
                break;
        }
        steps_.push_back(std::move(step));
    }

    void take_strip_word(const Instruction& instruction, int stage) {
        if (instruction.begins_strip) {
            steps_.emplace_back();
            steps_.back().kind = Kind::strip;
        } else if (stage_ < 0) {
            throw Error("context word {}: it belongs to a strip, none has begun", at_);
        } else if (stage < stage_ || (stage == 1 && stage_ == 1)) {
            throw Error("context word {}: out of order in its strip (LOAD, MVM, ACCUMULATE and ALU, STORE)",
                        at_);
        }
        stage_ = stage;
        ProgramStep& step = steps_.back();
        switch (instruction.opcode) {
            case Opcode::load:
                check_transfer(instruction.transfer, repetitions_);
                step.loads.push_back(instruction.transfer);
                break;
            case Opcode::store:
                check_transfer(instruction.transfer, repetitions_);
                step.stores.push_back(instruction.transfer);
                break;
            case Opcode::mvm:
                step.multiply.push_back(with_words(instruction));
                break;
            default:
                step.digital.push_back(with_words(instruction));
                break;
        }
    }

    void begin_loop(const Instruction& loop) {
        if (loop.body < 1 || loop.count < 1) throw Error("context word {}: the loop is empty", at_);
        loop_end_ = next_ + static_cast<std::size_t>(loop.body);
        if (loop_end_ > words_.size()) {
            throw Error("context word {}: the loop's body of {} words reaches behind the program's {} words",
                        at_, loop.body, words_.size());
        }
        repetitions_ = loop.count;
        loop_step_ = steps_.size();
    }

    void end_loop() {
        steps_[loop_step_].loop_steps = steps_.size() - loop_step_ - 1;
        loop_end_ = 0;
        repetitions_ = 1;
        stage_ = -1;
    }

    void check_pes(const Instruction& instruction) const {
        switch (instruction.opcode) {
            case Opcode::mvm:
            case Opcode::accumulate:
            case Opcode::alu:
            case Opcode::program:
                break;
            default:
                return;
        }
        const int pes = platform_.grid_rows * platform_.grid_columns;
        if (instruction.pes.count < 1 || instruction.pes.first + instruction.pes.count > pes) {
            throw Error("context word {}: PEs {} to {}, the grid has 0 to {}", at_, instruction.pes.first,
                        instruction.pes.first + instruction.pes.count - 1, pes - 1);
        }
        if (instruction.crossbars_per_pe > platform_.crossbars_per_pe) {
            throw Error("context word {}: {} crossbars of a PE, it has {}", at_, instruction.crossbars_per_pe,
                        platform_.crossbars_per_pe);
        }
    }

    void check_transfer(const timing::Transfer& transfer, std::int64_t repetitions) const {
        const bool memory = transfer.in_memory();
        const std::int64_t size = 512 * (memory ? platform_.memory.kib : platform_.scratchpad.kib);
        const std::int64_t begin = transfer.address - (memory ? timing::memory_base : 0);
        if (transfer.words < 1) throw Error("context word {}: a transfer of no words", at_);
        if (begin + transfer.words * repetitions > size) {
            throw Error("context word {}: words up to 0x{:x}, the {} has 0x{:x}", at_,
                        begin + transfer.words * repetitions, memory ? "data memory" : "scratchpad", size);
        }
    }

    void check_denoise(const Instruction& block) const {
        if (block.channels < 1 || block.height < 1 || block.width < 1) {
            throw Error("context word {}: a feature map of {}x{}x{}", at_, block.channels, block.height,
                        block.width);
        }
        check_transfer({block.transfer.address, block.channels * block.height * block.width}, 1);
    }

    std::span<const std::uint64_t> words_;
    const config::PlatformConfig& platform_;
    std::vector<ProgramStep> steps_;
    std::size_t at_ = 0, next_ = 0;
    int stage_ = -1;  // of the strip being read; -1: none
    std::size_t loop_end_ = 0, loop_step_ = 0;
    std::int64_t repetitions_ = 1;
};

}  // namespace

std::vector<ProgramStep> decode_program(std::span<const std::uint64_t> words,
                                        const config::PlatformConfig& platform) {
    return Decoder(words, platform).run();
}

}  // namespace quell::tlm
