// The crossbars of one PE with their converters: how long products and programming take, and how many there
// were.
#pragma once

#include "models/timing/platform_timing.h"

#include <systemc>

namespace quell::tlm {

class AnalogTile : public sc_core::sc_module {
public:
    AnalogTile(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing)
        : sc_module(name), timing_(timing) {}

    // `crossbars` of the tile make `products` each, all at the same time. Until the next products may begin;
    // the results of the last are there timing.tile().drain_cycles() later.
    timing::Cycles multiply(std::int64_t crossbars, std::int64_t products) {
        products_ += crossbars * products;
        const timing::Cycles taken = products * timing_.tile().interval_cycles;
        busy_ += taken;
        return taken;
    }

    timing::Cycles program(std::int64_t crossbars) {
        programmed_ += crossbars;
        return timing_.write_cycles(crossbars);
    }

    std::int64_t products() const { return products_; }      // of single crossbars
    std::int64_t programmed() const { return programmed_; }  // crossbars
    timing::Cycles busy() const { return busy_; }

private:
    const timing::PlatformTiming& timing_;
    std::int64_t products_ = 0, programmed_ = 0;
    timing::Cycles busy_ = 0;
};

}  // namespace quell::tlm
