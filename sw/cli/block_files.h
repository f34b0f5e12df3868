// What `quell block` works on and the files that it comes from and goes to.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/denoiser/weights.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quell::cli {

struct BlockWork {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<denoiser::Word> x;  // (C,H,W)
};

class BlockFiles {
public:
    void register_arguments(config::OptionTable& table);

    // Throws UsageError when the fidelity cannot fill a file that was asked for, or when two results would go
    // into one file; `others` are options of the command that name a file as well.
    void check(config::Fidelity fidelity,
               const std::vector<std::pair<const char*, std::string>>& others) const;

    // The shape alone, for runs without values; files that were given are read all the same.
    denoiser::Geometry geometry(const config::Configuration& configuration) const;

    // Files, or what is drawn from the seed in their place. Throws Error when they do not fit each other or
    // the block is too large to hold.
    BlockWork read(const config::Configuration& configuration) const;

    // The input and the weights, where that was asked for.
    void write(const BlockWork& work) const;
    void write_output(const denoiser::Geometry& geometry, const std::vector<denoiser::Word>& y) const;

private:
    denoiser::Geometry geometry(const config::DenoiserConfig& config,
                                const Tensor<denoiser::Word>* map) const;

    std::int64_t channels_ = 0, height_ = 0, width_ = 0;
    std::string input_, weights_, dump_, dump_input_, dump_weights_;
};

// What stands behind `quell block` in messages and help.
inline constexpr const char* kBlockSynopsis = "--channels C --height H --width W [options]";

}  // namespace quell::cli
