// CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009) in its binary layout:
// records of one label byte and 3,072 pixel bytes, the R, G and B planes of 32x32 in row-major order.
#pragma once

#include "models/network/dataset/labelled_images.h"

#include <filesystem>
#include <optional>

namespace quell::network {

// The first `limit` images of one file; without a limit all of it, which have to be 10,000. Throws Error
// naming the file when it cannot be read, has fewer, is not a whole number of records, or holds a label above
// 9.
LabelledImages read_cifar10_file(const std::filesystem::path& file, std::optional<std::int64_t> limit = {});

// test_batch.bin, or data_batch_1.bin to data_batch_5.bin one after the other, the first `limit` images.
// Fewer than that, or without a limit files that are not whole, are an Error.
enum class Cifar10Part { test, train };
LabelledImages read_cifar10(const std::filesystem::path& folder, Cifar10Part part,
                            std::optional<std::int64_t> limit = {});

// Whether the folder has training images to calibrate on.
bool has_calibration_images(const std::filesystem::path& folder);

// Images to choose scales and magnitudes from: the first of data_batch_1.bin, so that the test images stay
// unseen, or of test_batch.bin where there is no other file; of that, as many as there are.
LabelledImages read_cifar10_calibration(const std::filesystem::path& folder, std::int64_t count);

}  // namespace quell::network
