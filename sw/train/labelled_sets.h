// The labelled images to train and to test with.
#pragma once

#include "models/network/dataset/data_source.h"

#include <cstdint>

namespace quell::train {

struct LabelledSets {
    network::LabelledImages train, test;
};

// The first images of both parts; a limit of 0 means all. Throws Error as network::read_dataset does, and
// when both do not have the same classes.
LabelledSets read_sets(const network::DataSource& source, std::int64_t train_limit, std::int64_t test_limit,
                       const Shape& network_shape, const config::InputConfig& input, int threads = 0);

}  // namespace quell::train
