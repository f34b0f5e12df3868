#include "tlm/wave_window.h"

#include "models/base/error.h"

#include <filesystem>
#include <fstream>

namespace quell::tlm {

namespace {

constexpr std::string_view kSuffix = ".vcd";

// SystemC adds the suffix itself.
std::string without_suffix(const std::string& file) {
    return file.ends_with(kSuffix) ? file.substr(0, file.size() - kSuffix.size()) : file;
}

}  // namespace

WaveWindow::WaveWindow(WaveOptions options) : options_(std::move(options)) {
    if (options_.from < 0 || options_.to < options_.from) {
        throw Error("waves from cycle {} to cycle {}: expected a first cycle of at least 0, and a last one not before it",
                    options_.from, options_.to);
    }
    // SystemC would only warn, and much later.
    const std::ofstream probe(options_.file, std::ios::app);
    if (!probe) throw Error("{}: cannot be written", options_.file);
}

WaveWindow::~WaveWindow() {
    if (trace_ != nullptr) close();
}

void WaveWindow::open(const sc_core::sc_signal<bool>& clk, const sc_core::sc_signal<bool>& start,
                      const sc_core::sc_signal<bool>& done, const hw::Denoiser& unit) {
    trace_ = sc_core::sc_create_vcd_trace_file(without_suffix(options_.file).c_str());
    trace_->set_time_unit(1, sc_core::SC_PS);
    sc_trace(trace_, clk, "clk");
    sc_trace(trace_, start, "start");
    sc_trace(trace_, done, "done");
    unit.trace(trace_, options_.scope);
}

void WaveWindow::close() {
    sc_core::sc_close_vcd_trace_file(trace_);
    trace_ = nullptr;
    over_ = true;
    if (!options_.file.ends_with(kSuffix)) {
        std::filesystem::rename(options_.file + std::string(kSuffix), options_.file);
    }
}

}  // namespace quell::tlm
