// A folder of JPEG and PNG files, a folder per class, as a data set for a network (docs/data-sets.md).
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/data_source.h"

#include <filesystem>

namespace quell::network {

// The folder of a part: DIR/val to test with and DIR/train to train with, or DIR itself to test with where it
// has neither. Throws Error naming the one that is missing.
std::filesystem::path image_part_folder(const std::filesystem::path& folder, Part part);

// Whether DIR/train is there.
bool has_training_folder(const std::filesystem::path& folder);

struct ImageFolderRequest {
    std::int64_t limit = 0;  // images, from the first; 0: all
    Short if_short = Short::refused;
    Shape network_shape;  // (3,H,W)
    std::string class_names;
    Unreadable unreadable = Unreadable::fatal;
    int threads = 0;  // that look for unreadable images
};

// The images of `folder`'s class folders, decoded and resampled when they are read. Classes take turns.
// Throws Error naming what is wrong: network_shape is not (3,H,W), no class, a class without an image, fewer
// images than the limit; with Unreadable::skip, not one that can be read.
LabelledImages read_image_folder(const std::filesystem::path& folder, const ImageFolderRequest& request,
                                 const config::InputConfig& input);

}  // namespace quell::network
