// A block's weights as they lie in memory for the DMA engine (docs/numerics.md, section 8).
#pragma once

#include "models/denoiser/weights.h"

#include <span>
#include <string>
#include <vector>

namespace quell::denoiser {

// Words of: reduce weights, their biases, depthwise, biases, mean, biases, variance, biases. A bias is three
// words, lowest first, two's complement in 48 bits; there are none when the geometry has none.
std::vector<Word> weight_image(const BlockWeights& weights, const Geometry& geometry);

enum class WeightTensor { reduce, depthwise, mean, variance };

// Where a tensor lies in the image: words.
class WeightPlaces {
public:
    explicit WeightPlaces(const denoiser::Geometry& geometry) : geometry_(geometry) {}

    std::int64_t channels(WeightTensor tensor) const;           // output channels
    std::int64_t words_per_channel(WeightTensor tensor) const;  // without the bias
    std::int64_t weights(WeightTensor tensor) const;            // first word of its weights
    std::int64_t biases(WeightTensor tensor) const;             // and of its biases, behind them

private:
    denoiser::Geometry geometry_;
};

std::int64_t weight_image_words(const Geometry& geometry);

// Where each tensor lies: its name as in the weights' file, its shape, its first word. Of a bias, `shape` are
// its values, three words each.
struct WeightImagePart {
    std::string name;
    Shape shape;
    std::int64_t first_word = 0, words = 0;
};
std::vector<WeightImagePart> weight_image_parts(const Geometry& geometry);

// The other way; `fraction` comes from the registers. Throws Error when the image has another size.
BlockWeights weights_of_image(std::span<const Word> image, const Geometry& geometry,
                              const FractionBits& fraction);

}  // namespace quell::denoiser
