// A value change dump (IEEE 1364) of signals whose changes are known in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::study {

class WaveFile {
public:
    using Signal = std::size_t;

    // `path`: scopes and name, with points between them. Its value is 0 at first.
    Signal add(const std::string& path, int width);

    // Adds to the value between two times, in picoseconds.
    void raise(Signal signal, std::int64_t begin, std::int64_t end, std::int64_t by = 1);

    // From the first to the last time; a value that does not fit its width is shown as the largest that does.
    std::string text(std::int64_t from, std::int64_t to) const;

private:
    struct Wire {
        std::string path;
        int width;
        std::map<std::int64_t, std::int64_t> steps;  // by how much it grows, when
    };
    std::vector<Wire> wires_;
};

}  // namespace quell::study
