// Register stages of a square root that gives one bit a stage, restoring: every stage brings down the next
// two bits of the radicand, tries 4 * root + 1 and keeps the difference where it fits.
#pragma once

#include <systemc>

#include <array>
#include <cstdint>
#include <string>

namespace quell::hw {

class RootStages {
public:
    // Stages computed at once; the surplus of the last leads nowhere.
    static constexpr int kMostStages = 24, kBlock = 8;

    // stages: bits of the root, 1 to 24; the radicand has twice as many.
    explicit RootStages(int stages) : stages_(stages) {}

    // One clock edge: every stage's register takes what the stage makes of the register before it.
    void advance();

    // The register in front of the first stage, written after advance() of the same edge.
    void enter(std::uint64_t radicand) {
        const std::uint64_t aligned = radicand << (64 - 2 * stages_);
        root_[0] = remainder_[0] = 0;
        high_[0] = static_cast<std::uint32_t>(aligned >> 32);
        low_[0] = static_cast<std::uint32_t>(aligned);
    }

    // The last stage's register: floor(sqrt(radicand)) of what was entered `stages` edges ago.
    std::uint32_t root() const { return root_[static_cast<std::size_t>(stages_)]; }

    // Registers as <prefix>01.root, 01.remainder, 02.root ...; the number counts from `first`.
    void trace(sc_core::sc_trace_file* file, const std::string& prefix, int first) const;

private:
    using Registers = std::array<std::uint32_t, kMostStages + 1>;

    int stages_;
    Registers root_{}, remainder_{};
    Registers high_{}, low_{};  // bits of the radicand yet to come down, left aligned in 64
};

}  // namespace quell::hw
