// Drives the LeakyReLU unit with a ramp of words, four a cycle, and prints what it writes, and what was
// expected; with --vcd NAME also draws NAME.vcd.
#include "hw/leaky_relu.h"

#include "testbench/bench.h"

#include <cmath>

using namespace sc_core;
using namespace quell;

namespace {

bool bench(const testbench::Arguments& arguments) {
    testbench::Clock clk;
    sc_signal<bool> enable("enable");
    sc_signal<hw::WordBus> words_in("words_in");
    sc_signal<std::uint32_t> address("address");
    sc_signal<hw::WriteRequest> write("write");
    hw::LeakyRelu unit("leaky_relu", 7);
    unit.clk(clk);
    unit.enable(enable);
    unit.words_in(words_in);
    unit.address(address);
    unit.write(write);

    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        sc_trace(file, address, "address");
        unit.trace(file);
    });

    bool right = true;
    int count = 0;
    enable = true;
    testbench::Clock::step();
    for (int first = -512; first < 512; first += 256) {
        hw::WordBus bus;
        for (int k = 0; k < 4; ++k) bus.words[bus.count++] = static_cast<numeric::Word>(first + 64 * k);
        words_in = bus;
        address = static_cast<std::uint32_t>(first + 512) / 64;
        testbench::Clock::step();
        const hw::WriteRequest& out = write.read();
        for (int k = 0; k < out.words.count; ++k) {
            // A slope of 2^-7 below zero, halves rounded up.
            const int x = bus.words[k], y = x >= 0 ? x : static_cast<int>(std::floor(x / 128.0 + 0.5));
            std::printf("%5d -> %4d to %2u (%d)\n", x, out.words.words[k],
                        out.address + static_cast<unsigned>(k), y);
            right &= out.words.words[k] == y;
            ++count;
        }
    }
    return right && count == 16;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {}, bench);
}
