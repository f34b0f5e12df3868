// Drives one noise lane with a flat map (x = 1, mean = 0.25, variance = 0.01) and prints what comes out and
// when; with
// --vcd NAME also draws NAME.vcd, every register of the lane by stage. --mean: without sampling. --both: Z1
// and Z2.
#include "hw/noise_lane.h"

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
    sc_signal<bool> valid_in("valid_in"), valid_out("valid_out");
    sc_signal<std::uint64_t> seed_1("seed_1"), seed_2("seed_2");
    sc_signal<std::int32_t> x_shift("x_shift"), mean_shift("mean_shift"), noise_shift("noise_shift");
    sc_signal<std::int16_t> x("x"), mean("mean"), variance("variance"), y("y");
    quell::hw::NoiseLane lane("noise_lane", source);
    lane.clk(clk);
    lane.load(load);
    lane.seed_1(seed_1);
    lane.seed_2(seed_2);
    lane.sampling(sampling);
    lane.x_shift(x_shift);
    lane.mean_shift(mean_shift);
    lane.noise_shift(noise_shift);
    lane.enable(enable);
    lane.valid_in(valid_in);
    lane.x(x);
    lane.mean(mean);
    lane.variance(variance);
    lane.valid_out(valid_out);
    lane.y(y);

    sc_trace_file* trace = nullptr;
    if (vcd != nullptr) {
        trace = sc_create_vcd_trace_file(vcd);
        sc_trace(trace, clk, "clk");
        lane.trace(trace);
    }

    seed_1 = seeds[0];
    seed_2 = seeds[1];
    sampling = sample;
    x_shift = canceller.x_shift();
    mean_shift = canceller.mean_shift();
    noise_shift = canceller.noise_shift();
    load = true;
    sc_start(2, SC_NS);
    load = false;
    enable = true;
    x = 4096;
    mean = 1024;
    variance = 41;
    for (int cycle = 1; cycle <= 60; ++cycle) {
        valid_in = cycle <= 24;
        if (cycle == 12) enable = false;  // four cycles of stall
        if (cycle == 16) enable = true;
        sc_start(2, SC_NS);
        if (valid_out.read()) std::printf("cycle %2d: y = %6d / 4096\n", cycle, y.read());
    }
    if (trace != nullptr) sc_close_vcd_trace_file(trace);
    return 0;
}
