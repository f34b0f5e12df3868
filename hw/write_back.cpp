#include "hw/write_back.h"

namespace quell::hw {

CoreWriteBack::CoreWriteBack(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(CoreWriteBack);
    // The registers hold the words of the cycle that the control names: it comes with every new ones.
    SC_METHOD(gather);
    sensitive << control;
}

void CoreWriteBack::gather() {
    const WriteBackControl& what = control.read();
    WriteRequest request;
    request.address = what.address;
    if (what.count > 0) request.most = what.most;
    if (what.count > 0) request.words = words.read().words;
    request.words.count = static_cast<std::uint16_t>(what.count);
    write.write(request);
}

LaneWriteBack::LaneWriteBack(const sc_core::sc_module_name& name, int lanes) : sc_module(name) {
    words.init(static_cast<std::size_t>(lanes));
    SC_HAS_PROCESS(LaneWriteBack);
    SC_METHOD(gather);
    sensitive << control;
}

void LaneWriteBack::gather() {
    const LaneWriteControl& what = control.read();
    WriteRequest request;
    request.address = what.address;
    request.words.count = static_cast<std::uint16_t>(what.count);
    for (std::uint32_t k = 0; k < what.count; ++k) request.words.words[k] = words[k].read();
    write.write(request);
}

}  // namespace quell::hw
