#include "hw/denoiser.h"

#include <fmt/format.h>
#include <fnmatch.h>

namespace quell::hw {

Denoiser::Denoiser(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                   const denoiser::NoiseSource& noise)
    : sc_module(name),
      config_(config),
      dcu_("dcu", config_, noise),
      cores_("cores", config.cores, config.partial_sum_channels, config.leaky_shift),
      leaky_relu_("leaky_relu", config.leaky_shift),
      lanes_("lanes", noise),
      activation_sram_("activation_sram", config_.activation,
                       {{"cores"}, {"leaky_relu"}, {"lanes", 0, 1}, {"dma", config.dma_bits / 16}},
                       {{"cores"}, {"leaky_relu"}, {"lanes", 0, 1}, {"dma", config.dma_bits / 16}}),
      weight_sram_("weight_sram", config_.weight, {{"cores"}}, {{"dma", config.dma_bits / 16}}),
      dma_("dma", config.dma_bits / 16, config.activation.read_latency) {
    const auto lanes = static_cast<std::size_t>(config.lanes);
    seed_1_.init(lanes);
    seed_2_.init(lanes);
    activation_read_.init(kActivationPorts);
    activation_data_.init(kActivationPorts);
    activation_write_.init(kActivationPorts);

    dcu_.clk(clk);
    dcu_.reset(reset);
    dcu_.start(start);
    dcu_.done(done);
    dcu_.state(state_);
    bind_sram();
    bind_cores();
    bind_lanes();
    bind_dma();
}

void Denoiser::bind_sram() {
    activation_sram_.clk(clk);
    activation_sram_.reset(reset);
    activation_sram_.read(activation_read_);
    activation_sram_.data(activation_data_);
    activation_sram_.write(activation_write_);
    weight_sram_.clk(clk);
    weight_sram_.reset(reset);
    weight_sram_.read[0](weight_read_);
    weight_sram_.data[0](weight_data_);
    weight_sram_.write[0](weight_write_);
}

void Denoiser::bind_cores() {
    dcu_.core_enable(core_enable_);
    dcu_.cores_used(cores_used_);
    dcu_.zero_masks(zero_masks_);
    dcu_.core_control(core_control_);
    dcu_.requantise_shift(requantise_shift_);
    dcu_.leaky(leaky_);
    dcu_.core_read(activation_read_[kCores]);
    dcu_.weight_read(weight_read_);
    cores_.clk(clk);
    cores_.enable(core_enable_);
    cores_.reset(reset);
    cores_.used(cores_used_);
    cores_.control(core_control_);
    cores_.zero_masks(zero_masks_);
    cores_.requantise_shift(requantise_shift_);
    cores_.leaky(leaky_);
    cores_.activations(activation_data_[kCores]);
    cores_.weights(weight_data_);
    cores_.write(activation_write_[kCores]);

    dcu_.leaky_relu_enable(leaky_relu_enable_);
    dcu_.leaky_relu_read(activation_read_[kLeakyRelu]);
    dcu_.leaky_relu_address(leaky_relu_address_);
    leaky_relu_.clk(clk);
    leaky_relu_.enable(leaky_relu_enable_);
    leaky_relu_.words_in(activation_data_[kLeakyRelu]);
    leaky_relu_.address(leaky_relu_address_);
    leaky_relu_.write(activation_write_[kLeakyRelu]);
}

void Denoiser::bind_lanes() {
    dcu_.lane_load(lane_load_);
    dcu_.lane_enable(lane_enable_);
    dcu_.lane_feed(lane_feed_);
    dcu_.lane_write(lane_write_);
    dcu_.seed_1(seed_1_);
    dcu_.seed_2(seed_2_);
    dcu_.sampling(sampling_);
    dcu_.x_shift(x_shift_);
    dcu_.mean_shift(mean_shift_);
    dcu_.noise_shift(noise_shift_);
    dcu_.lane_read(activation_read_[kLanes]);
    dcu_.lane_data(activation_data_[kLanes]);
    lanes_.clk(clk);
    lanes_.load(lane_load_);
    lanes_.enable(lane_enable_);
    lanes_.feed(lane_feed_);
    lanes_.write_control(lane_write_);
    lanes_.seed_1(seed_1_);
    lanes_.seed_2(seed_2_);
    lanes_.sampling(sampling_);
    lanes_.x_shift(x_shift_);
    lanes_.mean_shift(mean_shift_);
    lanes_.noise_shift(noise_shift_);
    lanes_.write(activation_write_[kLanes]);
}

void Denoiser::bind_dma() {
    dcu_.dma_clear(dma_clear_);
    dcu_.dma_command(dma_command_);
    dcu_.dma_status(dma_status_);
    dma_.clk(clk);
    dma_.clear(dma_clear_);
    dma_.command(dma_command_);
    dma_.status(dma_status_);
    dma_.beat(beat);
    dma_.answer(answer);
    dma_.activation_read(activation_read_[kDma]);
    dma_.activation_data(activation_data_[kDma]);
    dma_.activation_write(activation_write_[kDma]);
    dma_.weight_write(weight_write_);
}

timing::BlockTiming Denoiser::timing() const {
    timing::BlockTiming timing = dcu_.timing();
    if (config_.schedule == config::Schedule::overlapped) {
        const auto phase = [&timing](timing::Phase which) -> timing::Cycles& {
            return timing.phases[static_cast<std::size_t>(which)];
        };
        phase(timing::Phase::load) =
            dma_.busy_cycles(timing::DmaKind::weights) + dma_.busy_cycles(timing::DmaKind::input);
        phase(timing::Phase::store) = dma_.busy_cycles(timing::DmaKind::output);
    } else {
        timing.phases[static_cast<std::size_t>(timing::Phase::load)] += timing::kStartCycles;
        timing.phases[static_cast<std::size_t>(timing::Phase::store)] += timing::kDoneCycles;
    }
    return timing;
}

timing::BlockCounts Denoiser::sram_counts() const {
    timing::BlockCounts counts;
    for (const ActivationPort port : {kCores, kLeakyRelu, kLanes}) {
        counts.activation_reads += activation_sram_.words_read(port);
        counts.activation_writes += activation_sram_.words_written(port);
    }
    counts.weight_reads = weight_sram_.words_read(0);
    return counts;
}

std::vector<Denoiser::Drawing> Denoiser::drawings(const std::string& scope) const {
    std::vector<Drawing> drawings;
    const auto add = [&](const std::string& name, std::function<void(sc_core::sc_trace_file*)> draw) {
        if (fnmatch(scope.c_str(), name.c_str(), 0) == 0) drawings.push_back({name, std::move(draw)});
    };
    const auto add_module = [&](const sc_core::sc_module& module) {
        add(module.basename(), [&module](sc_core::sc_trace_file* file) { module.trace(file); });
    };
    add_module(dcu_);
    add_module(activation_sram_);
    add_module(weight_sram_);
    for (int core = 0; core < cores_.cores(); ++core) {
        add(fmt::format("core_{}", core),
            [this, core](sc_core::sc_trace_file* file) { cores_.trace(file, core); });
    }
    add_module(leaky_relu_);
    for (std::size_t lane = 0; lane < lanes_.lanes().size(); ++lane) {
        add(lanes_.lanes()[lane].basename(),
            [this, lane](sc_core::sc_trace_file* file) { lanes_.trace(file, lane); });
    }
    add_module(dma_);
    return drawings;
}

std::vector<std::string> Denoiser::modules(const std::string& scope) const {
    std::vector<std::string> names;
    for (const Drawing& drawing : drawings(scope)) names.push_back(drawing.name);
    return names;
}

void Denoiser::trace(sc_core::sc_trace_file* file, const std::string& scope) const {
    for (const Drawing& drawing : drawings(scope)) drawing.draw(file);
}

}  // namespace quell::hw
