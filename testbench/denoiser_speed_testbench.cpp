// How fast the denoiser unit is simulated, against a bare loop of ten clocked SC_METHODs with signals in the
// same run: at pin level, and with its transactions. Each measurement has a process, and so a kernel, of its
// own.
#include "models/denoiser/noise_lanes.h"
#include "tlm/block_platform.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

using namespace quell;

namespace {

double seconds_since(std::chrono::steady_clock::time_point from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

// What a process of its own measured.
double measured(const std::function<double()>& measurement) {
    int channel[2];
    if (pipe(channel) != 0) return 0;
    const pid_t child = fork();
    if (child == 0) {
        const double value = measurement();
        const bool sent = write(channel[1], &value, sizeof value) == sizeof value;
        _exit(sent ? 0 : 1);
    }
    double value = 0;
    if (read(channel[0], &value, sizeof value) != sizeof value) value = 0;
    close(channel[0]);
    close(channel[1]);
    waitpid(child, nullptr, 0);
    return value;
}

// Counters in a ring: each takes what its neighbour had and adds one.
struct Counter : sc_core::sc_module {
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<int> in{"in"};
    sc_core::sc_out<int> out{"out"};

    explicit Counter(const sc_core::sc_module_name& name) : sc_module(name) {
        SC_HAS_PROCESS(Counter);
        SC_METHOD(step);
        sensitive << clk.pos();
        dont_initialize();
    }
    void step() { out.write(in.read() + 1); }
};

double bare_loop() {
    constexpr int methods = 10, cycles = 2'000'000;
    sc_core::sc_clock clk("clk", 2, sc_core::SC_NS);
    std::vector<std::unique_ptr<sc_core::sc_signal<int>>> wires;
    std::vector<std::unique_ptr<Counter>> counters;
    for (int k = 0; k < methods; ++k) wires.push_back(std::make_unique<sc_core::sc_signal<int>>());
    for (int k = 0; k < methods; ++k) {
        counters.push_back(std::make_unique<Counter>(sc_core::sc_gen_unique_name("counter")));
        counters.back()->clk(clk);
        counters.back()->in(*wires[static_cast<std::size_t>(k)]);
        counters.back()->out(*wires[static_cast<std::size_t>((k + 1) % methods)]);
    }
    sc_core::sc_start(2, sc_core::SC_NS);
    const auto from = std::chrono::steady_clock::now();
    sc_core::sc_start(2.0 * cycles, sc_core::SC_NS);
    return cycles / seconds_since(from);
}

struct MapShape {
    std::int64_t channels, height, width;
};

// Simulated cycles per second of one block.
double block(const MapShape& shape, const config::DenoiserConfig& config, tlm::DenoiserModel model) {
    const auto geometry = denoiser::make_geometry(shape.channels, shape.height, shape.width, config);
    const auto weights = denoiser::draw_weights(geometry, 1);
    const auto x = denoiser::draw_input(geometry, 1);
    tlm::BlockPlatform platform("block", config, 500, geometry, weights, x,
                                denoiser::base_seed({1, 0, 0}, config.lfsr_width), model);
    const auto from = std::chrono::steady_clock::now();
    const auto run = platform.run();
    return static_cast<double>(run.timing.cycles) / seconds_since(from);
}

}  // namespace

int sc_main(int count, char* words[]) {
    if (count > 1) {
        std::fprintf(stderr, "usage: %s\n", words[0]);
        return 2;
    }
    const double bare = measured(bare_loop);
    std::printf("%-44s %8.2f Mcycles/s\n", "bare loop of 10 clocked SC_METHODs", bare / 1e6);
    const MapShape shapes[] = {{64, 112, 112}, {512, 7, 7}};
    for (const auto schedule : {config::Schedule::sequential, config::Schedule::overlapped}) {
        for (const auto model : {tlm::DenoiserModel::pin_level, tlm::DenoiserModel::transaction}) {
            for (const MapShape& shape : shapes) {
                const double rate = measured([&] {
                    config::DenoiserConfig config;
                    config.schedule = schedule;
                    return block(shape, config, model);
                });
                std::printf("%-12s %-11s %4ldx%ldx%-18ld %8.2f Mcycles/s  %7.2f of the bare loop\n",
                            model == tlm::DenoiserModel::pin_level ? "cycle" : "transaction",
                            schedule == config::Schedule::sequential ? "sequential" : "overlapped",
                            static_cast<long>(shape.channels), static_cast<long>(shape.height),
                            static_cast<long>(shape.width), rate / 1e6, rate / bare);
            }
        }
    }
    return 0;
}
