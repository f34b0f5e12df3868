// A data set as two of NumPy's files: the images and their labels.
#pragma once

#include "models/network/dataset/labelled_images.h"

#include <filesystem>
#include <string>

namespace quell::network {

// The first `limit` images (0: all) of `folder`: PART_images.npy, uint8 (N,C,H,W), and PART_labels.npy, uint8
// or int64 (N). Classes: one more than the largest label in the file. Throws Error naming the file when one
// is missing, of another type or shape, has fewer images than the limit, or a label below 0.
LabelledImages read_npy_images(const std::filesystem::path& folder, const std::string& part,
                               std::int64_t limit, Short if_short = Short::refused);

// Whether the folder has that part.
bool has_npy_images(const std::filesystem::path& folder, const std::string& part);

}  // namespace quell::network
