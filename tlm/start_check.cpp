#include "tlm/start_check.h"

#include "models/base/error.h"
#include "models/timing/noise_demand.h"
#include "models/timing/plan_search.h"
#include "tlm/start_refusal.h"

namespace quell::tlm {

const timing::BlockPlan& StartCheck::plan_for(const denoiser::Geometry& g) {
    const std::tuple key{g.channels, g.height, g.width, g.bias};
    auto found = plans_.find(key);
    if (found == plans_.end()) found = plans_.emplace(key, timing::plan_block(g, config_)).first;
    return found->second;
}

hw::DenoiserStart StartCheck::start(const DenoiserSettings& settings) {
    hw::DenoiserStart start;
    try {
        config::DenoiserConfig config = config_;
        config.bias = settings.bias;
        start.plan =
            plan_for(denoiser::make_geometry(settings.channels, settings.height, settings.width, config));
    } catch (const Error& error) {
        throw StartRefusal{DenoiserError::shape, error.what()};
    }
    const denoiser::Geometry& g = start.plan.geometry;
    try {
        denoiser::validate(settings.fraction, g);
    } catch (const Error& error) {
        throw StartRefusal{DenoiserError::fraction, error.what()};
    }
    if (settings.base_seed == 0 || settings.base_seed > numeric::lfsr_period(config_.lfsr_width)) {
        throw StartRefusal{DenoiserError::seed, fmt::format("a base seed of 1 to 2^{} - 1 is needed, {} came",
                                                            config_.lfsr_width, settings.base_seed)};
    }
    try {
        timing::require_noise_streams(start.plan, config_);
    } catch (const Error& error) {
        throw StartRefusal{DenoiserError::noise, error.what()};
    }
    for (const auto& [what, address] :
         {std::pair{"input", settings.input}, {"output", settings.output}, {"weights", settings.weights}}) {
        if (address % 2 == 0) continue;
        throw StartRefusal{
            DenoiserError::bus,
            fmt::format("{}: the address of a 16-bit word is needed, {:#x} came", what, address)};
    }
    start.fraction = settings.fraction;
    start.input = settings.input;
    start.output = settings.output;
    start.weights = settings.weights;
    start.base_seed = settings.base_seed;
    return start;
}

}  // namespace quell::tlm
