#include "sw/compiler/pipeline_schedule.h"

#include "models/timing/cycles.h"

#include <algorithm>
#include <optional>

namespace quell::compiler {
namespace {

using timing::Cycles;

// The times of a counter that are taken, modulo the interval.
class TakenTimes {
public:
    explicit TakenTimes(Cycles interval) : interval_(interval) {}

    // The first time from `earliest` on at which `length` cycles are free; `earliest` when the gaps are all
    // too short.
    Cycles take(Cycles earliest, Cycles length) {
        Cycles at = earliest;
        for (std::size_t tries = 0; tries <= 2 * taken_.size(); ++tries) {
            const std::optional<Cycles> free = next_free(at, length);
            if (!free) {
                taken_.push_back({at % interval_, length});
                return at;
            }
            at = *free;
        }
        return earliest;
    }

private:
    struct Span {
        Cycles begin, length;
    };

    // Nothing when [at, at + length) is free; otherwise the end of what is in its way.
    std::optional<Cycles> next_free(Cycles at, Cycles length) const {
        for (const Span& span : taken_) {
            const Cycles behind = (at % interval_ - span.begin + interval_) % interval_;
            if (behind < span.length) return at + span.length - behind;
            if (behind + length > interval_) return at + interval_ - behind + span.length;
        }
        return std::nullopt;
    }

    Cycles interval_;
    std::vector<Span> taken_;
};

class Planner {
public:
    Planner(const MachineNetwork& network, std::span<const Cycles> layer_cycles,
            std::span<const Cycles> block_cycles, std::int64_t scratchpad_words)
        : network_(network), scratchpad_words_(scratchpad_words) {
        readers_.resize(network.maps.size());
        writer_.resize(network.maps.size());
        for (std::size_t l = 0; l < network.layers.size(); ++l)
            add_stages(l, layer_cycles[l], block_cycles[l]);
    }

    PipelinePlan run() {
        find_interval();
        place_stages();
        count_buffers();
        add_waits();
        make_counters();
        return std::move(plan_);
    }

private:
    // The stages that write a map: the layer, and the block that works on it in place.
    struct Writers {
        std::optional<std::size_t> first, last;
    };

    void add_stages(std::size_t l, Cycles layer_cycles, Cycles block_cycles) {
        const MachineLayer& layer = network_.layers[l];
        const std::size_t stage = add_stage({l, false}, layer_cycles);
        for (const std::size_t map : layer.reads) readers_[map].push_back(stage);
        writer_[layer.writes] = {stage, stage};
        if (layer.denoised) {
            const std::size_t block = add_stage({l, true}, block_cycles);
            readers_[layer.writes].push_back(block);
            writer_[layer.writes].last = block;
        }
    }

    std::size_t add_stage(const StageWork& work, Cycles cycles) {
        plan_.work.push_back(work);
        plan_.pipeline.stages.push_back({cycles, 0, {}});
        return plan_.work.size() - 1;
    }

    bool digital(std::size_t stage) const {
        return !plan_.work[stage].block && !network_.layers[plan_.work[stage].layer].on_crossbars;
    }

    void find_interval() {
        Cycles digital_sum = 0, block_sum = 0;
        interval_ = 1;
        for (std::size_t s = 0; s < plan_.work.size(); ++s) {
            const Cycles cycles = plan_.pipeline.stages[s].cycles;
            interval_ = std::max(interval_, cycles);
            if (digital(s)) digital_sum += cycles;
            if (plan_.work[s].block) block_sum += cycles;
        }
        interval_ = std::max({interval_, digital_sum, block_sum});
    }

    // What a stage has to wait for on the image itself.
    std::vector<std::size_t> sources(std::size_t stage) const {
        const StageWork& work = plan_.work[stage];
        const MachineLayer& layer = network_.layers[work.layer];
        std::vector<std::size_t> result;
        if (work.block) {
            result.push_back(*writer_[layer.writes].first);
        } else {
            for (const std::size_t map : layer.reads) {
                if (writer_[map].last) result.push_back(*writer_[map].last);  // none: the input
            }
        }
        return result;
    }

    // Stages are numbered in the order of the program, so that sources come first.
    void place_stages() {
        TakenTimes units(interval_), denoiser(interval_);
        for (std::size_t s = 0; s < plan_.work.size(); ++s) {
            Cycles earliest = 0;
            for (const std::size_t source : sources(s)) earliest = std::max(earliest, end(source));
            const Cycles cycles = plan_.pipeline.stages[s].cycles;
            begin_.push_back(plan_.work[s].block ? denoiser.take(earliest, cycles)
                             : digital(s)        ? units.take(earliest, cycles)
                                                 : earliest);
        }
    }

    Cycles end(std::size_t stage) const { return begin_[stage] + plan_.pipeline.stages[stage].cycles; }

    void count_buffers() {
        std::int64_t words = 0;
        for (std::size_t m = 0; m < network_.maps.size(); ++m) {
            std::int64_t buffers = 2;  // of the input, which comes from outside
            if (writer_[m].first) {
                buffers = 1;
                for (const std::size_t reader : readers_[m]) {
                    buffers = std::max(
                        buffers, timing::ceil_divide(end(reader) - begin_[*writer_[m].first], interval_));
                }
                words += buffers * network_.maps[m].words;
            }
            plan_.map_buffers.push_back(buffers);
        }
        for (std::size_t m = 0; m < network_.maps.size(); ++m) {
            if (plan_.map_buffers[m] > 1 || words + network_.maps[m].words > scratchpad_words_) continue;
            plan_.map_buffers[m] = 2;
            words += network_.maps[m].words;
        }
    }

    void add_waits() {
        for (std::size_t s = 0; s < plan_.work.size(); ++s) {
            std::vector<timing::StageWait>& waits = plan_.pipeline.stages[s].waits;
            const auto add = [&waits](const timing::StageWait& wait) {
                if (std::find(waits.begin(), waits.end(), wait) == waits.end()) waits.push_back(wait);
            };
            for (const std::size_t source : sources(s)) add({source, 0});
            if (plan_.work[s].block) continue;
            const std::size_t map = network_.layers[plan_.work[s].layer].writes;
            for (const std::size_t reader : readers_[map]) add({reader, plan_.map_buffers[map]});
        }
    }

    void make_counters() {
        std::vector<std::size_t> units, denoiser;
        for (std::size_t s = 0; s < plan_.work.size(); ++s) {
            if (plan_.work[s].block) {
                denoiser.push_back(s);
            } else if (digital(s)) {
                units.push_back(s);
            } else {
                plan_.pipeline.counters.push_back({s});
            }
        }
        for (std::vector<std::size_t>* shared : {&units, &denoiser}) {
            if (shared->empty()) continue;
            std::stable_sort(shared->begin(), shared->end(), [this](std::size_t a, std::size_t b) {
                return begin_[a] % interval_ < begin_[b] % interval_;
            });
            const Cycles newest = begin_[*std::min_element(shared->begin(), shared->end(),
                                                           [this](std::size_t a, std::size_t b) {
                                                               return begin_[a] < begin_[b];
                                                           })] /
                                  interval_;
            for (const std::size_t s : *shared)
                plan_.pipeline.stages[s].delay = begin_[s] / interval_ - newest;
            plan_.pipeline.counters.push_back(*shared);
        }
    }

    const MachineNetwork& network_;
    std::int64_t scratchpad_words_;
    std::vector<std::vector<std::size_t>> readers_;  // of each map
    std::vector<Writers> writer_;
    Cycles interval_ = 1;
    std::vector<Cycles> begin_;  // of each stage, for the first image
    PipelinePlan plan_;
};

}  // namespace

PipelinePlan plan_pipeline(const MachineNetwork& network, std::span<const Cycles> layer_cycles,
                           std::span<const Cycles> block_cycles, std::int64_t scratchpad_words) {
    return Planner(network, layer_cycles, block_cycles, scratchpad_words).run();
}

}  // namespace quell::compiler
