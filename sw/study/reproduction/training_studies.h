// What is trained: blocks for a network in every way the papers' tables ask for, networks from scratch, and
// the ways to harden them.
#pragma once

#include "sw/study/reproduction/step_maker.h"

#include <string>
#include <vector>

namespace quell::study {

// NAME.onnx in the folder: the network with blocks at 4 % of its parameters, made for 6 % of noise.
inline constexpr const char* denoised_network = "denoised";

// An artefact of the study of placements.
struct PlacedVariant {
    std::string name;   // of the file, without .onnx
    std::string title;  // for people
    BlockVariant how;
};
std::vector<PlacedVariant> placed_variants();

// The networks that are trained from scratch.
std::vector<std::string> scratch_networks();

ReproductionStudy first_training(const ReproductionOptions& options);
std::vector<ReproductionStudy> training_studies(const ReproductionOptions& options);

}  // namespace quell::study
