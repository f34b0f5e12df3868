// The whole denoiser unit on a small map, 4 channels of 5x7 pixels, with a memory that answers every beat in
// its own cycle. Prints what the control unit does and when, then whether the words are the golden model's
// and the cycles those of the timing model; with --vcd NAME also draws NAME.vcd, all of the unit.
// --overlapped: lanes and LeakyReLU beside the convolutions. --reset: resets the unit in mid-run and starts
// it again.
#include "hw/denoiser.h"

#include "models/denoiser/golden_block.h"
#include "models/denoiser/weight_image.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"
#include "testbench/bench.h"

#include <vector>

using namespace sc_core;
using namespace quell;
using denoiser::Word;

namespace {

const char* const states[] = {"idle",   "wait_input",   "reduce",      "leaky_relu_1", "depthwise",
                              "store",  "leaky_relu_2", "wait_buffer", "mean",         "variance",
                              "cancel", "wait_lanes",   "wait_store",  "done"};

// In words.
struct Memory {
    std::vector<Word> words;
    std::uint64_t seen = 0;

    hw::BusAnswer answer(const hw::BusBeat& beat) {
        seen = beat.serial;
        hw::BusAnswer reply;
        reply.serial = beat.serial;
        reply.words.count = beat.words.count;
        for (std::uint16_t k = 0; k < beat.words.count; ++k) {
            Word& word = words.at(beat.address / 2 + k);
            if (beat.write) word = beat.words.words[k];
            reply.words.words[k] = word;
        }
        return reply;
    }
};

bool bench(const testbench::Arguments& arguments) {
    config::DenoiserConfig config;
    config.cores = 4;
    if (arguments.has("--overlapped")) config.schedule = config::Schedule::overlapped;
    const auto geometry = denoiser::make_geometry(4, 5, 7, config);
    const auto weights = denoiser::draw_weights(geometry, 1);
    const auto x = denoiser::draw_input(geometry, 1);
    const denoiser::NoiseSource noise(config.lfsr_width, config.lanes, config.normals_per_pair);
    hw::DenoiserStart registers;
    registers.plan = timing::plan_block(geometry, config);
    registers.fraction = weights.fraction;
    registers.base_seed = denoiser::base_seed({1, 0, 0}, config.lfsr_width);
    registers.output = 2 * x.size();
    registers.weights = 4 * x.size();

    Memory memory{x};
    memory.words.resize(2 * x.size());
    const std::vector<Word> image = denoiser::weight_image(weights, geometry);
    memory.words.insert(memory.words.end(), image.begin(), image.end());

    testbench::Clock clk;
    sc_signal<bool> reset("reset"), start("start"), done("done");
    sc_signal<hw::BusBeat> beat("beat");
    sc_signal<hw::BusAnswer> answer("answer");
    hw::Denoiser unit("denoiser", config, noise);
    unit.clk(clk);
    unit.reset(reset);
    unit.start(start);
    unit.done(done);
    unit.beat(beat);
    unit.answer(answer);
    unit.load_registers(registers);
    const auto* state = dynamic_cast<sc_signal_in_if<std::uint8_t>*>(sc_find_object("denoiser.state"));
    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        sc_trace(file, reset, "reset");
        sc_trace(file, start, "start");
        sc_trace(file, done, "done");
        unit.trace(file);
    });

    // A cycle: what is visible, then what is driven.
    int cycle = 0;
    std::uint8_t before = 0;
    const auto step = [&] {
        if (state->read() != before) {
            before = state->read();
            std::printf("cycle %4d  %s\n", cycle, states[before]);
        }
        if (beat.read().serial != memory.seen) answer = memory.answer(beat.read());
        testbench::Clock::step();
        ++cycle;
        start = false;
        reset = false;
    };
    if (arguments.has("--reset")) {
        start = true;
        while (cycle < 150) step();
        std::printf("cycle %4d  reset\n", cycle);
        reset = true;
        step();
        step();
    }
    const int begin = cycle;
    start = true;
    step();
    while (!done.read() && cycle < 100'000) step();
    const int cycles = cycle - begin;
    step();

    const auto golden = denoiser::golden_block(geometry, weights, config.leaky_shift, noise,
                                               registers.plan.cancel_order(), registers.base_seed, x);
    const auto words = static_cast<std::ptrdiff_t>(x.size());
    const bool same = std::equal(golden.output.begin(), golden.output.end(), memory.words.begin() + words);
    const auto expected = timing::time_block(geometry, config).cycles;
    std::printf("%d cycles (%d), %d words %s\n", cycles, static_cast<int>(expected), static_cast<int>(words),
                same ? "as in the golden model" : "that are not the golden model's");
    return same && cycles == expected;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {"--overlapped", "--reset"}, bench);
}
