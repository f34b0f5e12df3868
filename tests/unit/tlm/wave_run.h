// One small block at pin level, with waves.
#pragma once

#include "tests/support/systemc_fixture.h"
#include "tlm/block_platform.h"
#include "tlm/wave_window.h"

#include <unistd.h>

#include <filesystem>
#include <string>

namespace quell::test {

struct WaveRun : SystemCFixture {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("quell_waves_" + std::to_string(getpid()));
    const std::string file = (folder / "block.vcd").string();
    config::DenoiserConfig config;

    WaveRun() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~WaveRun() { std::filesystem::remove_all(folder); }

    // 4 channels of 5x7 pixels.
    std::int64_t cycles(const tlm::WaveOptions& waves) const {
        const auto g = denoiser::make_geometry(4, 5, 7, config);
        const auto weights = denoiser::draw_weights(g, 1);
        const auto x = denoiser::draw_input(g, 1);
        const std::uint64_t seed = denoiser::base_seed({1, 0, 0}, config.lfsr_width);
        // The name under which `quell block` has it: the save files in traces/ go by it.
        tlm::BlockPlatform platform("block", config, 500, g, weights, x, seed, tlm::DenoiserModel::pin_level);
        if (!waves.file.empty()) platform.draw(waves);
        return platform.run().timing.cycles;
    }
};

}  // namespace quell::test
