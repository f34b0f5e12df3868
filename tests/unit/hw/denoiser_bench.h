// The denoiser unit between a clock and a memory, for tests: a cycle is what is visible, then what is driven.
#pragma once

#include "hw/denoiser.h"

#include "models/denoiser/golden_block.h"
#include "models/denoiser/weight_image.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"
#include "tests/support/systemc_fixture.h"
#include "tests/unit/hw/drawn_cases.h"

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace quell::test {

// A block with all that its run depends on.
struct DenoiserCase {
    config::DenoiserConfig config;
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<denoiser::Word> x;
    std::uint64_t base_seed = 1;
    timing::BlockPlan plan;
    std::shared_ptr<const denoiser::NoiseSource> noise;

    DenoiserCase(const config::DenoiserConfig& build, std::int64_t channels, std::int64_t height,
                 std::int64_t width, std::uint64_t seed)
        : config(build),
          geometry(denoiser::make_geometry(channels, height, width, config)),
          weights(denoiser::draw_weights(geometry, seed)),
          x(denoiser::draw_input(geometry, seed)),
          base_seed(denoiser::base_seed({seed, 0, 0}, config.lfsr_width)) {
        // Memories that just hold the block make strips and streamed weights.
        config.activation.bytes = std::max(config.activation.bytes, timing::least_activation_bytes(geometry));
        config.weight.bytes = std::max(config.weight.bytes, timing::least_weight_bytes(geometry));
        plan = timing::plan_block(geometry, config);
        noise =
            std::make_shared<denoiser::NoiseSource>(config.lfsr_width, config.lanes, config.normals_per_pair);
    }

    std::vector<denoiser::Word> golden_output() const {
        return denoiser::golden_block(geometry, weights, config.leaky_shift, *noise, plan.cancel_order(),
                                      base_seed, x)
            .output;
    }
};

inline DenoiserCase draw_denoiser(DrawnCases& draw) {
    config::DenoiserConfig c;
    c.cores = draw.integer(1, 5);
    c.lanes = draw.integer(1, 5);
    c.schedule = draw.one_in(2) ? config::Schedule::sequential : config::Schedule::overlapped;
    c.heads = draw.one_in(2) ? config::Heads::full : config::Heads::grouped;
    c.sampling = draw.one_in(3) ? config::Sampling::mean : config::Sampling::stochastic;
    c.normals_per_pair = draw.integer(1, 2);
    c.bias = draw.one_in(2);
    c.activation = {draw.one_in(2) ? 32768 : 0, draw.integer(4, 16), draw.integer(2, 16), draw.integer(2, 8),
                    draw.integer(1, 4)};
    c.weight = {draw.one_in(2) ? 16384 : 0, draw.integer(1, 4), draw.integer(1, 4), 8, draw.integer(1, 3)};
    c.dma_bits = 16 << draw.between(0, 4);
    return {c, draw.between(1, 16), draw.between(1, 10), draw.between(1, 10),
            static_cast<std::uint64_t>(draw.between(1, 1'000'000))};
}

inline std::ostream& operator<<(std::ostream& stream, const DenoiserCase& c) {
    return stream << c.geometry.channels << "x" << c.geometry.height << "x" << c.geometry.width << ", "
                  << c.config.cores << " cores, " << c.config.lanes << " lanes, " << c.plan.strips
                  << " strips of " << c.plan.strip_pixels
                  << (c.config.schedule == config::Schedule::sequential ? ", sequential" : ", overlapped")
                  << (c.plan.weights_resident ? "" : ", streamed weights");
}

class DenoiserBench {
public:
    // Where memory holds what, in bytes: X from 0 on, then Y, then the weights.
    explicit DenoiserBench(const DenoiserCase& block)
        : c(block), unit("denoiser", block.config, *block.noise) {
        const auto words = static_cast<std::size_t>(c.geometry.elements());
        memory = c.x;
        memory.resize(2 * words, 0x5555);
        const std::vector<denoiser::Word> image = denoiser::weight_image(c.weights, c.geometry);
        memory.insert(memory.end(), image.begin(), image.end());
        unit.clk(clk);
        unit.reset(reset);
        unit.start(start);
        unit.done(done);
        unit.beat(beat);
        unit.answer(answer);
        registers.plan = c.plan;
        registers.fraction = c.weights.fraction;
        registers.output = 2 * words;
        registers.weights = 4 * words;
        registers.base_seed = c.base_seed;
        unit.load_registers(registers);
    }

    // What follows in this cycle, and the edge that ends it.
    void step() {
        look_at_beat();
        if (!answers_.empty() && answers_.front().first <= now) {
            answer = answers_.front().second;
            answers_.pop_front();
        }
        sc_core::sc_start(2, sc_core::SC_NS);
        ++now;
    }
    void steps(std::int64_t count) {
        for (std::int64_t k = 0; k < count; ++k) step();
    }

    // Cycle 0 of a start.
    void begin() {
        start = true;
        step();
        start = false;
    }

    // A start until `done` is high; returns the cycles. Each cycle but cycle 0 is looked at by `look`.
    std::int64_t run(const std::function<void()>& look = [] {}) {
        begin();
        std::int64_t cycles = 1;
        for (; !done.read(); ++cycles) {
            if (cycles > 1'000'000) FAIL("the unit does not come to an end");
            look();
            step();
        }
        return cycles;
    }

    std::vector<denoiser::Word> output() const {
        const auto words = static_cast<std::ptrdiff_t>(c.geometry.elements());
        return {memory.begin() + words, memory.begin() + 2 * words};
    }

    // A signal inside the unit, by its name.
    template <typename T>
    const T& signal(const std::string& name) const {
        const auto* found = dynamic_cast<const sc_core::sc_signal_in_if<T>*>(
            sc_core::sc_find_object(("denoiser." + name).c_str()));
        if (found == nullptr) throw std::runtime_error("no signal denoiser." + name);
        return found->read();
    }

    const DenoiserCase& c;
    sc_core::sc_clock clk{"clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5,
                          sc_core::sc_time(1, sc_core::SC_NS), true};
    sc_core::sc_signal<bool> reset{"reset"}, start{"start"}, done{"done"};
    sc_core::sc_signal<hw::BusBeat> beat{"beat"};
    sc_core::sc_signal<hw::BusAnswer> answer{"answer"};
    hw::Denoiser unit;
    hw::DenoiserStart registers;
    std::vector<denoiser::Word> memory;
    std::int64_t now = 0;
    std::int64_t beats = 0;  // seen so far

    // Cycles from a beat at an address to its answer; and the beats that are refused, by their number.
    std::function<std::int64_t(std::uint64_t)> delay = [](std::uint64_t) { return 1; };
    std::int64_t refused = -1;

private:
    void look_at_beat() {
        const hw::BusBeat& seen = beat.read();
        if (seen.serial == serial_) return;
        serial_ = seen.serial;
        hw::BusAnswer reply;
        reply.serial = seen.serial;
        reply.failed = beats++ == refused;
        reply.words.count = seen.words.count;
        for (std::uint16_t k = 0; !reply.failed && k < seen.words.count; ++k) {
            denoiser::Word& word = memory.at(static_cast<std::size_t>(seen.address / 2 + k));
            if (seen.write) word = seen.words.words[k];
            reply.words.words[k] = word;
        }
        last_answer_ = std::max(last_answer_ + 1, now + delay(seen.address));
        answers_.emplace_back(last_answer_, reply);
    }

    std::uint64_t serial_ = 0;
    std::int64_t last_answer_ = -1;
    std::deque<std::pair<std::int64_t, hw::BusAnswer>> answers_;
};

}  // namespace quell::test
