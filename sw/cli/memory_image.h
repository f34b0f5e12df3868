// `quell block --memory-image DIR`: everything that another implementation of the block needs to work on the
// same data, and what it must come to (docs/numerics.md, section 9).
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/denoiser/noise_lanes.h"
#include "sw/cli/block_files.h"
#include "sw/cli/block_outcome.h"

#include <string>
#include <utility>
#include <vector>

namespace quell::cli {

class MemoryImage {
public:
    // An empty folder name: nothing is written.
    void register_arguments(config::OptionTable& table);
    bool wanted() const { return !folder_.empty(); }

    // Throws Error when the path is something else than a folder, or than nothing yet.
    void check() const;

    // Every file that the folder may get, with the option's name, for messages about files that collide.
    std::vector<std::pair<const char*, std::string>> files() const;

    // Makes the folder, replaces its files and takes away those of an earlier image that this one has not.
    void write(const BlockWork& work, const BlockOutcome& outcome, const config::Configuration& configuration,
               const config::OptionTable& options, const denoiser::NoiseKey& key) const;

private:
    std::string file(const char* name) const;

    std::string folder_;
};

}  // namespace quell::cli
