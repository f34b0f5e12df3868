// Drives one noise lane with a flat map (x = 1, mean = 0.25, variance = 0.01), stands still for four cycles,
// and prints what comes out and when, beside the golden model's word; with --vcd NAME also draws NAME.vcd,
// every register of the lane by stage. --mean: without sampling. --both: Z1 and Z2.
#include "hw/noise_cancellation.h"

#include "testbench/bench.h"

#include <vector>

using namespace sc_core;
using namespace quell;

namespace {

constexpr std::uint64_t kBaseSeed = 0x2545F491;

bool bench(const testbench::Arguments& arguments) {
    const bool sample = !arguments.has("--mean");
    const int normals_per_pair = arguments.has("--both") ? 2 : 1;
    const denoiser::NoiseSource source(32, 1, normals_per_pair);
    const denoiser::Canceller canceller({}, sample);
    const std::vector<std::uint64_t> seeds = source.starts(kBaseSeed);

    testbench::Clock clk;
    sc_signal<bool> load("load"), sampling("sampling"), enable("enable");
    sc_vector<sc_signal<std::uint64_t>> seed_1("seed_1", 1), seed_2("seed_2", 1);
    sc_signal<std::int32_t> x_shift("x_shift"), mean_shift("mean_shift"), noise_shift("noise_shift");
    sc_signal<hw::LaneFeed> feed("feed");
    sc_signal<hw::LaneWrite> write_control("write_control");
    sc_signal<hw::WriteRequest> write("write");
    hw::NoiseCancellation unit("noise_cancellation", source);
    unit.clk(clk);
    unit.load(load);
    unit.seed_1(seed_1);
    unit.seed_2(seed_2);
    unit.sampling(sampling);
    unit.x_shift(x_shift);
    unit.mean_shift(mean_shift);
    unit.noise_shift(noise_shift);
    unit.enable(enable);
    unit.feed(feed);
    unit.write_control(write_control);
    unit.write(write);
    const hw::NoiseLane& lane = unit.lanes()[0];

    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        unit.trace(file);
    });

    seed_1[0] = seeds[0];
    seed_2[0] = seeds[1];
    sampling = sample;
    x_shift = canceller.x_shift();
    mean_shift = canceller.mean_shift();
    noise_shift = canceller.noise_shift();
    load = true;
    testbench::Clock::step();
    load = false;
    enable = true;
    hw::LaneFeed element;
    element.x[0] = 4096;
    element.mean[0] = 1024;
    element.variance[0] = 41;
    denoiser::NoiseLanes golden(source, kBaseSeed);
    bool right = true;
    int elements = 0;
    for (int cycle = 1; cycle <= 60; ++cycle) {
        element.count = cycle <= 24;
        feed = element;
        if (cycle == 12) enable = false;  // four cycles of stall
        if (cycle == 16) enable = true;
        testbench::Clock::step();
        if (!enable.read() || !lane.valid_out()) continue;
        const int expected =
            sample ? canceller.cancel(element.x[0], element.mean[0], element.variance[0], golden.next(0))
                   : canceller.cancel_mean(element.x[0], element.mean[0]);
        std::printf("cycle %2d: y = %6d / 4096 (%d)\n", cycle, lane.y(), expected);
        right &= lane.y() == expected;
        ++elements;
    }
    return right && elements == 20;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {"--mean", "--both"}, bench);
}
