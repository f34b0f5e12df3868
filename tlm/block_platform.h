// The smallest platform that runs one denoiser block: a processor that programs it, a memory, the block.
#pragma once

#include "models/denoiser/noise_lanes.h"
#include "models/timing/block_timing.h"
#include "tlm/denoiser_model.h"

#include <systemc>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace quell::tlm {

struct WaveOptions;

struct BlockRun {
    timing::BlockTiming timing;
    timing::BlockPlan plan;
    std::vector<denoiser::Word> output;  // (C,H,W)
};

// Where the platform's memory holds what: byte addresses, each part at a whole beat.
struct BlockMemoryMap {
    std::uint64_t input = 0, output = 0, weights = 0, end = 0;

    BlockMemoryMap(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);
};

class BlockPlatform : public sc_core::sc_module {
public:
    // x: (C,H,W). Everything is copied into the platform's memory.
    BlockPlatform(const sc_core::sc_module_name& name, const config::DenoiserConfig& config, double clock_mhz,
                  const denoiser::Geometry& geometry, const denoiser::BlockWeights& weights,
                  std::span<const denoiser::Word> x, std::uint64_t base_seed,
                  DenoiserModel model = DenoiserModel::transaction);
    ~BlockPlatform() override;

    // Waves of the pin-level unit. Throws Error in the transaction model, or when the file cannot be written.
    void draw(const WaveOptions& options);
    // Behind run(). Throws Error when the waves are not whole.
    void end_drawing();

    // Runs the kernel until the block has raised its interrupt. Throws Error with the block's own words when
    // it refuses. Call once.
    BlockRun run();

    // What run() gives, where another platform's run() has been everybody's: there is one kernel.
    BlockRun result() const;

private:
    struct Parts;
    void program();
    void write_register(std::uint64_t offset, std::uint32_t value);

    std::unique_ptr<Parts> parts_;
};

}  // namespace quell::tlm
