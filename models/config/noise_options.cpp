#include "models/base/error.h"
#include "models/config/noise_config.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"

namespace quell::config {

void register_noise_options(OptionTable& table, NoiseConfig& config) {
    table.section("noise", "The analog tiles' noise");
    table
        .add("noise.model", config.model,
             Choices<NoiseModel>{{"none", NoiseModel::none},
                                 {"gaussian", NoiseModel::gaussian},
                                 {"device", NoiseModel::device}})
        .help(
            "What the analog tiles do to every Conv and Gemm: a normal number on each output, or section "
            "device")
        .source("arXiv 2409.18553, setup: Gaussian, on all layers");
    table.add("noise.sigma_percent", config.sigma_percent)
        .unit("percent of the magnitude")
        .range(0, 1000)
        .help("Standard deviation of the noise")
        .source("arXiv 2409.18553, setup");
    table.add("noise.mean_percent", config.mean_percent)
        .unit("percent of the magnitude")
        .range(-1000, 1000)
        .help("Mean of the noise")
        .source("arXiv 2409.18553, setup");
    table
        .add("noise.magnitude", config.magnitude,
             Choices<NoiseMagnitude>{{"max_abs", NoiseMagnitude::max_abs},
                                     {"rms", NoiseMagnitude::rms},
                                     {"mean_abs", NoiseMagnitude::mean_abs},
                                     {"per_element", NoiseMagnitude::per_element}})
        .help("What the percentages are of: a figure of the layer's output before its noise")
        .source("ours: the paper leaves it open; only max_abs comes near its drops in accuracy");
    table
        .add(
            "noise.scope", config.scope,
            Choices<NoiseScope>{
                {"image", NoiseScope::image}, {"channel", NoiseScope::channel}, {"layer", NoiseScope::layer}})
        .help(
            "Over what the magnitude is taken: one image's output, one channel of it, or calibration images")
        .source("ours: the paper leaves it open");
    table.add("noise.calibration_images", config.calibration_images)
        .unit("images")
        .range(1, 10000)
        .help("Images for the magnitudes of noise.scope = layer and the ranges of converters")
        .source("ours");
    table.add("noise.time_s", config.time_s)
        .unit("s")
        .range(0, 1e12)
        .help("device: time since the chip was programmed")
        .source("aihwkit: conductances are first looked at after 20 s");
    table.add("noise.seed", config.seed)
        .help("Seed of the noise drawn anew in every product; that of the run when not given")
        .source("ours");
}

void resolve_noise(const OptionTable& table, std::uint64_t run_seed, NoiseConfig& config) {
    if (!table.is_given("noise.seed")) config.seed = run_seed;
}

}  // namespace quell::config
