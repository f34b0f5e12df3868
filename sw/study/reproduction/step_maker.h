// Commands of a reproduction, each with the file that it leaves.
#pragma once

#include "sw/study/reproduction/studies.h"

#include <string>
#include <vector>

namespace quell::study {

using Words = std::vector<std::string>;

// The words of one after those of the other.
Words joined(Words words, const Words& more);

struct BlockVariant {
    Words options;
    const char* sampling = "mean";  // denoiser.sampling
    bool gaussian = true;           // the noise they are made for, whose magnitude has a gradient
};

class StepMaker {
public:
    explicit StepMaker(const ReproductionOptions& options) : options_(options) {}

    std::string file(const std::string& name) const { return options_.folder + "/" + name; }

    // NAME.json, the machine's run.
    ReproductionStep run(const std::string& name, const Words& words) const;
    // NAME.sqlite and NAME.csv.
    ReproductionStep sweep(const std::string& name, const Words& words) const;
    // NAME.onnx: blocks for a network (its name and what belongs to it), by the recipe that docs/training.md
    // found best, but for `variant`.
    ReproductionStep blocks(const std::string& name, const Words& network,
                            const BlockVariant& variant = {}) const;
    // NAME.onnx: a network trained from scratch.
    ReproductionStep baseline(const std::string& name, const std::string& network) const;
    // NAME/ and NAME.csv: every way to harden a network.
    ReproductionStep harden(const std::string& name, const Words& network, const char* learning_rate) const;

private:
    ReproductionStep training(const std::string& name, Words words) const;
    Words training_size() const;

    const ReproductionOptions& options_;
};

}  // namespace quell::study
