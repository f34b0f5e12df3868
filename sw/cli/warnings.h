// What a result cannot say of itself, on standard error.
#pragma once

#include "models/network/builtin/builtin.h"
#include "models/network/dataset/cifar10.h"

#include <ostream>
#include <string>

namespace quell::cli {

inline void warn_of_drawn_weights(const std::string& model, std::ostream& err) {
    if (!network::is_builtin(model)) return;
    err << "quell: " << model << " has drawn weights: its accuracy is that of an untrained network\n";
}

inline void warn_of_calibration(const std::string& folder, std::ostream& err) {
    if (network::has_calibration_images(folder)) return;
    err << "quell: " << folder
        << " has no data_batch_1.bin: scales and ranges are chosen on the images that are tested\n";
}

}  // namespace quell::cli
