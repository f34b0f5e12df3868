#include "models/denoiser/weight_image.h"

namespace quell::denoiser {

namespace {

void append(std::vector<Word>& image, const std::vector<Word>& weights,
            const std::vector<std::int64_t>& biases) {
    image.insert(image.end(), weights.begin(), weights.end());
    for (const std::int64_t bias : biases) {
        for (std::int64_t word = 0; word < kBiasWords; ++word)
            image.push_back(static_cast<Word>(bias >> (16 * word)));
    }
}

class Reader {
public:
    explicit Reader(std::span<const Word> image) : image_(image) {}

    void read(std::int64_t count, std::int64_t outputs, bool bias, std::vector<Word>& weights,
              std::vector<std::int64_t>& biases) {
        const std::span<const Word> words = take(count);
        weights.assign(words.begin(), words.end());
        biases.clear();
        for (std::int64_t k = 0; bias && k < outputs; ++k) {
            const std::span<const Word> parts = take(kBiasWords);
            std::int64_t value = parts[2];  // the highest carries the sign
            value = value * 65536 + static_cast<std::uint16_t>(parts[1]);
            biases.push_back(value * 65536 + static_cast<std::uint16_t>(parts[0]));
        }
    }

private:
    std::span<const Word> take(std::int64_t count) {
        const auto part = image_.subspan(at_, static_cast<std::size_t>(count));
        at_ += static_cast<std::size_t>(count);
        return part;
    }

    std::span<const Word> image_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Word> weight_image(const BlockWeights& weights, const Geometry& geometry) {
    std::vector<Word> image;
    image.reserve(static_cast<std::size_t>(weight_image_words(geometry)));
    append(image, weights.reduce, weights.reduce_bias);
    append(image, weights.depthwise, weights.depthwise_bias);
    append(image, weights.mean, weights.mean_bias);
    if (geometry.variance_head) append(image, weights.variance, weights.variance_bias);
    return image;
}

std::int64_t weight_image_words(const Geometry& g) {
    const std::int64_t bias = g.bias ? kBiasWords : 0;
    return g.bottleneck * (g.channels + 9 + 2 * bias) + g.heads() * g.channels * (g.head_inputs() + bias);
}

std::vector<WeightImagePart> weight_image_parts(const Geometry& g) {
    std::vector<WeightImagePart> parts;
    std::int64_t at = 0;
    const auto add = [&](const std::string& name, const Shape& shape) {
        const std::int64_t words = element_count(shape);
        parts.push_back({name + ".weight", shape, at, words});
        at += words;
        if (!g.bias) return;
        parts.push_back({name + ".bias", {shape[0]}, at, kBiasWords * shape[0]});
        at += kBiasWords * shape[0];
    };
    add("reduce", {g.bottleneck, g.channels});
    add("depthwise", {g.bottleneck, 3, 3});
    add("mean", {g.channels, g.head_inputs()});
    if (g.variance_head) add("variance", {g.channels, g.head_inputs()});
    return parts;
}

BlockWeights weights_of_image(std::span<const Word> image, const Geometry& g, const FractionBits& fraction) {
    if (static_cast<std::int64_t>(image.size()) != weight_image_words(g)) {
        throw Error("a weight image of {} words expected, {} came", weight_image_words(g), image.size());
    }
    BlockWeights w;
    w.fraction = fraction;
    Reader reader(image);
    const std::int64_t head = g.channels * g.head_inputs();
    reader.read(g.bottleneck * g.channels, g.bottleneck, g.bias, w.reduce, w.reduce_bias);
    reader.read(g.bottleneck * 9, g.bottleneck, g.bias, w.depthwise, w.depthwise_bias);
    reader.read(head, g.channels, g.bias, w.mean, w.mean_bias);
    if (g.variance_head) reader.read(head, g.channels, g.bias, w.variance, w.variance_bias);
    return w;
}

}  // namespace quell::denoiser
