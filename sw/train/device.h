// Where LibTorch computes. Without its headers.
#pragma once

#include "models/config/option_table.h"

namespace quell::train {

enum class Device { cpu, cuda };

inline void add_device_argument(config::OptionTable& table, Device& device) {
    table
        .add_argument("device", device, config::Choices<Device>{{"cpu", Device::cpu}, {"cuda", Device::cuda}})
        .help("Where LibTorch computes: the processor, or the first CUDA GPU");
}

// Throws Error when this program's LibTorch cannot compute there.
void require_device(Device device);

}  // namespace quell::train
