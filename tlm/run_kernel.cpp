#include "tlm/run_kernel.h"

#include "models/base/error.h"

#include <systemc>

#include <algorithm>
#include <string_view>

namespace quell::tlm {

namespace {

std::string words_of(const sc_core::sc_report& report) {
    const std::string_view type = report.get_msg_type(), message = report.get_msg();
    // A process has thrown: the message is all that its exception said.
    if (type == sc_core::SC_ID_SIMULATION_UNCAUGHT_EXCEPTION_) return std::string(message);
    if (message.empty()) return std::string(type);
    return fmt::format("{}: {}", type, message);
}

}  // namespace

void run_kernel() {
    try {
        sc_core::sc_start();
    } catch (const sc_core::sc_report& report) {
        std::string words = words_of(report);
        std::replace(words.begin(), words.end(), '\n', ' ');
        throw Error("{}", words);
    }
}

}  // namespace quell::tlm
