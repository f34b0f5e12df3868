// The whole machine at transaction level: sequencer, context memory, grid, interconnect, scratchpad, data
// memory and the denoiser behind its sockets. TLM-2.0, base protocol, approximately timed.
//
// It times a program; the values are those of the network's executor with the noise and the denoiser's golden
// block. "ISAAC/PUMA parameters in an MX-CGRA organisation": the organisation is that of the mixed-signal
// CGRA the paper names, the tiles' figures are ISAAC's and PUMA's.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/config/platform_config.h"
#include "models/config/tile_config.h"
#include "tlm/denoiser_model.h"
#include "tlm/sequencer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace quell::tlm {

struct PlatformParameters {
    config::PlatformConfig platform;
    config::TileConfig tile;
    config::DenoiserConfig denoiser;
    double clock_mhz = 500;
    DenoiserModel denoiser_model = DenoiserModel::transaction;
    Recorder* recorder = nullptr;  // outlives the platform; may be absent
};

// What the busiest and all PEs did.
struct PeActivity {
    std::int64_t products = 0;                       // of single crossbars, over all PEs
    timing::Cycles tile_busy = 0, digital_busy = 0;  // summed over all PEs
};

class Platform : public sc_core::sc_module {
public:
    // The program is copied. Throws Error when it is no legal program for this platform.
    Platform(const sc_core::sc_module_name& name, const PlatformParameters& parameters,
             std::span<const std::uint64_t> program);
    ~Platform() override;

    // Runs the kernel until HALT. Throws Error with the machine's words when something refuses. Call once.
    void run();

    const std::vector<LayerTrace>& layers() const;
    const std::vector<BlockTrace>& blocks() const;
    timing::Cycles cycles() const;  // from the first word to HALT
    timing::Cycles cycles_at(const sc_core::sc_time& time) const;
    timing::Cycles batch_begin() const;  // when the first COUNTER was started; 0 without any
    PeActivity activity() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace quell::tlm
