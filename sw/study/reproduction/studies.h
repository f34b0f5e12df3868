// The papers' studies as commands of this program (docs/reproduction.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quell::study {

struct ReproductionStep {
    std::vector<std::string> words;  // behind `quell`
    // What is written, in the folder. A step whose result is there is not taken again, except sweeps, which
    // look for themselves.
    std::string result;
    bool to_standard_output = false;  // the result is what the command prints
    // A file of an earlier start of this step; where it is there, --resume goes on from it.
    std::string begun;
};

struct ReproductionStudy {
    std::string name, title;
    std::vector<ReproductionStep> steps;
};

struct ReproductionOptions {
    std::string folder;
    // Full: a network to make blocks for, and CIFAR-10. Both empty: the network that the program brings
    // along, on the synthetic set, and nothing is trained.
    std::string network, data;
    std::int64_t images = 500;         // of every point whose accuracy is taken
    std::int64_t training_images = 0;  // of every training; 0: all
    std::int64_t epochs = 5;           // of every training of blocks, and of networks from scratch
    double width = 0.25;               // of the networks from scratch, as a part of the standard one
    std::string jobs;                  // as for `quell sweep`
    bool any_build = false;            // the same
};

// In the order in which they run: a later study reads what an earlier one has made.
std::vector<ReproductionStudy> reproduction_studies(const ReproductionOptions& options);

}  // namespace quell::study
