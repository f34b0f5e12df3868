// device.read = bit_serial, the reference: the input goes to the rows dac_bits at a time, and every step of
// every weight slice and row split is a read of its own, with fresh noise and one conversion of the
// difference of its two columns; shifted and added digitally.
//
// An input word is cut, in two's complement, in steps of dac_bits, least significant first; the top step is
// signed (with dac_bits = 1 its bit counts negative, digitally). A step of digits d is read as a normal
// number of mean sum d E[g] and variance sum d^2 Var[g] (docs/variation.md). Converters see
//     sum (d / D) (g+ - g-) W X,   D = 2^dac_bits - 1, X the inputs' full scale, W the largest weight,
// so that a full scale means the same as for device.read = output: one cell at Gmax with the largest input
// makes W X.
#pragma once

#include "models/analog/device/chip.h"
#include "models/analog/device/layer_parts.h"
#include "models/analog/device/layer_product.h"

#include <cstdint>
#include <vector>

namespace quell::analog {

class BitSerialRead final : public LayerProduct {
public:
    // Of `parts` all but the cells is used.
    BitSerialRead(LayerParts parts, SlicesOnChip slices, int input_bits, int dac_bits);

    void multiply(const ReadKey& key, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override;
    void observe(const network::ProductInputs& inputs, const std::function<void(std::span<const float>)>& see,
                 std::vector<float>& scratch) const override;

private:
    struct Slice {
        LayerOnChip cells;  // the DACs' gains included
        DacFold dacs;
        double value = 1;
    };

    std::int64_t depth(std::int64_t split) const;

    // What a step's sum is worth in the result.
    double place(int step) const;

    // (inputs of the split, pixels): the input words, and a step's digits of them; false when all are 0.
    void read_words(const network::ProductInputs& inputs, std::int64_t split, float* words) const;
    bool cut_digits(const float* words, std::int64_t count, int step, float* digits) const;

    // (outputs, pixels): the sums of a read without noise, as the converters see them. `bows`: room for as
    // many as there are digits.
    void sum(const Slice& slice, std::int64_t group, std::int64_t split, std::int64_t pixels,
             const float* digits, float* bows, float* sums) const;

    LayerParts parts_;
    std::vector<Slice> slices_;
    int steps_ = 1, dac_bits_ = 1;
    double largest_digit_ = 1;
    double unit_ = 1;  // X / D
};

}  // namespace quell::analog
