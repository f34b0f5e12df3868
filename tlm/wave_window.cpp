#include "tlm/wave_window.h"

#include "models/base/error.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace quell::tlm {

namespace {

constexpr std::string_view kSuffix = ".vcd";

// The last words of a file. SystemC does not tell when it could not write them.
const std::string kEnd = "end of waves";

bool has_end(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(-static_cast<std::streamoff>(2 * kEnd.size() + 16), std::ios::end);
    std::string tail;
    for (std::string line; std::getline(stream, line);) tail += line;
    return tail.find(kEnd) != std::string::npos;
}

// SystemC adds the suffix itself.
std::string without_suffix(const std::string& file) {
    return file.ends_with(kSuffix) ? file.substr(0, file.size() - kSuffix.size()) : file;
}

// dcu, core_0 to core_9, dma
std::string in_words(const std::vector<std::string>& modules) {
    const auto stem = [](const std::string& name) {
        const std::size_t digits = name.find_last_not_of("0123456789") + 1;
        return digits == name.size() ? std::string() : name.substr(0, digits);
    };
    std::string words;
    for (std::size_t first = 0; first < modules.size();) {
        std::size_t last = first;
        while (last + 1 < modules.size() && !stem(modules[first]).empty() &&
               stem(modules[last + 1]) == stem(modules[first])) {
            ++last;
        }
        if (!words.empty()) words += ", ";
        words += modules[first];
        if (last > first) words += " to " + modules[last];
        first = last + 1;
    }
    return words;
}

}  // namespace

WaveWindow::WaveWindow(WaveOptions options, const hw::Denoiser& unit) : options_(std::move(options)) {
    if (options_.from < 0 || options_.to < options_.from) {
        throw UsageError(
            "waves from cycle {} to cycle {}: expected a first cycle of at least 0, and a last one not "
            "before it",
            options_.from, options_.to);
    }
    if (unit.modules(options_.scope).empty()) {
        throw UsageError("waves of \"{}\": no such module, expected one of {}, or a glob", options_.scope,
                         in_words(unit.modules()));
    }
    if (std::filesystem::exists(options_.file) && !std::filesystem::is_regular_file(options_.file)) {
        throw Error("{}: not a file that waves can be written to", options_.file);
    }
    // SystemC would only warn, and much later.
    const std::ofstream probe(options_.file, std::ios::app);
    if (!probe) throw Error("{}: cannot be written", options_.file);
}

WaveWindow::~WaveWindow() {
    if (trace_ != nullptr) {
        sc_core::sc_close_vcd_trace_file(trace_);
    } else if (!over_) {
        std::error_code ignored;
        std::filesystem::remove(options_.file, ignored);
    }
}

void WaveWindow::open(const hw::Clock& clk, const sc_core::sc_signal<bool>& start,
                      const sc_core::sc_signal<bool>& done, const hw::Denoiser& unit) {
    // Not a word on standard output, which is the results' own.
    sc_core::sc_report_handler::set_actions("tracing timescale unit set", sc_core::SC_INFO,
                                            sc_core::SC_DO_NOTHING);
    trace_ = sc_core::sc_create_vcd_trace_file(without_suffix(options_.file).c_str());
    trace_->set_time_unit(1, sc_core::SC_PS);
    sc_core::sc_trace(trace_, clk.read(), "clk");
    sc_trace(trace_, start, "start");
    sc_trace(trace_, done, "done");
    unit.trace(trace_, options_.scope);
}

void WaveWindow::close() {
    if (trace_ == nullptr) return;
    sc_core::sc_write_comment(trace_, kEnd);
    sc_core::sc_close_vcd_trace_file(trace_);
    trace_ = nullptr;
    over_ = true;
    if (!options_.file.ends_with(kSuffix)) {
        std::filesystem::rename(options_.file + std::string(kSuffix), options_.file);
    }
    whole_ = has_end(options_.file);
}

void WaveWindow::require_whole() const {
    if (whole_) return;
    throw Error("{}: the waves could not be written to their end, is the disk full?", options_.file);
}

}  // namespace quell::tlm
