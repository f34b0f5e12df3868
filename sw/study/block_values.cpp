#include "sw/study/block_values.h"

#include "models/base/error.h"
#include "models/denoiser/weights.h"
#include "models/network/kernels/words.h"
#include "models/timing/noise_demand.h"
#include "models/timing/plan_search.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {
namespace {

const network::ProductSite& site_of(const network::Executor& executor, std::int64_t convolution) {
    const auto& sites = executor.products();
    const auto found = std::find_if(sites.begin(), sites.end(), [&](const network::ProductSite& site) {
        return site.convolution == convolution;
    });
    if (convolution < 1 || found == sites.end()) {
        throw UsageError("denoiser.after names convolution {}, the network does not have it", convolution);
    }
    return *found;
}

// `geometry` is made to fit weights that decide about it themselves.
denoiser::BlockWeights weights_of(const BlockPlaces& places, std::int64_t convolution, std::uint64_t seed,
                                  int word_bits, denoiser::Geometry& geometry) {
    const auto own =
        std::find_if(places.own.begin(), places.own.end(),
                     [&](const network::PlacedBlock& block) { return block.convolution == convolution; });
    if (own != places.own.end()) {
        denoiser::Geometry placed = own->geometry;
        placed.height = geometry.height;
        placed.width = geometry.width;
        if (placed.channels != geometry.channels) {
            throw Error("it has {} channels, the map {}", placed.channels, geometry.channels);
        }
        geometry = placed;
        return own->weights;
    }
    if (!places.weights_folder.empty()) {
        return denoiser::read_weights(fmt::format("{}/block_{}.npz", places.weights_folder, convolution),
                                      geometry);
    }
    denoiser::BlockWeights weights = denoiser::draw_weights(geometry, seed);
    weights.fraction.x = word_bits;
    denoiser::validate(weights.fraction, geometry);
    return weights;
}

}  // namespace

BlockValues::BlockValues(const BlockPlaces& places, const config::DenoiserConfig& config, std::uint64_t seed,
                         const network::Executor& executor, std::unique_ptr<network::ProductHook> noise)
    : lfsr_width_(config.lfsr_width),
      seed_(seed),
      noise_(std::move(noise)),
      source_(config.lfsr_width, config.lanes, config.normals_per_pair) {
    for (const std::int64_t convolution : places.after) {
        const network::ProductSite& site = site_of(executor, convolution);
        const std::optional<int> word_bits = executor.product_fraction_bits(site.product);
        if (!word_bits) {
            throw Error(
                "block after convolution {}: the denoiser works on words, expected --arithmetic fixed16",
                convolution);
        }
        try {
            denoiser::Geometry geometry =
                denoiser::make_geometry(site.channels, site.height, site.width, config);
            const denoiser::BlockWeights weights =
                weights_of(places, convolution, seed, *word_bits, geometry);
            const timing::BlockPlan plan = timing::plan_block(geometry, config);
            timing::require_noise_streams(plan, config);
            blocks_[convolution] = {std::make_unique<denoiser::FastBlock>(
                                        geometry, weights, config.leaky_shift, source_, plan.cancel_order()),
                                    weights.fraction.x};
        } catch (const Error& error) {
            throw Error("block after convolution {}: {}", convolution, error.what());
        }
    }
}

const network::AnalogProducts* BlockValues::products() const {
    return noise_ != nullptr ? noise_->products() : nullptr;
}

void BlockValues::after_product(const network::ProductSite& site, std::span<float> values) const {
    if (noise_ != nullptr) noise_->after_product(site, values);
}

void BlockValues::after_quantisation(const network::ProductSite& site, std::span<std::int16_t> words,
                                     int fraction_bits) const {
    const auto found = site.convolution > 0 ? blocks_.find(site.convolution) : blocks_.end();
    if (found == blocks_.end()) return;
    const Block& block = found->second;
    const auto count = static_cast<std::int64_t>(words.size());
    const int shift = fraction_bits - block.fraction_bits;
    if (shift != 0) network::kernels::rescale(count, words.data(), shift, words.data());
    block.block->run(words, words,
                     denoiser::base_seed({seed_, static_cast<std::uint64_t>(site.image),
                                          static_cast<std::uint32_t>(site.convolution)},
                                         lfsr_width_));
    if (shift != 0) network::kernels::rescale(count, words.data(), -shift, words.data());
}

}  // namespace quell::study
