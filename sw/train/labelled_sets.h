// The labelled images to train and to test with.
#pragma once

#include "models/network/dataset/labelled_images.h"

#include <cstdint>
#include <string>

namespace quell::train {

enum class Dataset {
    cifar10,    // data_batch_1.bin to data_batch_5.bin, test_batch.bin
    synthetic,  // computed (models/network/dataset/synthetic.h); the folder plays no part
    npy         // {train,test}_{images,labels}.npy: uint8 (N,C,H,W) and uint8 or int64 (N)
};

struct LabelledSets {
    network::LabelledImages train, test;
};

// The first images of both; a limit of 0 means all. Throws Error naming file and image.
LabelledSets read_sets(Dataset dataset, const std::string& folder, std::int64_t train_limit,
                       std::int64_t test_limit);

}  // namespace quell::train
