// A measured error of programming, from a file.
#pragma once

#include <filesystem>
#include <vector>

namespace quell::analog {

// Lines `target,sigma`, both relative to Gmax and within 0 to 1, targets rising; at least two. Empty lines,
// lines that begin with # and one line of names at the top are passed over. Between targets the deviation is
// interpolated linearly; beyond the first and the last it stays as it is there.
class ProgrammingTable {
public:
    // Throws Error naming the file and the line.
    explicit ProgrammingTable(const std::filesystem::path& file);

    double sigma(double target) const;

private:
    std::vector<double> targets_, sigmas_;
};

}  // namespace quell::analog
