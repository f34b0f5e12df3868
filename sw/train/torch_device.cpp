#include "sw/train/torch_device.h"

#include "models/base/error.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

namespace quell::train {

void require_device(Device device) {
    if (device == Device::cuda && !at::hasCUDA()) {
        throw Error("--device cuda: LibTorch finds no GPU, or was built without CUDA; expected --device cpu");
    }
}

at::Device to_torch(Device device) {
    return device == Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

at::Generator make_generator(at::Device device, std::uint64_t seed) {
    if (device.is_cpu()) return at::detail::createCPUGenerator(seed);
    // A copy of the device's own: the headers that could make one come with CUDA alone.
    at::Generator generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return generator;
}

}  // namespace quell::train
