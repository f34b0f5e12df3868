#include "models/network/dataset/npy_images.h"

#include "models/base/npy.h"

#include <algorithm>
#include <utility>

namespace quell::network {
namespace {

std::filesystem::path images_file(const std::filesystem::path& folder, const std::string& part) {
    return folder / (part + "_images.npy");
}

std::vector<std::int64_t> read_labels(const std::string& file, std::int64_t images) {
    const NpyArray array = read_npy(file);
    const Shape& shape = shape_of(array);
    if (shape.size() != 1) throw Error("{}: shape (N) expected, {} came", file, to_string(shape));
    if (shape[0] != images)
        throw Error("{}: {} labels expected, one per image, {} came", file, images, shape[0]);
    std::vector<std::int64_t> labels;
    if (const auto* bytes = std::get_if<Tensor<std::uint8_t>>(&array)) {
        labels.assign(bytes->values.begin(), bytes->values.end());
    } else if (const auto* wide = std::get_if<Tensor<std::int64_t>>(&array)) {
        labels = wide->values;
    } else {
        throw Error("{}: uint8 or int64 expected, {} came", file, element_type_name(array));
    }
    constexpr std::int64_t most_classes = 1 << 20;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0 || labels[i] >= most_classes) {
            throw Error("{}: image {} has label {}, 0 to {} are possible", file, i, labels[i],
                        most_classes - 1);
        }
    }
    return labels;
}

}  // namespace

LabelledImages read_npy_images(const std::filesystem::path& folder, const std::string& part,
                               std::int64_t limit, Short if_short) {
    const std::string file = images_file(folder, part).string();
    NpyArray array = read_npy(file);
    expect<std::uint8_t>(array, file);
    auto& pixels = std::get<Tensor<std::uint8_t>>(array);
    if (pixels.shape.size() != 4 || element_count(pixels.shape) == 0)
        throw Error("{}: shape (N,C,H,W) of at least one image expected, {} came", file,
                    to_string(pixels.shape));
    const std::int64_t count = pixels.shape[0];
    std::vector<std::int64_t> labels = read_labels((folder / (part + "_labels.npy")).string(), count);
    if (limit > count && if_short == Short::refused)
        throw Error("{}: {} images expected, {} came", file, limit, count);
    const std::int64_t classes = 1 + *std::ranges::max_element(labels);
    Shape image_shape(pixels.shape.begin() + 1, pixels.shape.end());
    if (limit > 0 && limit < count) {
        labels.resize(static_cast<std::size_t>(limit));
        pixels.values.resize(static_cast<std::size_t>(limit * element_count(image_shape)));
    }
    return images_in_memory(std::move(image_shape), classes, std::move(labels), std::move(pixels.values));
}

bool has_npy_images(const std::filesystem::path& folder, const std::string& part) {
    return std::filesystem::exists(images_file(folder, part));
}

}  // namespace quell::network
