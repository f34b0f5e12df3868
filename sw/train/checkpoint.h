// A training's whole state in one npz file.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <map>
#include <string>

namespace quell::train {

struct Checkpoint {
    // What the training is: lines "key = value". Of another text nothing can be gone on from.
    std::string description;
    std::int64_t epoch = 0, step = 0;  // the next one to do, from 0
    std::int64_t optimiser_steps = 0;
    double loss_sum = 0;                   // of this epoch's images so far
    std::int64_t images = 0, correct = 0;  // of this epoch so far
    double seconds = 0;                    // spent so far
    std::map<std::string, Tensor<float>> tensors;

    bool operator==(const Checkpoint&) const = default;
};

// The file is replaced as a whole: whenever the program ends, the old or the new one is there.
void write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

// Throws Error when the file is not a whole checkpoint.
void require_checkpoint(const std::string& path);

// Throws Error when the file is not a whole checkpoint, or its description is another one, naming the line
// that differs.
Checkpoint read_checkpoint(const std::string& path, const std::string& description);

}  // namespace quell::train
