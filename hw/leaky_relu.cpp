#include "hw/leaky_relu.h"

#include "models/timing/denoiser_latency.h"

namespace quell::hw {

LeakyRelu::LeakyRelu(const sc_core::sc_module_name& name, int shift) : sc_module(name), shift_(shift) {
    static_assert(timing::kLeakyReluCycles == 1);
    SC_HAS_PROCESS(LeakyRelu);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void LeakyRelu::end_of_elaboration() {
    idle_.until(enable);
}

void LeakyRelu::step() {
    if (!idle_.clocked(clk)) return;
    const WordBus& words = words_in.read();
    if (enable.read() && words.count > 0) {
        WriteRequest request;
        request.words.count = words.count;
        for (int k = 0; k < words.count; ++k) {
            request.words.words[k] = numeric::leaky_relu(words.words[k], shift_);
        }
        request.address = address.read();
        write.write(request);
        writing_ = true;
        return;
    }
    if (writing_) write.write({});
    writing_ = false;
    if (!enable.read()) next_trigger(idle_.sleep());
}

void LeakyRelu::trace(sc_core::sc_trace_file* file) const {
    sc_core::sc_trace(file, enable, std::string(name()) + ".enable");
    sc_core::sc_trace(file, words_in, std::string(name()) + ".words_in");
    sc_core::sc_trace(file, write, std::string(name()) + ".write");
}

}  // namespace quell::hw
