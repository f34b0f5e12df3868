// Blocks and machines drawn from a seed.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/denoiser/geometry.h"
#include "models/timing/block_plan.h"

#include <algorithm>
#include <random>

namespace quell::test {

class Draw {
public:
    explicit Draw(unsigned seed) : random_(seed) {}
    int between(int least, int most) {
        return least + static_cast<int>(random_() % static_cast<unsigned>(most - least + 1));
    }

    config::DenoiserConfig config() {
        config::DenoiserConfig config;
        config.cores = between(1, 14);
        config.lanes = between(1, 12);
        config.schedule = between(0, 1) == 0 ? config::Schedule::sequential : config::Schedule::overlapped;
        config.heads = between(0, 1) == 0 ? config::Heads::full : config::Heads::grouped;
        config.sampling = between(0, 2) == 0 ? config::Sampling::mean : config::Sampling::stochastic;
        config.bias = between(0, 1) == 0;
        config.partial_sum_channels = between(1, 40);
        config.activation = {std::int64_t{2048} << between(0, 6), between(4, 20), between(2, 20),
                             between(2, 12), between(1, 3)};
        config.weight = {std::int64_t{1024} << between(0, 5), between(1, 6), between(1, 6), 8, between(1, 4)};
        config.dma_bits = 16 * between(1, 12);
        return config;
    }

    // Now and then far beyond what is sensible.
    config::DenoiserConfig any_config() {
        config::DenoiserConfig any = config();
        if (between(0, 3) > 0) return any;
        any.cores = between(1, 64);
        any.lanes = between(1, 64);
        any.activation.banks = between(1, 64);
        any.activation.read_words = between(1, 48);
        any.activation.write_words = between(1, 32);
        any.weight.banks = any.weight.read_words = between(1, 40);
        any.dma_bits = 16 * between(1, 256);
        return any;
    }

private:
    std::mt19937 random_;
};

// True where the plan search finds a plan.
inline bool fits(const denoiser::Geometry& g, const config::DenoiserConfig& config) {
    const std::int64_t most = std::max({g.channels, std::int64_t{9}, g.head_inputs()}) + 3;
    return timing::least_activation_bytes(g) <= config.activation.bytes && 4 * most <= config.weight.bytes;
}

}  // namespace quell::test
