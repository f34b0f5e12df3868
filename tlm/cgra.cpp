#include "tlm/cgra.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace quell::tlm {

Cgra::Cgra(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
           const timing::PlatformTiming& timing, sc_core::sc_time cycle)
    : sc_module(name), cycle_(cycle) {
    const int columns = config.grid_columns;
    pes.init(static_cast<std::size_t>(config.grid_rows * columns), [&](const char*, std::size_t index) {
        const int i = static_cast<int>(index);
        return new ProcessingElement(fmt::format("pe_{}_{}", i / columns, i % columns).c_str(), timing);
    });
    context.register_b_transport(this, &Cgra::take);
}

void Cgra::take(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    std::array<std::uint64_t, 2> words{};
    const std::size_t bytes = transaction.get_data_length();
    if (!transaction.is_write() || bytes % 8 != 0 || bytes == 0 || bytes > sizeof words) {
        transaction.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    std::memcpy(words.data(), transaction.get_data_ptr(), bytes);
    Instruction instruction;
    try {
        instruction = decode({words.data(), bytes / 8}, 0);
    } catch (const Error&) {
        transaction.set_response_status(::tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    const std::size_t first = static_cast<std::size_t>(instruction.pes.first);
    const std::size_t count = static_cast<std::size_t>(instruction.pes.count);
    if (count == 0 || first + count > pes.size()) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    const auto at = static_cast<timing::Cycles>((sc_core::sc_time_stamp() + delay).value() / cycle_.value());
    timing::Cycles slowest = at;
    for (std::size_t i = first; i < first + count; ++i)
        slowest = std::max(slowest, pes[i].execute(instruction, at));
    delay += static_cast<double>(slowest - at) * cycle_;
    transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
}

}  // namespace quell::tlm
