// Drives the LeakyReLU unit with a ramp of words and prints what comes out; with --vcd NAME also draws
// NAME.vcd.
#include "hw/leaky_relu.h"

#include <systemc>

#include <cstdio>
#include <cstring>

using namespace sc_core;

int sc_main(int count, char* words[]) {
    const char* vcd = nullptr;
    if (count == 3 && std::strcmp(words[1], "--vcd") == 0) {
        vcd = words[2];
    } else if (count != 1) {
        std::fprintf(stderr, "usage: %s [--vcd NAME]\n", words[0]);
        return 2;
    }

    sc_clock clk("clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true);  // 500 MHz
    sc_signal<bool> enable("enable"), valid_in("valid_in"), valid_out("valid_out");
    sc_signal<std::int16_t> word_in("word_in"), word_out("word_out");
    quell::hw::LeakyRelu unit("leaky_relu", 7);
    unit.clk(clk);
    unit.enable(enable);
    unit.valid_in(valid_in);
    unit.word_in(word_in);
    unit.valid_out(valid_out);
    unit.word_out(word_out);

    sc_trace_file* trace = nullptr;
    if (vcd != nullptr) {
        trace = sc_create_vcd_trace_file(vcd);
        sc_trace(trace, clk, "clk");
        sc_trace(trace, enable, "enable");
        sc_trace(trace, valid_in, "valid_in");
        sc_trace(trace, word_in, "word_in");
        sc_trace(trace, valid_out, "valid_out");
        sc_trace(trace, word_out, "word_out");
    }

    enable = true;
    for (int word = -512; word <= 512; word += 64) {
        valid_in = true;
        word_in = static_cast<std::int16_t>(word);
        sc_start(2, SC_NS);
        std::printf("%5d -> %d\n", word, word_out.read());
    }
    if (trace != nullptr) sc_close_vcd_trace_file(trace);
    return 0;
}
