#include "sw/train/batch_loader.h"

#include "models/network/dataset/preprocessing.h"
#include "models/network/executor.h"
#include "sw/train/random_streams.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace quell::train {
namespace {

constexpr std::int64_t pixel_values = 256;

std::uint64_t counter(std::int64_t epoch, std::int64_t index) {
    return static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(index);
}

// All pixel values in every channel, as the simulator normalises them.
Tensor<float> normalised_values(std::int64_t channels, const config::InputConfig& input) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(channels * pixel_values));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i % pixel_values);
    return network::preprocess(pixels, {channels, 1, pixel_values}, input);
}

// Files are decoded on every processor; to copy what is in memory takes less than to start a thread.
int reading_threads(const network::LabelledImages& images) {
    return images.source->is_slow() ? 0 : 1;
}

}  // namespace

BatchLoader::BatchLoader(const network::LabelledImages& images, const config::InputConfig& input,
                         Augmentation augmentation, std::int64_t batch, std::uint64_t seed)
    : images_(images),
      augmentation_(augmentation),
      batch_(batch),
      seed_(seed),
      normalised_(normalised_values(images.image_shape.at(0), input)) {
    if (images.count() == 0) throw Error("images: none came, at least one is expected");
    if (batch < 1) throw Error("batch: at least 1 is expected, {} came", batch);
}

BatchLoader::~BatchLoader() = default;

std::int64_t BatchLoader::steps() const {
    return (images_.count() + batch_ - 1) / batch_;
}

std::vector<std::int64_t> BatchLoader::order(std::int64_t epoch) const {
    std::vector<std::int64_t> order(static_cast<std::size_t>(images_.count()));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i-- > 1;) {
        const auto word = stream_words(seed_, Stream::order, counter(epoch, static_cast<std::int64_t>(i)))[0];
        std::swap(order[i], order[below(word, i + 1)]);
    }
    return order;
}

void BatchLoader::write_image(std::int64_t epoch, std::int64_t place, float* to) const {
    const auto words = stream_words(seed_, Stream::augmentation, counter(epoch, place));
    const bool flipped = augmentation_.flip && (words[0] >> 31) != 0;
    const auto span = static_cast<std::uint64_t>(2 * augmentation_.padding + 1);
    const std::int64_t down = static_cast<std::int64_t>(below(words[1], span)) - augmentation_.padding;
    const std::int64_t right = static_cast<std::int64_t>(below(words[2], span)) - augmentation_.padding;
    const std::int64_t channels = images_.image_shape[0], height = images_.image_shape[1],
                       width = images_.image_shape[2];
    const std::vector<std::uint8_t> pixels = images_.image(place);
    for (std::int64_t c = 0; c < channels; ++c) {
        const float* const value = normalised_.data() + c * pixel_values;
        for (std::int64_t row = 0; row < height; ++row) {
            const std::int64_t from = row + down;
            for (std::int64_t column = 0; column < width; ++column) {
                std::int64_t source = column + right;
                const bool inside = from >= 0 && from < height && source >= 0 && source < width;
                if (flipped) source = width - 1 - source;
                *to++ = value[inside ? pixels[static_cast<std::size_t>((c * height + from) * width + source)]
                                     : 0];
            }
        }
    }
}

Batch BatchLoader::make(std::int64_t epoch, std::int64_t step) const {
    const std::vector<std::int64_t> made =
        order_.empty() || epoch != epoch_ ? order(epoch) : std::vector<std::int64_t>();
    const std::vector<std::int64_t>& places = made.empty() ? order_ : made;
    const std::int64_t first = step * batch_, count = std::min(batch_, images_.count() - first);
    Batch batch;
    Shape shape = images_.image_shape;
    shape.insert(shape.begin(), count);
    batch.images = Tensor<float>(shape);
    const std::int64_t size = element_count(images_.image_shape);
    for (std::int64_t i = 0; i < count; ++i) {
        batch.places.push_back(places[static_cast<std::size_t>(first + i)]);
        batch.labels.push_back(images_.labels[static_cast<std::size_t>(batch.places.back())]);
    }
    network::for_each_image(count, reading_threads(images_), [&](std::int64_t i, int) {
        write_image(epoch, batch.places[static_cast<std::size_t>(i)], batch.images.data() + i * size);
    });
    return batch;
}

void BatchLoader::begin(std::int64_t epoch, std::int64_t step) {
    if (coming_.valid()) coming_.wait();
    coming_ = {};
    order_ = order(epoch);
    epoch_ = epoch;
    step_ = step;
    prefetch();
}

void BatchLoader::prefetch() {
    if (step_ >= steps()) return;
    coming_ = std::async(std::launch::async, [this, step = step_] { return make(epoch_, step); });
}

std::optional<Batch> BatchLoader::next() {
    if (!coming_.valid()) return std::nullopt;
    Batch batch = coming_.get();
    ++step_;
    prefetch();
    return batch;
}

Batch batch_in_order(const network::LabelledImages& images, const config::InputConfig& input,
                     std::int64_t first, std::int64_t count) {
    Batch batch;
    Shape shape = images.image_shape;
    shape.insert(shape.begin(), count);
    batch.images = Tensor<float>(shape);
    for (std::int64_t i = 0; i < count; ++i) {
        batch.places.push_back(first + i);
        batch.labels.push_back(images.labels[static_cast<std::size_t>(first + i)]);
    }
    network::for_each_image(count, reading_threads(images), [&](std::int64_t i, int) {
        const Tensor<float> image = network::preprocess(images.image(first + i), images.image_shape, input);
        std::copy(image.values.begin(), image.values.end(), batch.images.data() + i * image.size());
    });
    return batch;
}

}  // namespace quell::train
