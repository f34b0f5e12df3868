#include "hw/leaky_relu.h"
#include "models/config/configuration.h"

#include <systemc>

#include <iostream>

int sc_main(int, char*[]) {
    const quell::config::Configuration configuration;
    validate(configuration);

    sc_core::sc_clock clk("clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5,
                          sc_core::sc_time(1, sc_core::SC_NS), true);
    sc_core::sc_signal<bool> enable;
    sc_core::sc_signal<quell::hw::WordBus> words_in;
    sc_core::sc_signal<std::uint32_t> address;
    sc_core::sc_signal<quell::hw::WriteRequest> write;
    quell::hw::LeakyRelu unit("unit", configuration.denoiser.leaky_shift);
    unit.clk(clk);
    unit.enable(enable);
    unit.words_in(words_in);
    unit.address(address);
    unit.write(write);
    enable = true;
    quell::hw::WordBus bus;
    bus.count = 1;
    bus.words[0] = -1280;
    words_in = bus;
    sc_core::sc_start(2, sc_core::SC_NS);
    const auto word = write.read().words.words[0];
    std::cout << "leaky_relu(-1280) = " << word << '\n';
    return word == -10 ? 0 : 1;  // -1280 / 2^7
}
