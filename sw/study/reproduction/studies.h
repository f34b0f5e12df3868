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
};

struct ReproductionStudy {
    std::string name, title;
    std::vector<ReproductionStep> steps;
};

struct ReproductionOptions {
    std::string folder;
    // Full: a network to make blocks for, and CIFAR-10. Both empty: the network that the program brings
    // along, on the synthetic set.
    std::string network, data;
    std::int64_t images = 500;  // of every point whose accuracy is taken
    std::string jobs;           // as for `quell sweep`
};

std::vector<ReproductionStudy> reproduction_studies(const ReproductionOptions& options);

}  // namespace quell::study
