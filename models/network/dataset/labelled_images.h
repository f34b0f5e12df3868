// Images with their classes, as a data set gives them: one at a time, so that a set need not fit in memory.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace quell::network {

// Where the pixels of a set's images come from.
class PixelSource {
public:
    virtual ~PixelSource() = default;
    // All pixels of image `index`, (C,H,W). May be called from several threads at once. Throws Error naming
    // the image when it cannot be read.
    virtual void read(std::int64_t index, std::span<std::uint8_t> pixels) const = 0;
    // Whether reading takes long enough (milliseconds) to be worth several threads.
    virtual bool is_slow() const { return false; }
};

// Images that were left out because they could not be read.
struct SkippedImages {
    std::int64_t count = 0;
    std::string first;  // why the first one could not

    std::string description() const;  // for whoever started the command
};

struct LabelledImages {
    Shape image_shape;                 // (C,H,W)
    std::int64_t classes = 0;          // labels are below this
    std::vector<std::int64_t> labels;  // (N)
    std::shared_ptr<const PixelSource> source;
    std::vector<std::string> class_names;  // by class as the set counts them, or none
    SkippedImages skipped;

    std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
    // The pixels of an image, (C,H,W).
    std::vector<std::uint8_t> image(std::int64_t index) const;
};

// What it means when a data set has fewer images than were asked for.
enum class Short { refused, taken };

// Images in memory. `pixels`: (N,C,H,W). Throws Error when they are not as many as labels.
LabelledImages images_in_memory(Shape image_shape, std::int64_t classes, std::vector<std::int64_t> labels,
                                std::vector<std::uint8_t> pixels);

}  // namespace quell::network
