// What the DCU tells the noise-cancellation lanes, all of them at once.
#pragma once

#include "hw/word_bus.h"

#include <systemc>

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

namespace quell::hw {

inline constexpr int kMostLanes = 64;

// The elements of one cycle: `count` of them, for lanes 0, 1, ...
struct LaneFeed {
    using Words = std::array<numeric::Word, kMostLanes>;
    std::uint16_t count = 0;
    Words x{}, mean{}, variance{};

    LaneFeed() = default;
    LaneFeed(const LaneFeed& other) { *this = other; }
    LaneFeed& operator=(const LaneFeed& other) {
        count = other.count;
        copy_words(x.data(), other.x.data(), count);
        copy_words(mean.data(), other.mean.data(), count);
        copy_words(variance.data(), other.variance.data(), count);
        return *this;
    }
    bool operator==(const LaneFeed& other) const {
        const auto equal = [this](const Words& a, const Words& b) {
            return std::equal(a.begin(), a.begin() + count, b.begin());
        };
        return count == other.count && equal(x, other.x) && equal(mean, other.mean) &&
               equal(variance, other.variance);
    }
};

// What the lanes put out at the edge that ends this cycle goes to these words of the activation SRAM; nothing
// comes out with a count of 0.
struct LaneWrite {
    std::uint32_t count = 0, address = 0;
    bool operator==(const LaneWrite&) const = default;
};

inline std::ostream& operator<<(std::ostream& stream, const LaneFeed& feed) {
    for (std::size_t k = 0; k < feed.count; ++k) {
        stream << (k == 0 ? "" : ", ") << feed.x[k] << ' ' << feed.mean[k] << ' ' << feed.variance[k];
    }
    return stream;
}

inline std::ostream& operator<<(std::ostream& stream, const LaneWrite& write) {
    return stream << write.count << " to " << write.address;
}

inline void sc_trace(sc_core::sc_trace_file* file, const LaneFeed& feed, const std::string& name) {
    sc_core::sc_trace(file, feed.count, name + ".count");
}

inline void sc_trace(sc_core::sc_trace_file* file, const LaneWrite& write, const std::string& name) {
    sc_core::sc_trace(file, write.count, name + ".count");
    sc_core::sc_trace(file, write.address, name + ".address");
}

}  // namespace quell::hw
