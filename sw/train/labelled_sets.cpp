#include "sw/train/labelled_sets.h"

#include "models/base/npy.h"
#include "models/network/dataset/cifar10.h"
#include "models/network/dataset/synthetic.h"

#include <algorithm>
#include <optional>

namespace quell::train {
namespace {

using network::LabelledImages;

std::vector<std::uint8_t> read_labels(const std::string& file) {
    const NpyArray array = read_npy(file);
    if (const auto* bytes = std::get_if<Tensor<std::uint8_t>>(&array)) return bytes->values;
    const auto& wide = expect<std::int64_t>(array, file);
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < wide.values.size(); ++i) {
        if (wide.values[i] < 0 || wide.values[i] > 255)
            throw Error("{}: image {} has label {}, 0 to 255 are possible", file, i, wide.values[i]);
        labels.push_back(static_cast<std::uint8_t>(wide.values[i]));
    }
    return labels;
}

LabelledImages read_pair(const std::string& folder, const std::string& part, std::int64_t limit) {
    const std::string file = folder + "/" + part + "_images.npy",
                      label_file = folder + "/" + part + "_labels.npy";
    const NpyArray array = read_npy(file);
    const auto& pixels = expect<std::uint8_t>(array, file);
    if (pixels.shape.size() != 4 || pixels.shape[0] < 1)
        throw Error("{}: shape (N,C,H,W) expected, {} came", file, to_string(pixels.shape));
    LabelledImages images;
    images.image_shape.assign(pixels.shape.begin() + 1, pixels.shape.end());
    images.labels = read_labels(label_file);
    if (images.count() != pixels.shape[0])
        throw Error("{}: {} labels expected, one per image, {} came", label_file, pixels.shape[0],
                    images.count());
    if (limit > images.count()) throw Error("{}: {} images expected, {} came", file, limit, images.count());
    const std::int64_t taken = limit > 0 ? limit : images.count();
    images.labels.resize(static_cast<std::size_t>(taken));
    images.pixels.assign(pixels.values.begin(),
                         pixels.values.begin() + taken * element_count(images.image_shape));
    images.classes = 1 + *std::max_element(images.labels.begin(), images.labels.end());
    return images;
}

std::optional<std::int64_t> limit_of(std::int64_t limit) {
    return limit > 0 ? std::optional(limit) : std::nullopt;
}

}  // namespace

LabelledSets read_sets(Dataset dataset, const std::string& folder, std::int64_t train_limit,
                       std::int64_t test_limit) {
    switch (dataset) {
        case Dataset::cifar10:
            return {network::read_cifar10(folder, network::Cifar10Part::train, limit_of(train_limit)),
                    network::read_cifar10(folder, network::Cifar10Part::test, limit_of(test_limit))};
        case Dataset::synthetic: {
            using network::SyntheticPart;
            return {
                network::synthetic_images(SyntheticPart::train,
                                          train_limit > 0 ? train_limit : network::synthetic_train_images),
                network::synthetic_images(SyntheticPart::test,
                                          test_limit > 0 ? test_limit : network::synthetic_test_images)};
        }
        case Dataset::npy: {
            LabelledSets sets{read_pair(folder, "train", train_limit), read_pair(folder, "test", test_limit)};
            if (sets.train.image_shape != sets.test.image_shape) {
                throw Error("{}: images to test with of shape {} expected, {} came", folder,
                            to_string(sets.train.image_shape), to_string(sets.test.image_shape));
            }
            return sets;
        }
    }
    throw Error("dataset: no such kind");
}

}  // namespace quell::train
