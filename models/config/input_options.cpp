#include "models/base/error.h"
#include "models/config/input_config.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"

namespace quell::config {

void register_input_options(OptionTable& table, InputConfig& config) {
    table.section("input",
                  "How pixels reach a network: image files resized and cropped, (x * scale - mean) / std");
    table.add("input.scale", config.scale)
        .range(1e-9, 1e9)
        .help("Factor on every pixel, before the mean is subtracted")
        .source("torchvision: pixels 0 to 255 become 0 to 1");
    table.add("input.mean", config.mean)
        .range(-1e9, 1e9)
        .help("Subtracted from every channel; one value per channel, or one for all")
        .source("torchvision: the mean of ImageNet");
    table.add("input.std", config.deviation)
        .range(1e-9, 1e9)
        .help("Divides every channel; one value per channel, or one for all")
        .source("torchvision: the standard deviation of ImageNet");
    table.add("input.resize", config.resize)
        .range(0, 65536)
        .unit("pixels")
        .help(
            "Shorter side of an image file before the crop to the network's extent; 0: 256/224 of that, "
            "and images of just that extent as they are")
        .source("torchvision: 256 and 224 are what ImageNet is evaluated with");
    table
        .add("input.interpolation", config.interpolation,
             Choices<Interpolation>{{"bilinear", Interpolation::bilinear},
                                    {"bicubic", Interpolation::bicubic}})
        .help("How image files are resized, antialiased")
        .source("torchvision: bilinear but for EfficientNet, which was trained on bicubic");
}

void validate(const InputConfig& config) {
    if (config.mean.empty())
        throw UsageError("input.mean = none: expected one value per channel, or one for all");
    if (config.deviation.empty())
        throw UsageError("input.std = none: expected one value per channel, or one for all");
    const bool either_is_common = config.mean.size() == 1 || config.deviation.size() == 1;
    if (!either_is_common && config.mean.size() != config.deviation.size()) {
        throw UsageError("input.mean has {} values and input.std {}: expected as many, or one for all",
                         config.mean.size(), config.deviation.size());
    }
}

}  // namespace quell::config
