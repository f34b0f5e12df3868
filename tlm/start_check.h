// What the unit does with its settings before a start: finds the plan, or says why there is none.
#pragma once

#include "hw/denoiser_start.h"
#include "models/config/denoiser_config.h"
#include "models/denoiser/noise_lanes.h"
#include "tlm/denoiser_settings.h"

#include <map>
#include <tuple>

namespace quell::tlm {

class StartCheck {
public:
    // It outlives the check.
    explicit StartCheck(const config::DenoiserConfig& config) : config_(config) {}

    // Throws StartRefusal.
    hw::DenoiserStart start(const DenoiserSettings& settings);

private:
    const timing::BlockPlan& plan_for(const denoiser::Geometry& geometry);

    const config::DenoiserConfig& config_;
    // Finding a plan takes longer than many starts.
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, bool>, timing::BlockPlan> plans_;
};

}  // namespace quell::tlm
