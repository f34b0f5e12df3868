#include "tlm/context_program.h"

#include "models/base/error.h"

#include <algorithm>
#include <set>

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

Kind kind_of(Opcode opcode) {
    switch (opcode) {
        case Opcode::denoise:
            return Kind::denoise;
        case Opcode::program:
            return Kind::program;
        case Opcode::sync:
            return Kind::sync;
        case Opcode::loop:
            return Kind::loop;
        case Opcode::counter:
            return Kind::counter;
        case Opcode::stage:
            return Kind::stage;
        case Opcode::wait:
            return Kind::wait;
        case Opcode::ring:
            return Kind::ring;
        case Opcode::halt:
            return Kind::halt;
        default:
            return Kind::strip;
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
            if (!bodies_.empty() && next_ > bodies_.back().end) {
                throw Error("context word {}: the {}'s body ends inside this instruction", at_,
                            bodies_.back().what());
            }
            take(instruction);
            at_ = next_;
            end_bodies();
            if (instruction.opcode == Opcode::halt) break;
        }
        if (steps_.empty() || steps_.back().kind != Kind::halt) {
            throw Error("the context program of {} words has no HALT at its end", words_.size());
        }
        if (at_ != words_.size()) {
            throw Error("context word {}: HALT is followed by {} more words", at_ - 1, words_.size() - at_);
        }
        for (const auto& [stage, word] : waits_) {
            if (!stages_.contains(stage))
                throw Error("context word {}: waits for stage {}, which there is not", word, stage);
        }
        return std::move(steps_);
    }

private:
    // A loop, a counter's stretch or a stage that is open.
    struct Body {
        Kind kind = Kind::loop;
        std::size_t end = 0;   // the first word behind
        std::size_t step = 0;  // that it belongs to
        int phase = 0;         // of a stage: 0 rings and waits, 1 strips, 2 closed
        const char* what() const {
            return kind == Kind::loop ? "loop" : kind == Kind::counter ? "counter" : "stage";
        }
    };

    DecodedWord with_words(const Instruction& instruction) const {
        return {instruction,
                {words_.begin() + static_cast<std::ptrdiff_t>(at_),
                 words_.begin() + static_cast<std::ptrdiff_t>(next_)}};
    }

    bool inside(Kind kind) const { return !bodies_.empty() && bodies_.back().kind == kind; }

    void take(const Instruction& instruction) {
        check_pes(instruction);
        const Kind kind = kind_of(instruction.opcode);
        check_place(kind);
        if (kind == Kind::strip) return take_strip_word(instruction);
        strip_stage_ = -1;
        ProgramStep step;
        step.kind = kind;
        step.word = with_words(instruction);
        switch (kind) {
            case Kind::loop:
            case Kind::counter:
            case Kind::stage:
                begin_body(kind, instruction);
                break;
            case Kind::denoise:
                check_denoise(instruction);
                break;
            case Kind::program:
                check_transfer(instruction.transfer, 1);
                break;
            case Kind::ring:
                if (instruction.buffers < 1) throw Error("context word {}: a ring of no buffers", at_);
                check_transfer(instruction.transfer, instruction.buffers);
                break;
            case Kind::wait:
                waits_.emplace_back(instruction.stage, at_);
                break;
            default:
                break;
        }
        steps_.push_back(std::move(step));
    }

    // What may stand where: in the main program, in a counter's stretch, in a stage, in a loop.
    void check_place(Kind kind) {
        if (inside(Kind::loop)) {
            if (kind != Kind::strip) throw Error("context word {}: a loop holds strips only", at_);
        } else if (inside(Kind::counter)) {
            if (kind != Kind::stage)
                throw Error("context word {}: a counter's stretch holds stages only", at_);
        } else if (inside(Kind::stage)) {
            check_order_in_stage(kind, bodies_.back().phase);
        } else if (kind == Kind::stage || kind == Kind::wait || kind == Kind::ring) {
            throw Error("context word {}: it belongs into a counter's {}, there is none around it", at_,
                        kind == Kind::stage ? "stretch" : "stage");
        }
    }

    void check_order_in_stage(Kind kind, int& phase) const {
        const bool begins = kind == Kind::ring || kind == Kind::wait;
        const bool works = kind == Kind::strip || kind == Kind::loop;
        const bool closes = kind == Kind::sync || (kind == Kind::denoise && phase == 0);
        if (phase == 2 || !(begins || works || closes) || (begins && phase > 0)) {
            throw Error(
                "context word {}: out of order in its stage (RING and WAIT, strips, SYNC; or DENOISE)", at_);
        }
        phase = begins ? 0 : works ? 1 : 2;
    }

    void take_strip_word(const Instruction& instruction) {
        const int stage = stage_of(instruction.opcode);
        if (instruction.begins_strip) {
            steps_.emplace_back();
            steps_.back().kind = Kind::strip;
        } else if (strip_stage_ < 0) {
            throw Error("context word {}: it belongs to a strip, none has begun", at_);
        } else if (stage < strip_stage_ || (stage == 1 && strip_stage_ == 1)) {
            throw Error("context word {}: out of order in its strip (LOAD, MVM, ACCUMULATE and ALU, STORE)",
                        at_);
        }
        strip_stage_ = stage;
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

    void begin_body(Kind kind, const Instruction& instruction) {
        Body body{kind, next_ + static_cast<std::size_t>(instruction.body), steps_.size(), 0};
        if (instruction.body < 1 || (kind != Kind::stage && instruction.count < 1))
            throw Error("context word {}: the {} is empty", at_, body.what());
        if (body.end > words_.size()) {
            throw Error("context word {}: the {}'s body of {} words reaches behind the program's {} words",
                        at_, body.what(), instruction.body, words_.size());
        }
        if (!bodies_.empty() && body.end > bodies_.back().end) {
            throw Error("context word {}: the {}'s body of {} words reaches out of the {} around it", at_,
                        body.what(), instruction.body, bodies_.back().what());
        }
        if (kind == Kind::stage && !stages_.insert(instruction.stage).second)
            throw Error("context word {}: stage {} is there twice", at_, instruction.stage);
        if (kind == Kind::loop) repetitions_ = instruction.count;
        bodies_.push_back(body);
    }

    void end_bodies() {
        while (!bodies_.empty() && at_ >= bodies_.back().end) {
            const Body& body = bodies_.back();
            if (body.kind == Kind::stage && body.phase != 2)
                throw Error("context word {}: the stage ends without SYNC or DENOISE", at_ - 1);
            steps_[body.step].body_steps = steps_.size() - body.step - 1;
            if (body.kind == Kind::loop) repetitions_ = 1;
            strip_stage_ = -1;
            bodies_.pop_back();
        }
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
    int strip_stage_ = -1;      // of the strip being read; -1: none
    std::vector<Body> bodies_;  // that are open, the innermost last
    std::int64_t repetitions_ = 1;
    std::set<std::int64_t> stages_;
    std::vector<std::pair<std::int64_t, std::size_t>> waits_;  // stage, and the word that waits for it
};

}  // namespace

std::vector<ProgramStep> decode_program(std::span<const std::uint64_t> words,
                                        const config::PlatformConfig& platform) {
    return Decoder(words, platform).run();
}

}  // namespace quell::tlm
