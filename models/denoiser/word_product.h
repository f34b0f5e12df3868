// Matrix products of words, requantised: the pointwise convolutions of the fast block.
//
// Products of 16-bit words summed over up to 2^17 of them stay below 2^53, so doubles hold every sum exactly,
// in any order. A library's product was slower here: with 16 inputs, its packing and the sums' way through
// memory cost as much as the products.
#pragma once

#include "models/numeric/fixed_point.h"

#include <cstdint>
#include <vector>

namespace quell::denoiser {

using numeric::Word;

// A map (inputs, pixels) of words as doubles, eight pixels of every input side by side: (pixels / 8, inputs,
// 8), zeros after the last pixel.
class PackedMap {
public:
    // The words of all inputs are to follow; nothing is kept of what was there.
    void reset(std::int64_t inputs, std::int64_t pixels);

    // One input's words.
    void put(std::int64_t input, const Word* words);

    std::int64_t inputs() const { return inputs_; }
    std::int64_t pixels() const { return pixels_; }
    const double* data() const { return values_.data(); }

private:
    std::int64_t inputs_ = 0, pixels_ = 0;
    std::vector<double> values_;
};

// Rows of a product: words (outputs, pixels) = floor((weight (outputs, inputs) * map + offset (outputs)) *
// scale), saturated. panel is working memory.
struct ProductRows {
    const Word* weight;
    const double* offset;
    std::int64_t outputs;
    double scale;
};
void multiply(const ProductRows& rows, const PackedMap& map, std::vector<double>& panel, Word* words);

}  // namespace quell::denoiser
