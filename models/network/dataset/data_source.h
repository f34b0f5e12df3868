// The data sets that commands read (docs/data-sets.md), under one name each.
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/labelled_images.h"

#include <cstdint>
#include <string>

namespace quell::network {

enum class Dataset {
    cifar10,    // its binary files
    synthetic,  // computed; the folder plays no part
    npy,        // {train,test}_{images,labels}.npy
    images      // JPEG and PNG files in a folder per class
};
enum class Part { train, test };
enum class Unreadable { fatal, skip };  // what an image that cannot be read means

struct DataSource {
    Dataset dataset = Dataset::cifar10;
    std::string folder;
    Unreadable unreadable = Unreadable::fatal;
    std::string class_names;        // file with the names of a network's classes; empty: folders in order
    std::int64_t label_offset = 0;  // added to every label
};

// The first `limit` images (0: all) of a part. `network_shape`: (C,H,W) that the network takes; image folders
// are resampled to it. `threads` look for unreadable images (0: one per processor). Throws Error naming what
// is missing, what is not as the data set's description says, or both shapes when they differ.
LabelledImages read_dataset(const DataSource& source, Part part, std::int64_t limit,
                            const Shape& network_shape, const config::InputConfig& input, int threads = 0);

// Images to choose scales and ranges from: the first ones to train with, or where there are none of those to
// test with.
struct CalibrationImages {
    LabelledImages images;
    std::string missing;  // where the images are those to test with: what the folder lacks
};
CalibrationImages read_calibration(const DataSource& source, std::int64_t count, const Shape& network_shape,
                                   const config::InputConfig& input);

}  // namespace quell::network
