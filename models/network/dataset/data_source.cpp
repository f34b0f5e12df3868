#include "models/network/dataset/data_source.h"

#include "models/network/dataset/cifar10.h"
#include "models/network/dataset/image_folder.h"
#include "models/network/dataset/npy_images.h"
#include "models/network/dataset/synthetic.h"

#include <algorithm>
#include <optional>

namespace quell::network {
namespace {

LabelledImages read(const DataSource& source, Part part, std::int64_t limit, Short if_short,
                    const Shape& network_shape, const config::InputConfig& input, int threads) {
    switch (source.dataset) {
        case Dataset::cifar10:
            return read_cifar10(source.folder, part == Part::test ? Cifar10Part::test : Cifar10Part::train,
                                limit > 0 ? std::optional(limit) : std::nullopt);
        case Dataset::synthetic: {
            const std::int64_t all = part == Part::test ? synthetic_test_images : synthetic_train_images;
            return synthetic_images(
                part == Part::test ? SyntheticPart::test : SyntheticPart::train,
                limit > 0 ? (if_short == Short::taken ? std::min(limit, all) : limit) : all);
        }
        case Dataset::npy:
            return read_npy_images(source.folder, part == Part::test ? "test" : "train", limit, if_short);
        case Dataset::images:
            return read_image_folder(
                image_part_folder(source.folder, part),
                {limit, if_short, network_shape, source.class_names, source.unreadable, threads}, input);
    }
    throw Error("dataset: no such kind");
}

void add_offset(LabelledImages& images, const DataSource& source) {
    for (std::size_t i = 0; i < images.labels.size(); ++i) {
        images.labels[i] += source.label_offset;
        if (images.labels[i] < 0) {
            throw UsageError(
                "--label-offset {}: the label of image {} becomes {}, labels from 0 are possible",
                source.label_offset, i, images.labels[i]);
        }
    }
    images.classes += source.label_offset;
}

LabelledImages checked(LabelledImages images, const DataSource& source, const Shape& network_shape) {
    if (images.image_shape != network_shape) {
        throw Error("{}: images of shape {}, the network takes {}",
                    source.folder.empty() ? "the synthetic set" : source.folder,
                    to_string(images.image_shape), to_string(network_shape));
    }
    add_offset(images, source);
    return images;
}

}  // namespace

LabelledImages read_dataset(const DataSource& source, Part part, std::int64_t limit,
                            const Shape& network_shape, const config::InputConfig& input, int threads) {
    return checked(read(source, part, limit, Short::refused, network_shape, input, threads), source,
                   network_shape);
}

CalibrationImages read_calibration(const DataSource& source, std::int64_t count, const Shape& network_shape,
                                   const config::InputConfig& input) {
    CalibrationImages result;
    switch (source.dataset) {
        case Dataset::cifar10:
            if (!has_calibration_images(source.folder)) result.missing = "data_batch_1.bin";
            result.images = checked(read_cifar10_calibration(source.folder, count), source, network_shape);
            return result;
        case Dataset::synthetic:
            break;
        case Dataset::npy:
            if (!has_npy_images(source.folder, "train")) result.missing = "train_images.npy";
            break;
        case Dataset::images:
            if (!has_training_folder(source.folder)) result.missing = "train";
            break;
    }
    const Part part = result.missing.empty() ? Part::train : Part::test;
    result.images =
        checked(read(source, part, count, Short::taken, network_shape, input, 0), source, network_shape);
    return result;
}

}  // namespace quell::network
