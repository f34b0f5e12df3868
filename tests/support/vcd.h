// Reads a VCD file of known, small size: every signal by its full name, with all of its changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::test {

struct VcdChange {
    std::uint64_t time = 0;  // in the file's time units
    std::string value;       // bits, the most significant first
};

struct VcdSignal {
    int width = 0;
    std::vector<VcdChange> changes;  // the first is the initial value

    // At a time: with the changes of that time made.
    std::string at(std::uint64_t time) const;
    bool high(std::uint64_t time) const { return at(time) == "1"; }
};

class Vcd {
public:
    // Throws std::runtime_error for what it cannot read.
    explicit Vcd(const std::string& path);

    // Throws std::out_of_range when there is no such signal. Names as in GTKWave, without the bit range.
    const VcdSignal& signal(const std::string& name) const { return signals_.at(name); }
    const std::map<std::string, VcdSignal>& signals() const { return signals_; }

    // Times at which a one-bit signal went from 0 to 1, an initial 1 included.
    std::vector<std::uint64_t> rises(const std::string& name) const;

    std::uint64_t begin() const { return begin_; }  // of the initial values

private:
    std::map<std::string, VcdSignal> signals_;
    std::uint64_t begin_ = 0;
};

}  // namespace quell::test
