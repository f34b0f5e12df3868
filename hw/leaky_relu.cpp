#include "hw/leaky_relu.h"

#include "models/numeric/fixed_point.h"

namespace quell::hw {

LeakyRelu::LeakyRelu(const sc_core::sc_module_name& name, int shift) : sc_module(name), shift_(shift) {
    SC_HAS_PROCESS(LeakyRelu);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void LeakyRelu::step() {
    const bool accepted = enable.read() && valid_in.read();
    valid_out.write(accepted);
    if (accepted) word_out.write(numeric::leaky_relu(word_in.read(), shift_));
}

}  // namespace quell::hw
