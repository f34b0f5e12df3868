// Drives the LeakyReLU unit with a ramp of words, four a cycle, and prints what it writes; with --vcd NAME
// also draws NAME.vcd.
#include "hw/leaky_relu.h"

#include <systemc>

#include <cstdio>
#include <cstring>

using namespace sc_core;
using namespace quell;

int sc_main(int count, char* words[]) {
    const char* vcd = nullptr;
    if (count == 3 && std::strcmp(words[1], "--vcd") == 0) {
        vcd = words[2];
    } else if (count != 1) {
        std::fprintf(stderr, "usage: %s [--vcd NAME]\n", words[0]);
        return 2;
    }

    sc_clock clk("clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true);  // 500 MHz
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

    sc_trace_file* trace = nullptr;
    if (vcd != nullptr) {
        trace = sc_create_vcd_trace_file(vcd);
        trace->set_time_unit(1, SC_NS);
        sc_trace(trace, clk, "clk");
        sc_trace(trace, address, "address");
        unit.trace(trace);
    }

    enable = true;
    sc_start(2, SC_NS);
    for (int first = -512; first < 512; first += 256) {
        hw::WordBus bus;
        for (int k = 0; k < 4; ++k) bus.words[bus.count++] = static_cast<numeric::Word>(first + 64 * k);
        words_in = bus;
        address = static_cast<std::uint32_t>(first + 512) / 64;
        sc_start(2, SC_NS);
        const hw::WriteRequest& out = write.read();
        for (int k = 0; k < out.words.count; ++k) {
            std::printf("%5d -> %4d to %2u\n", bus.words[k], out.words.words[k],
                        out.address + static_cast<unsigned>(k));
        }
    }
    if (trace != nullptr) sc_close_vcd_trace_file(trace);
    return 0;
}
