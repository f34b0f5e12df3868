// Labelled images in shuffled, augmented, normalised batches; the next one is made while one is worked on.
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/labelled_images.h"

#include <cstdint>
#include <future>
#include <optional>
#include <vector>

namespace quell::train {

struct Batch {
    Tensor<float> images;              // (N,C,H,W), normalised
    std::vector<std::int64_t> labels;  // (N)
    std::vector<std::int64_t> places;  // (N): in the data set
};

struct Augmentation {
    bool flip = false;         // left and right, every other time
    std::int64_t padding = 0;  // black pixels around, of which a window of the old size is cut anywhere
};

class BatchLoader {
public:
    // `images` has to outlive the loader. Order and augmentation follow from seed, epoch and place alone.
    BatchLoader(const network::LabelledImages& images, const config::InputConfig& input,
                Augmentation augmentation, std::int64_t batch, std::uint64_t seed);
    ~BatchLoader();

    std::int64_t steps() const;  // batches of an epoch; the last one may be smaller

    // From this step on, counted from 0.
    void begin(std::int64_t epoch, std::int64_t step = 0);
    // The next batch of the epoch; nothing behind the last one.
    std::optional<Batch> next();

    Batch make(std::int64_t epoch, std::int64_t step) const;

private:
    std::vector<std::int64_t> order(std::int64_t epoch) const;
    void write_image(std::int64_t epoch, std::int64_t place, float* to) const;
    void prefetch();

    const network::LabelledImages& images_;
    Augmentation augmentation_;
    std::int64_t batch_;
    std::uint64_t seed_;
    Tensor<float> normalised_;  // (C,1,256): of every pixel value
    std::int64_t epoch_ = 0, step_ = 0;
    std::vector<std::int64_t> order_;
    std::future<Batch> coming_;
};

// Images [first, first + count) as they are.
Batch batch_in_order(const network::LabelledImages& images, const config::InputConfig& input,
                     std::int64_t first, std::int64_t count);

}  // namespace quell::train
