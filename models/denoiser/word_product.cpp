#include "models/denoiser/word_product.h"

#include "models/denoiser/word_vectors.h"
#include "models/numeric/vectors.h"

#include <algorithm>
#include <cmath>

namespace quell::denoiser {

namespace {

constexpr std::int64_t kPixels = 8, kRows = 6;  // of the sums that fit in the registers

// As product_vectors().
void multiply_panel(const double* panel, const double* packed, std::int64_t inputs, std::int64_t pixels,
                    const double* offsets, double scale, std::int64_t rows, Word* words,
                    std::int64_t stride) {
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        const double* x = packed + pixel / kPixels * inputs * kPixels + pixel % kPixels;
        for (std::int64_t row = 0; row < rows; ++row) {
            double sum = 0;
            for (std::int64_t input = 0; input < inputs; ++input) {
                sum += panel[input * kRows + row] * x[input * kPixels];
            }
            const double word = std::floor((sum + offsets[row]) * scale);
            words[row * stride + pixel] = static_cast<Word>(std::min(std::max(word, -32768.0), 32767.0));
        }
    }
}

}  // namespace

void PackedMap::reset(std::int64_t inputs, std::int64_t pixels) {
    inputs_ = inputs;
    pixels_ = pixels;
    const auto size = static_cast<std::size_t>((pixels + kPixels - 1) / kPixels * kPixels * inputs);
    if (values_.size() < size) values_.resize(size);
}

void PackedMap::put(std::int64_t input, const Word* words) {
    double* to = values_.data() + input * kPixels;
    std::int64_t pixel = 0;
    for (; pixel + kPixels <= pixels_; pixel += kPixels, to += inputs_ * kPixels) {
        for (std::int64_t k = 0; k < kPixels; ++k) to[k] = words[pixel + k];
    }
    if (pixel == pixels_) return;
    for (std::int64_t k = 0; k < kPixels; ++k) to[k] = pixel + k < pixels_ ? words[pixel + k] : 0;
}

void multiply(const ProductRows& rows, const PackedMap& map, std::vector<double>& panel, Word* words) {
    const std::int64_t inputs = map.inputs();
    if (panel.size() < static_cast<std::size_t>(inputs * kRows)) {
        panel.resize(static_cast<std::size_t>(inputs * kRows));
    }
    const auto kernel = numeric::has_vectors() ? product_vectors : multiply_panel;
    for (std::int64_t output = 0; output < rows.outputs; output += kRows) {
        const std::int64_t some = std::min(kRows, rows.outputs - output);
        for (std::int64_t row = 0; row < kRows; ++row) {
            const Word* weight = rows.weight + (output + std::min(row, some - 1)) * inputs;
            for (std::int64_t input = 0; input < inputs; ++input) {
                panel[static_cast<std::size_t>(input * kRows + row)] = weight[input];
            }
        }
        kernel(panel.data(), map.data(), inputs, map.pixels(), rows.offset + output, rows.scale, some,
               words + output * map.pixels(), map.pixels());
    }
}

}  // namespace quell::denoiser
