// A layer of a chip read cell by cell, every cell drawn at every read: what the closed forms are tested
// against. In double precision but for the cells and their normal numbers; no converters.
#pragma once

#include "models/analog/device/chip.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::test {

enum class Cut { at_zero, nowhere };

class CellByCell {
public:
    // One group. `weights` and `chip` are used here alone.
    CellByCell(const analog::Chip& chip, std::int64_t product, std::span<const float> weights,
               const analog::LayerMatrix& matrix, std::uint64_t seed, Cut cut = Cut::at_zero);

    // Cells hold still: an output is the sum of its cells' conductances as they are this once, times inputs.
    std::vector<double> read(std::span<const double> inputs);

    // Words of `bits` bits go in dac_bits at a time, each time with all cells drawn anew. In the unit of read
    // when an input is `step` times its word.
    std::vector<double> read_bit_serial(std::span<const int> words, double step, int bits, int dac_bits);

    // Central moments of an output of read: mean, variance, third and fourth cumulant.
    struct Cumulants {
        double mean = 0, variance = 0, third = 0, fourth = 0;
        void add(double factor, const Cumulants& other);
    };
    Cumulants cumulants(std::int64_t output, std::span<const double> inputs) const;
    Cumulants bit_serial_cumulants(std::int64_t output, std::span<const int> words, double step, int bits,
                                   int dac_bits) const;

private:
    struct Cell {
        float conductance = 0, sigma = 0, passed = 1;  // by the wires
    };
    struct Plane {
        double worth = 0;  // of Gmax in the weights' unit, negative for the negative cells
        std::vector<Cell> cells;
    };
    float next_normal();
    float draw(const Cell& cell);
    void accumulate(const Plane& plane, std::span<const double> inputs, std::vector<double>& outputs);

    std::int64_t inputs_, outputs_;
    std::vector<Plane> planes_;
    Cut cut_;
    std::uint64_t seed_;
    std::vector<float> numbers_;
    std::size_t used_ = 0;
    std::uint32_t refills_ = 0;
};

// Digit `place` of a word of two's complement, dac_bits wide; the top one is signed.
int digit(int word, int place, int bits, int dac_bits);

}  // namespace quell::test
