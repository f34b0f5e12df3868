// What a convolution step drives on the cores' ports, cycle by cycle, for tests and benches: a list of passes
// laid out in time by the rules of docs/timing.md, section 3, with the words that the SRAMs would have sent.
#pragma once

#include "hw/convolution_control.h"
#include "hw/word_bus.h"
#include "models/timing/convolution_pipeline.h"
#include "models/timing/denoiser_latency.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace quell::test {

struct ScriptCycle {
    hw::WordBus weights, activations;
    hw::LoadControl load;
    hw::StreamControl stream;
    hw::EmitControl emit;
    std::vector<std::uint16_t> zero_masks;  // of every core, empty for none
};

struct ScriptPass {
    struct Load {
        hw::LoadControl control;
        hw::WordBus words;
    };
    std::vector<Load> loads;                             // one a cycle
    std::vector<std::array<numeric::Word, 3>> channels;  // weights or biases
    int weight_rows = 3;                                 // used of them
    bool bias = false;
    std::vector<std::uint16_t> zero_masks;
};

// A unit's words at the writer: output channel j, that of `unit`, in cycle `at`.
struct ScriptOutput {
    timing::Cycles at;
    std::size_t unit;
    std::uint16_t output;
};

struct ScriptMachine {
    int activation_latency = 1, weight_latency = 1;
    int read_words = 16, write_words = 8, weight_words = 4;
};

class ConvolutionScript {
public:
    // `slack` gives cycles by which a load or a start may come later than it could.
    explicit ConvolutionScript(
        const ScriptMachine& machine, std::function<int()> slack = [] { return 0; })
        : machine_(machine),
          slack_(std::move(slack)),
          load_begin_(timing::kStepIssueCycles +
                      std::max(machine.activation_latency, machine.weight_latency)),
          stream_end_(load_begin_) {}

    // Where an output channel's words go.
    static std::uint32_t address(std::uint16_t output) { return 1000U + 200U * output; }

    // A unit whose outputs each have so many words.
    void add(const std::vector<ScriptPass>& passes, int words) {
        const timing::Cycles write = timing::ceil_divide(words, machine_.write_words);
        timing::Unit unit;
        const std::uint8_t half = static_cast<std::uint8_t>(units_ % 2);
        timing::Cycles start = 0, each = 1, load = 0, stream = 0;
        std::int64_t equal = 0;
        const std::size_t outputs = passes.front().channels.size();
        for (const ScriptPass& pass : passes) {
            const bool first = &pass == &passes.front();
            load_begin_ += slack_();
            for (const ScriptPass::Load& word : pass.loads) {
                at(load_begin_).load = word.control;
                at(load_begin_++).activations = word.words;
            }
            start = std::max(load_begin_, stream_end_) + slack_();
            if (first) start = std::max(start, written_before_);
            each = timing::ceil_divide(pass.weight_rows, machine_.weight_words);
            for (std::size_t j = 0; j < outputs; ++j) {
                for (int row = 0; row < pass.weight_rows; row += machine_.weight_words) {
                    ScriptCycle& cycle =
                        at(start + static_cast<timing::Cycles>(j) * each + row / machine_.weight_words);
                    cycle.stream.channel = row == 0;
                    cycle.stream.take_over = row == 0 && j == 0 && !pass.bias;
                    cycle.stream.bias = pass.bias;
                    cycle.stream.first = first;
                    cycle.stream.first_row = static_cast<std::uint8_t>(row);
                    cycle.stream.half = half;
                    cycle.stream.output = static_cast<std::uint16_t>(j);
                    for (int r = row; r < std::min(row + machine_.weight_words, pass.weight_rows); ++r) {
                        cycle.weights.words[cycle.weights.count++] = pass.channels[j][r];
                    }
                    if (cycle.stream.take_over) cycle.zero_masks = pass.zero_masks;
                }
            }
            load_begin_ = start;
            stream_end_ = start + static_cast<timing::Cycles>(outputs) * each;
            if (equal > 0 &&
                (load != static_cast<timing::Cycles>(pass.loads.size()) || stream != stream_end_ - start)) {
                unit.add_pass(load, stream, equal);
                equal = 0;
            }
            load = static_cast<timing::Cycles>(pass.loads.size());
            stream = stream_end_ - start;
            ++equal;
        }
        unit.add_pass(load, stream, equal);
        unit.outputs = static_cast<std::int64_t>(outputs);
        unit.write = write;
        timed_.push_back({unit, 1});

        written_before_ = written_;
        for (std::size_t j = 0; j < outputs; ++j) {
            const timing::Cycles ready =
                start + static_cast<timing::Cycles>(j) * each + timing::kConvolutionOutputCycles;
            const timing::Cycles now = std::max(written_, ready);
            ScriptCycle& cycle = at(now - timing::kPartialSumCycles - timing::kRequantiseCycles);
            cycle.emit = {true,
                          half,
                          static_cast<std::uint16_t>(j),
                          static_cast<std::uint16_t>(words),
                          static_cast<std::uint16_t>(machine_.write_words),
                          address(static_cast<std::uint16_t>(j))};
            outputs_.push_back({now, units_, static_cast<std::uint16_t>(j)});
            written_ = now + write;
            if (now > ready) ++late_outputs_;
        }
        ++units_;
        at(written_);  // the script lasts as long
    }

    const std::vector<ScriptCycle>& cycles() const { return cycles_; }
    const std::vector<ScriptOutput>& outputs() const { return outputs_; }
    const std::vector<timing::UnitRun>& timed() const { return timed_; }
    timing::Cycles end() const { return written_; }
    int late_outputs() const { return late_outputs_; }  // that waited in the partial-sum memory

private:
    ScriptCycle& at(timing::Cycles cycle) {
        if (static_cast<std::size_t>(cycle) >= cycles_.size())
            cycles_.resize(static_cast<std::size_t>(cycle) + 1);
        return cycles_[static_cast<std::size_t>(cycle)];
    }

    ScriptMachine machine_;
    std::function<int()> slack_;
    std::vector<ScriptCycle> cycles_;
    std::vector<ScriptOutput> outputs_;
    std::vector<timing::UnitRun> timed_;
    timing::Cycles load_begin_, stream_end_, written_ = 0, written_before_ = 0;
    std::size_t units_ = 0;
    int late_outputs_ = 0;
};

// Runs of words cut into bus cycles: positions first, first + 1, ... of the tile or window.
inline void add_loads(ScriptPass& pass, hw::LoadTarget target, int row, int first,
                      const std::vector<numeric::Word>& words, int read_words) {
    for (std::size_t done = 0; done < words.size(); done += static_cast<std::size_t>(read_words)) {
        ScriptPass::Load load;
        load.control = {target, static_cast<std::uint8_t>(row),
                        static_cast<std::uint16_t>(first + static_cast<int>(done))};
        for (std::size_t k = done; k < std::min(words.size(), done + static_cast<std::size_t>(read_words));
             ++k) {
            load.words.words[load.words.count++] = words[k];
        }
        pass.loads.push_back(load);
    }
}

}  // namespace quell::test
