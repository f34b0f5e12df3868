// A VCD file of part of the pin-level unit over part of a run.
#pragma once

#include "hw/clock.h"
#include "hw/denoiser.h"

#include <systemc>

#include <cstdint>
#include <limits>
#include <string>

namespace quell::tlm {

struct WaveOptions {
    std::string file;                                            // empty: no waves
    std::int64_t from = 0;                                       // first cycle drawn, from the DCU's start
    std::int64_t to = std::numeric_limits<std::int64_t>::max();  // last one
    std::string scope = "*";  // glob over the unit's modules: dcu, core_3, lane_*
};

// The file exists from the window's first cycle to its last: outside the run is as fast as without waves.
class WaveWindow {
public:
    // Throws UsageError when the scope matches no module of the unit or the window is none, Error when the
    // file cannot be written.
    WaveWindow(WaveOptions options, const hw::Denoiser& unit);
    ~WaveWindow();  // a window that was never reached leaves no file
    WaveWindow(const WaveWindow&) = delete;
    WaveWindow& operator=(const WaveWindow&) = delete;

    bool opens(std::int64_t cycle) const { return trace_ == nullptr && !over_ && cycle >= options_.from; }
    bool closes(std::int64_t cycle) const { return trace_ != nullptr && cycle > options_.to; }

    // The signals `clk`, `start` and `done` lie at the top, the unit's modules below it.
    void open(const hw::Clock& clk, const sc_core::sc_signal<bool>& start,
              const sc_core::sc_signal<bool>& done, const hw::Denoiser& unit);
    // Nothing happens when it is not open.
    void close();
    // Throws Error when a file that was closed could not be written to its end.
    void require_whole() const;

private:
    const WaveOptions options_;
    sc_core::sc_trace_file* trace_ = nullptr;
    bool over_ = false, whole_ = true;
};

}  // namespace quell::tlm
