// Words that lie on a data bus in one cycle.
#pragma once

#include "models/numeric/fixed_point.h"

#include <systemc>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <string>

namespace quell::hw {

inline constexpr int kMostBusWords = 256;  // the widest port that may be configured

// Words to copy: those of the default machine's buses and tiles at once, since a length that the compiler
// knows is a move or two and any other a call. Both have room for so many.
inline void copy_words(numeric::Word* to, const numeric::Word* from, std::size_t count) {
    constexpr std::size_t bus = 16, tile = 32;
    std::memcpy(to, from, bus * sizeof(numeric::Word));
    if (count <= bus) return;
    std::memcpy(to + bus, from + bus, (tile - bus) * sizeof(numeric::Word));
    if (count > tile) std::memcpy(to + tile, from + tile, (count - tile) * sizeof(numeric::Word));
}

// The first `count` words are on the bus, the rest mean nothing. A bus of count 0 is silent.
struct WordBus {
    std::uint16_t count = 0;
    std::array<numeric::Word, kMostBusWords> words;

    WordBus() { std::memset(words.data(), 0, 32); }
    WordBus(const WordBus& other) { *this = other; }
    WordBus& operator=(const WordBus& other) {
        count = other.count;
        copy_words(words.data(), other.words.data(), std::min<std::size_t>(count, kMostBusWords));
        return *this;
    }
    bool operator==(const WordBus& other) const {
        return count == other.count && std::equal(words.begin(), words.begin() + count, other.words.begin());
    }
};

inline std::ostream& operator<<(std::ostream& stream, const WordBus& bus) {
    for (int k = 0; k < bus.count; ++k) stream << (k == 0 ? "" : " ") << bus.words[k];
    return stream;
}

// The first 16 words are drawn: what the default machine has.
inline void sc_trace(sc_core::sc_trace_file* file, const WordBus& bus, const std::string& name) {
    sc_core::sc_trace(file, bus.count, name + ".count");
    for (int k = 0; k < 16; ++k) sc_core::sc_trace(file, bus.words[k], name + ".word" + std::to_string(k));
}

}  // namespace quell::hw
