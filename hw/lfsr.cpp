#include "hw/lfsr.h"

#include "models/base/error.h"

#include <string>

namespace quell::hw {

Lfsr::Lfsr(const sc_core::sc_module_name& name, const numeric::LfsrLeap& leap)
    : sc_module(name), leap_(leap) {}

void Lfsr::load(std::uint64_t seed) {
    const std::uint64_t last = numeric::lfsr_period(leap_.width());
    if (seed < 1 || seed > last) {
        throw Error("{}: the seed of an LFSR of {} bits is 1 to 0x{:x}, 0x{:x} came", name(), leap_.width(),
                    last, seed);
    }
    state_ = seed;
}

void Lfsr::refuse_to_advance() const {
    throw Error("{}: advanced before a seed was loaded", name());
}

void Lfsr::trace(sc_core::sc_trace_file* file) const {
    sc_trace(file, state_, std::string(name()) + ".state");
}

}  // namespace quell::hw
