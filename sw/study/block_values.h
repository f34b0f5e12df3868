// What the denoiser blocks of a network make of the machine's values: bit-true, after the noise of the
// convolution they follow, on its words. fixed16 only, where there are words.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/denoiser/fast_block.h"
#include "models/denoiser/noise_lanes.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/executor.h"
#include "models/network/product_hook.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace quell::study {

struct BlockPlaces {
    std::vector<std::int64_t> after;  // convolutions, from 1
    // block_<convolution>.npz of each (docs/numerics.md, section 8); empty: drawn from the seed.
    std::string weights_folder;
    // The network's own; then `after` are theirs and no folder is looked at.
    std::vector<network::PlacedBlock> own;
};

class BlockValues final : public network::ProductHook {
public:
    // `noise` may be null. `seed` draws weights and, with image and convolution, every start's noise. Throws
    // Error for a convolution that the network does not have, for weights that cannot be read or do not fit
    // it, and for float32 executors.
    BlockValues(const BlockPlaces& places, const config::DenoiserConfig& config, std::uint64_t seed,
                const network::Executor& executor, std::unique_ptr<network::ProductHook> noise);

    const network::AnalogProducts* products() const override;
    void after_product(const network::ProductSite& site, std::span<float> values) const override;
    void after_quantisation(const network::ProductSite& site, std::span<std::int16_t> words,
                            int fraction_bits) const override;

private:
    struct Block {
        std::unique_ptr<denoiser::FastBlock> block;
        int fraction_bits = 0;  // of X, as its weights were made for
    };

    int lfsr_width_;
    std::uint64_t seed_;
    std::unique_ptr<network::ProductHook> noise_;
    denoiser::NoiseSource source_;
    std::map<std::int64_t, Block> blocks_;  // by convolution
};

}  // namespace quell::study
