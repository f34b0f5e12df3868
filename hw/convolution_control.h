// What the DCU tells the convolution cores, all of them at once, and what they answer.
//
// A cycle t lies between two rising edges of the clock; what is driven in it is taken at the edge that ends
// it. Data come from the SRAMs' read ports, control from the DCU, in the same cycle (the DCU asked for the
// data one read latency before). Everything below names the cycle as PE (row 0, column 0) sees it; PE (r, c)
// does the same r + c cycles later, shadow registers included, so passes follow each other without a gap.
//
//     load       activations on the bus go to the shadow registers; a pass may start in the cycle after its
//     last stream     in cycle T the first weights of the first output channel of a pass are on the bus, with
//     take_over:
//                the shadow registers become the active ones, and from this same cycle T on the next pass may
//                load. One output channel follows another every cdiv(words of a channel, weight words a
//                cycle) cycles.
//     sums       in cycle T + 5 (three rows, two columns of skew) the three pixels' sums of that channel are
//     at
//                the partial-sum memory and are added to what is there, or to nothing in the first pass of a
//                unit.
//     emit       from cycle T + 5 of a last pass on, the sums of that channel may be sent to the writer: its
//                words are there two cycles later (partial-sum memory, requantisation), so at T + 7 at the
//                earliest. A writer that is behind emits later: the half keeps the sums until the unit is
//                written.
#pragma once

#include "hw/word_bus.h"

#include <systemc>

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

namespace quell::hw {

inline constexpr int kRows = 3, kColumns = 3;
inline constexpr int kMostCores = 64;
// Words of one channel that a core's array sees at once: its columns, and with the taps beside them five.
inline constexpr int kWindowWords = kRows + kColumns - 1;

enum class LoadTarget : std::uint8_t {
    none,
    row,    // pointwise: the word at tile position 3k + c goes to PE (row, c) of core k
    window  // depthwise: the word at window position 3k + r + c goes to all PEs (r, c) of core k; position 0
            // is the pixel left of the tile's first
};

// The activation bus in this cycle.
struct LoadControl {
    LoadTarget target = LoadTarget::none;
    std::uint8_t row = 0;     // with target row
    std::uint16_t first = 0;  // tile or window position of the bus's first word
    bool operator==(const LoadControl&) const = default;
};

// The weight bus in this cycle: words for rows first_row, first_row + 1, ... of the channel that entered
// last. Rows that get none by the end of the channel have weight 0.
struct StreamControl {
    bool channel = false;        // a new output channel enters with these words; the rest holds for it
    bool take_over = false;      // the first channel of a pass that has activations
    bool bias = false;           // the three words are a 48-bit bias, lowest first: it replaces the sums
    bool first = false;          // first pass of a unit: the sums start from zero
    std::uint8_t first_row = 0;  // of the words on the bus, whether or not a channel enters
    std::uint8_t half = 0;       // of the partial-sum memory; alternates from unit to unit
    std::uint16_t output = 0;    // address in that half
    bool operator==(const StreamControl&) const = default;
};

// Sums to requantise and to write: the first `words` pixels, to `address` on.
struct EmitControl {
    bool valid = false;
    std::uint8_t half = 0;
    std::uint16_t output = 0;
    std::uint16_t words = 0, most = 1;  // most: words a cycle of the SRAM's port
    std::uint32_t address = 0;
    bool operator==(const EmitControl&) const = default;
};

// What the DCU tells the cores in one cycle.
struct CoreControl {
    LoadControl load;
    StreamControl stream;
    EmitControl emit;
    bool operator==(const CoreControl&) const = default;
};

// Bit 3r + c of core k's word makes the activation of its PE (r, c) zero in the pass that is taken over in
// this cycle (taps outside the map).
struct ZeroMasks {
    std::array<std::uint16_t, kMostCores> core{};
    bool operator==(const ZeroMasks&) const = default;
};

inline std::ostream& operator<<(std::ostream& stream, const LoadControl& load) {
    return stream << static_cast<int>(load.target) << ' ' << static_cast<int>(load.row) << ' ' << load.first;
}

inline std::ostream& operator<<(std::ostream& stream, const StreamControl& control) {
    return stream << control.channel << control.take_over << control.bias << control.first << ' '
                  << static_cast<int>(control.first_row) << ' ' << static_cast<int>(control.half) << ' '
                  << control.output;
}

inline std::ostream& operator<<(std::ostream& stream, const EmitControl& emit) {
    return stream << emit.valid << ' ' << static_cast<int>(emit.half) << ' ' << emit.output << ": "
                  << emit.words << " to " << emit.address;
}

inline std::ostream& operator<<(std::ostream& stream, const CoreControl& control) {
    return stream << control.load << ", " << control.stream << ", " << control.emit;
}

inline std::ostream& operator<<(std::ostream& stream, const ZeroMasks& masks) {
    for (const std::uint16_t mask : masks.core) stream << mask << ' ';
    return stream;
}

inline void sc_trace(sc_core::sc_trace_file* file, const LoadControl& load, const std::string& name) {
    sc_core::sc_trace(file, reinterpret_cast<const std::uint8_t&>(load.target), name + ".target", 2);
    sc_core::sc_trace(file, load.row, name + ".row", 2);
    sc_core::sc_trace(file, load.first, name + ".first");
}

inline void sc_trace(sc_core::sc_trace_file* file, const StreamControl& control, const std::string& name) {
    sc_core::sc_trace(file, control.channel, name + ".channel");
    sc_core::sc_trace(file, control.take_over, name + ".take_over");
    sc_core::sc_trace(file, control.bias, name + ".bias");
    sc_core::sc_trace(file, control.first, name + ".first");
    sc_core::sc_trace(file, control.first_row, name + ".first_row", 2);
    sc_core::sc_trace(file, control.half, name + ".half", 1);
    sc_core::sc_trace(file, control.output, name + ".output");
}

inline void sc_trace(sc_core::sc_trace_file* file, const EmitControl& emit, const std::string& name) {
    sc_core::sc_trace(file, emit.valid, name + ".valid");
    sc_core::sc_trace(file, emit.half, name + ".half", 1);
    sc_core::sc_trace(file, emit.output, name + ".output");
    sc_core::sc_trace(file, emit.words, name + ".words");
    sc_core::sc_trace(file, emit.address, name + ".address");
}

inline void sc_trace(sc_core::sc_trace_file* file, const ZeroMasks& masks, const std::string& name) {
    for (std::size_t k = 0; k < masks.core.size(); ++k) {
        sc_core::sc_trace(file, masks.core[k], name + ".core_" + std::to_string(k), kRows * kColumns);
    }
}

inline void sc_trace(sc_core::sc_trace_file* file, const CoreControl& control, const std::string& name) {
    sc_trace(file, control.load, name + ".load");
    sc_trace(file, control.stream, name + ".stream");
    sc_trace(file, control.emit, name + ".emit");
}

}  // namespace quell::hw
