#include "models/network/dataset/labelled_images.h"

#include <algorithm>
#include <utility>

namespace quell::network {
namespace {

class PixelsInMemory final : public PixelSource {
public:
    explicit PixelsInMemory(std::vector<std::uint8_t> pixels) : pixels_(std::move(pixels)) {}

    void read(std::int64_t index, std::span<std::uint8_t> pixels) const override {
        const auto first = static_cast<std::size_t>(index) * pixels.size();
        std::ranges::copy(std::span(pixels_).subspan(first, pixels.size()), pixels.begin());
    }

private:
    std::vector<std::uint8_t> pixels_;
};

}  // namespace

std::string SkippedImages::description() const {
    return fmt::format("images that cannot be read and were left out: {}; the first: {}", count, first);
}

std::vector<std::uint8_t> LabelledImages::image(std::int64_t index) const {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(element_count(image_shape)));
    source->read(index, pixels);
    return pixels;
}

LabelledImages images_in_memory(Shape image_shape, std::int64_t classes, std::vector<std::int64_t> labels,
                                std::vector<std::uint8_t> pixels) {
    const auto expected = static_cast<std::int64_t>(labels.size()) * element_count(image_shape);
    if (static_cast<std::int64_t>(pixels.size()) != expected) {
        throw Error("{} images of shape {} have {} pixel values, {} came", labels.size(),
                    to_string(image_shape), expected, pixels.size());
    }
    LabelledImages images;
    images.image_shape = std::move(image_shape);
    images.classes = classes;
    images.labels = std::move(labels);
    images.source = std::make_shared<PixelsInMemory>(std::move(pixels));
    return images;
}

}  // namespace quell::network
