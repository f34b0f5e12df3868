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

// Without words (`analytic`) the geometry alone.
struct BlockWork {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<denoiser::Word> x;  // (C,H,W)
};

class BlockFiles {
public:
    void register_arguments(config::OptionTable& table);

    // True when a file is to hold the words of the input or the weights, whatever the fidelity.
    bool writes_words() const { return !dump_input_.empty() || !dump_weights_.empty(); }
    bool writes_output() const { return !dump_.empty(); }

    // Throws UsageError when the fidelity cannot fill a file that was asked for, or when two results would go
    // into one file; `others` are options of the command that name a file as well.
    void check(config::Fidelity fidelity,
               const std::vector<std::pair<const char*, std::string>>& others) const;

    // Files, or what is drawn from the seed in their place; without words, files are read and checked all the
    // same, but nothing is drawn. Throws Error when they do not fit each other or there are too many words.
    BlockWork read(const config::Configuration& configuration, bool with_words) const;

    // The files asked for. y: the output, null in `analytic`.
    void write(const BlockWork& work, const std::vector<denoiser::Word>* y) const;

private:
    denoiser::Geometry geometry(const config::DenoiserConfig& config,
                                const Tensor<denoiser::Word>* map) const;

    std::int64_t channels_ = 0, height_ = 0, width_ = 0;
    std::string input_, weights_, dump_, dump_input_, dump_weights_;
};

// What stands behind `quell block` in messages and help.
inline constexpr const char* kBlockSynopsis = "--channels C --height H --width W [options]";

}  // namespace quell::cli
