#include "tlm/grid_port.h"

#include <array>

namespace quell::tlm {

using sc_core::sc_time;

GridPort::GridPort(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
                   const sc_time& cycle)
    : sc_module(name), timing_(timing), cycle_(cycle) {}

GridPort::Answer GridPort::send(const DecodedWord& word, const sc_time& ahead) {
    std::array<std::uint64_t, 2> data{};
    std::copy(word.words.begin(), word.words.end(), data.begin());
    ::tlm::tlm_generic_payload payload;
    payload.set_write();
    payload.set_address(0);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(data.data()));
    payload.set_data_length(static_cast<unsigned>(8 * word.words.size()));
    payload.set_streaming_width(payload.get_data_length());
    Answer answer{ahead, sc_core::SC_ZERO_TIME};
    socket->b_transport(payload, answer.done);
    if (payload.is_response_error())
        SC_REPORT_ERROR(name(), ("the grid refuses " + disassemble(word.instruction)).c_str());
    const Opcode opcode = word.instruction.opcode;
    if (opcode == Opcode::alu || opcode == Opcode::accumulate) {
        const timing::Cycles work = timing_.digital_cycles(word.instruction.step);
        answer.waited = answer.done - ahead - static_cast<double>(work) * cycle_;
    }
    return answer;
}

}  // namespace quell::tlm
