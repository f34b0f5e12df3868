// What a result cannot say of itself, on standard error.
#pragma once

#include "models/network/builtin/builtin.h"
#include "models/network/dataset/data_arguments.h"

#include <ostream>
#include <string>

namespace quell::cli {

inline void warn_of_drawn_weights(const std::string& model, std::ostream& err) {
    if (!network::is_builtin(model)) return;
    err << "quell: " << model << " has drawn weights: its accuracy is that of an untrained network\n";
}

inline void warn_of_calibration(const network::DataArguments& data,
                                const network::CalibrationImages& calibration, std::ostream& err) {
    if (calibration.missing.empty()) return;
    err << "quell: " << data.name() << " has no " << calibration.missing
        << ": scales and ranges are chosen on the images that are tested\n";
}

inline void warn_of_skipped(const network::LabelledImages& images, std::ostream& err) {
    if (images.skipped.count == 0) return;
    err << "quell: " << images.skipped.description() << '\n';
}

}  // namespace quell::cli
