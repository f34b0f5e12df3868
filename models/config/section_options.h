// One function per section that registers its options, one that finds contradictions within it. To add an
// option, add a line to the section's file; to add a section, add a file and a line in configuration.cpp.
#pragma once

#include <cstdint>

namespace quell::config {

class OptionTable;
struct DenoiserConfig;
struct DeviceConfig;
struct EnergyConfig;
struct InputConfig;
struct NoiseConfig;
struct PlacementConfig;
struct PlatformConfig;
struct RunConfig;
struct TileConfig;

void register_run_options(OptionTable& table, RunConfig& config);
void register_input_options(OptionTable& table, InputConfig& config);
void register_denoiser_options(OptionTable& table, DenoiserConfig& config, PlacementConfig& placement);
void register_noise_options(OptionTable& table, NoiseConfig& config);
void register_device_options(OptionTable& table, DeviceConfig& config);
void register_tile_options(OptionTable& table, TileConfig& config);
void register_platform_options(OptionTable& table, PlatformConfig& config);
void register_energy_options(OptionTable& table, EnergyConfig& config);

void resolve_noise(const OptionTable& table, std::uint64_t run_seed, NoiseConfig& config);
// time_s: option noise.time_s.
void resolve_device(const OptionTable& table, double time_s, DeviceConfig& config);
void resolve_tile(const OptionTable& table, TileConfig& config);

void validate(const InputConfig& config);
void validate(const DenoiserConfig& config);
void validate(const PlacementConfig& config);
void validate(const DeviceConfig& config);
void validate(const TileConfig& config);
void validate(const PlatformConfig& config);

}  // namespace quell::config
