#include "sw/train/noise_injection.h"

#include "models/base/error.h"
#include "sw/train/torch_noise.h"

#include <ATen/Parallel.h>

namespace quell::train {

at::Tensor add_noise(at::Tensor y, const network::ProductHook& noise, const network::Node& node,
                     const AnalogSite& site, std::span<const std::int64_t> images) {
    if (y.dim() < 2 || y.size(0) != static_cast<std::int64_t>(images.size())) {
        throw Error("{}: {} images expected, a value with {} rows came", describe(node), images.size(),
                    y.dim() < 1 ? 1 : y.size(0));
    }
    if (const auto* tensors = dynamic_cast<const TorchNoise*>(&noise)) return tensors->add(y, site, images);
    if (!y.is_cpu()) throw Error("{}: the simulator's noise works in the CPU's memory alone", describe(node));
    y = y.contiguous();
    const bool map = y.dim() == 4;
    network::ProductSite place{&node,
                               site.product,
                               site.convolution,
                               0,
                               y.size(1),
                               map ? y.size(2) : 1,
                               map ? y.size(3) : y.numel() / (y.size(0) * y.size(1))};
    const std::int64_t size = y.numel() / y.size(0);
    float* const values = y.data_ptr<float>();
    at::parallel_for(0, y.size(0), 1, [&](std::int64_t first, std::int64_t end) {
        network::ProductSite here = place;
        for (std::int64_t i = first; i < end; ++i) {
            here.image = images[static_cast<std::size_t>(i)];
            noise.after_product(here, std::span(values + i * size, static_cast<std::size_t>(size)));
        }
    });
    return y;
}

}  // namespace quell::train
