#include "tlm/denoiser_settings.h"

#include "tlm/denoiser_registers.h"

namespace quell::tlm {

DenoiserSettings decode_settings(std::span<const std::uint32_t> words) {
    const auto word = [&](DenoiserRegister which) { return words[index_of(which)]; };
    const auto wide = [&](DenoiserRegister low) {
        return std::uint64_t{words[index_of(low) + 1]} << 32 | words[index_of(low)];
    };
    const auto bits = [&](DenoiserRegister which) { return static_cast<std::int32_t>(word(which)); };
    DenoiserSettings settings;
    settings.channels = word(DenoiserRegister::channels);
    settings.height = word(DenoiserRegister::height);
    settings.width = word(DenoiserRegister::width);
    settings.bias = (word(DenoiserRegister::options) & 1) != 0;
    settings.fraction.x = bits(DenoiserRegister::fraction_x);
    settings.fraction.reduce_weight = bits(DenoiserRegister::fraction_reduce_weight);
    settings.fraction.reduce_out = bits(DenoiserRegister::fraction_reduce_out);
    settings.fraction.depthwise_weight = bits(DenoiserRegister::fraction_depthwise_weight);
    settings.fraction.depthwise_out = bits(DenoiserRegister::fraction_depthwise_out);
    settings.fraction.mean_weight = bits(DenoiserRegister::fraction_mean_weight);
    settings.fraction.mean_out = bits(DenoiserRegister::fraction_mean_out);
    settings.fraction.variance_weight = bits(DenoiserRegister::fraction_variance_weight);
    settings.fraction.variance_out = bits(DenoiserRegister::fraction_variance_out);
    settings.input = wide(DenoiserRegister::input_low);
    settings.output = wide(DenoiserRegister::output_low);
    settings.weights = wide(DenoiserRegister::weights_low);
    settings.base_seed = wide(DenoiserRegister::base_seed_low);
    return settings;
}

}  // namespace quell::tlm
