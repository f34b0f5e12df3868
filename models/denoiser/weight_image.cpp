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

std::int64_t WeightPlaces::channels(WeightTensor tensor) const {
    return tensor == WeightTensor::reduce || tensor == WeightTensor::depthwise ? geometry_.bottleneck
                                                                               : geometry_.channels;
}

std::int64_t WeightPlaces::words_per_channel(WeightTensor tensor) const {
    return tensor == WeightTensor::reduce      ? geometry_.channels
           : tensor == WeightTensor::depthwise ? 9
                                               : geometry_.head_inputs();
}

std::int64_t WeightPlaces::weights(WeightTensor tensor) const {
    const std::int64_t bias = geometry_.bias ? kBiasWords : 0;
    std::int64_t first = 0;
    for (const WeightTensor before : {WeightTensor::reduce, WeightTensor::depthwise, WeightTensor::mean}) {
        if (before >= tensor) break;
        first += channels(before) * (words_per_channel(before) + bias);
    }
    return first;
}

std::int64_t WeightPlaces::biases(WeightTensor tensor) const {
    return weights(tensor) + channels(tensor) * words_per_channel(tensor);
}

std::int64_t weight_image_words(const Geometry& g) {
    const std::int64_t bias = g.bias ? kBiasWords : 0;
    return g.bottleneck * (g.channels + 9 + 2 * bias) + g.heads() * g.channels * (g.head_inputs() + bias);
}

std::vector<WeightImagePart> weight_image_parts(const Geometry& g) {
    const WeightPlaces places(g);
    std::vector<WeightImagePart> parts;
    const auto add = [&](WeightTensor tensor, const std::string& name, const Shape& shape) {
        parts.push_back({name + ".weight", shape, places.weights(tensor), element_count(shape)});
        if (g.bias) {
            parts.push_back({name + ".bias", {shape[0]}, places.biases(tensor), kBiasWords * shape[0]});
        }
    };
    add(WeightTensor::reduce, "reduce", {g.bottleneck, g.channels});
    add(WeightTensor::depthwise, "depthwise", {g.bottleneck, 3, 3});
    add(WeightTensor::mean, "mean", {g.channels, g.head_inputs()});
    if (g.variance_head) add(WeightTensor::variance, "variance", {g.channels, g.head_inputs()});
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
