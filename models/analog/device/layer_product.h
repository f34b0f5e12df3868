// The products of one layer on a chip, for one way of reading it.
#pragma once

#include "models/analog/normal_numbers.h"
#include "models/network/analog_products.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace quell::analog {

// Which read: everything drawn anew follows from it. `product` from 1.
struct ReadKey {
    std::uint64_t seed = 0;
    std::int64_t product = 0, image = 0;
};

// What the noise of one (group, part) of a read is drawn with; `product` is left to the row split.
NormalKey read_noise_key(const ReadKey& key, const network::ProductInputs& inputs);

class LayerProduct {
public:
    virtual ~LayerProduct() = default;

    // Inputs in real units, as the DACs' words stand for them. Several threads at once.
    virtual void multiply(const ReadKey& key, const network::ProductInputs& inputs,
                          const network::ProductOutputs& outputs, std::vector<float>& scratch) const = 0;

    // Shows, without noise, every sum that an ADC would convert, in the unit in which its full scale is
    // given.
    virtual void observe(const network::ProductInputs& inputs,
                         const std::function<void(std::span<const float>)>& see,
                         std::vector<float>& scratch) const = 0;
};

}  // namespace quell::analog
