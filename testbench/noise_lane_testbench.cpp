// Drives one noise lane with a flat map (x = 1, mean = 0.25, variance = 0.01) and prints what comes out and
// when; with
// --vcd NAME also draws NAME.vcd, every register of the lane by stage. --mean: without sampling. --both: Z1
// and Z2.
#include "hw/noise_cancellation.h"

#include <systemc>

#include <cstdio>
#include <cstring>
#include <vector>

using namespace sc_core;

int sc_main(int count, char* words[]) {
    const char* vcd = nullptr;
    bool sample = true;
    int normals_per_pair = 1;
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(words[i], "--vcd") == 0 && i + 1 < count) {
            vcd = words[++i];
        } else if (std::strcmp(words[i], "--mean") == 0) {
            sample = false;
        } else if (std::strcmp(words[i], "--both") == 0) {
            normals_per_pair = 2;
        } else {
            std::fprintf(stderr, "usage: %s [--mean] [--both] [--vcd NAME]\n", words[0]);
            return 2;
        }
    }

    const quell::denoiser::NoiseSource source(32, 1, normals_per_pair);
    const quell::denoiser::Canceller canceller({}, sample);
    const std::vector<std::uint64_t> seeds = source.starts(0x2545F491);

    sc_clock clk("clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true);  // 500 MHz
    sc_signal<bool> load("load"), sampling("sampling"), enable("enable");
    sc_vector<sc_signal<std::uint64_t>> seed_1("seed_1", 1), seed_2("seed_2", 1);
    sc_signal<std::int32_t> x_shift("x_shift"), mean_shift("mean_shift"), noise_shift("noise_shift");
    sc_signal<quell::hw::LaneFeed> feed("feed");
    sc_signal<quell::hw::LaneWrite> write_control("write_control");
    sc_signal<quell::hw::WriteRequest> write("write");
    quell::hw::NoiseCancellation unit("noise_cancellation", source);
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
    const quell::hw::NoiseLane& lane = unit.lanes()[0];

    sc_trace_file* trace = nullptr;
    if (vcd != nullptr) {
        trace = sc_create_vcd_trace_file(vcd);
        sc_trace(trace, clk, "clk");
        unit.trace(trace);
    }

    seed_1[0] = seeds[0];
    seed_2[0] = seeds[1];
    sampling = sample;
    x_shift = canceller.x_shift();
    mean_shift = canceller.mean_shift();
    noise_shift = canceller.noise_shift();
    load = true;
    sc_start(2, SC_NS);
    load = false;
    enable = true;
    quell::hw::LaneFeed element;
    element.x[0] = 4096;
    element.mean[0] = 1024;
    element.variance[0] = 41;
    for (int cycle = 1; cycle <= 60; ++cycle) {
        element.count = cycle <= 24;
        feed = element;
        if (cycle == 12) enable = false;  // four cycles of stall
        if (cycle == 16) enable = true;
        sc_start(2, SC_NS);
        if (enable.read() && lane.valid_out()) std::printf("cycle %2d: y = %6d / 4096\n", cycle, lane.y());
    }
    if (trace != nullptr) sc_close_vcd_trace_file(trace);
    return 0;
}
