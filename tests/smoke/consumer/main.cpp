#include "hw/leaky_relu.h"
#include "models/config/configuration.h"

#include <systemc>

#include <iostream>

int sc_main(int, char*[]) {
    const quell::config::Configuration configuration;
    validate(configuration);

    sc_core::sc_clock clk("clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5, sc_core::sc_time(1, sc_core::SC_NS), true);
    sc_core::sc_signal<bool> enable, valid_in, valid_out;
    sc_core::sc_signal<std::int16_t> word_in, word_out;
    quell::hw::LeakyRelu unit("unit", configuration.denoiser.leaky_shift);
    unit.clk(clk);
    unit.enable(enable);
    unit.valid_in(valid_in);
    unit.word_in(word_in);
    unit.valid_out(valid_out);
    unit.word_out(word_out);
    enable = true;
    valid_in = true;
    word_in = -1280;
    sc_core::sc_start(2, sc_core::SC_NS);
    std::cout << "leaky_relu(-1280) = " << word_out.read() << '\n';
    return word_out.read() == -10 ? 0 : 1;  // -1280 / 2^7
}
