#include "hw/lfsr.h"

#include "models/base/error.h"

#include <string>

namespace quell::hw {

Lfsr::Lfsr(const sc_core::sc_module_name& name, const numeric::LfsrLeap& leap)
    : sc_module(name), leap_(leap) {
    SC_HAS_PROCESS(Lfsr);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void Lfsr::end_of_elaboration() {
    idle_.until(load);
    idle_.until(enable);
}

void Lfsr::step() {
    if (!idle_.clocked(clk)) return;
    if (load.read()) {
        const std::uint64_t start = seed.read(), last = numeric::lfsr_period(leap_.width());
        if (start < 1 || start > last) {
            throw Error("{}: the seed of an LFSR of {} bits is 1 to 0x{:x}, 0x{:x} came", name(),
                        leap_.width(), last, start);
        }
        state_ = start;
    } else if (enable.read()) {
        if (state_ == 0) throw Error("{}: advanced before a seed was loaded", name());
        state_ = leap_(state_);
    } else {
        next_trigger(idle_.sleep());
        return;
    }
    state.write(state_);
}

void Lfsr::trace(sc_core::sc_trace_file* file) const {
    const std::string prefix = std::string(name()) + '.';
    sc_trace(file, load, prefix + "load");
    sc_trace(file, enable, prefix + "enable");
    sc_trace(file, state_, prefix + "state", leap_.width());
}

}  // namespace quell::hw
