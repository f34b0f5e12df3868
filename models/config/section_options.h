// One function per section that registers its options, one that finds contradictions within it. To add an
// option, add a line to the section's file; to add a section, add a file and a line in configuration.cpp.
#pragma once

namespace quell::config {

class OptionTable;
struct DenoiserConfig;
struct InputConfig;
struct PlacementConfig;
struct RunConfig;

void register_run_options(OptionTable& table, RunConfig& config);
void register_input_options(OptionTable& table, InputConfig& config);
void register_denoiser_options(OptionTable& table, DenoiserConfig& config, PlacementConfig& placement);

void validate(const InputConfig& config);
void validate(const DenoiserConfig& config);
void validate(const PlacementConfig& config);

}  // namespace quell::config
