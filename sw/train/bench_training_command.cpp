#include "sw/train/analog_sites.h"
#include "sw/train/command_inputs.h"
#include "sw/train/commands.h"
#include "sw/train/freed_memory.h"
#include "sw/train/training_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace quell::train {

int bench_training_command(const Request& request) {
    keep_freed_memory();
    CommandInputs inputs;
    std::int64_t rounds = 5;
    inputs.table().add_argument("rounds", rounds).range(1, 1000).help("How often each is timed");
    if (request.described(inputs.table())) return 0;
    inputs.load(request.words, [&] {
        refuse_format(inputs.table(), "bench-training");
        return std::vector<config::NoiseModel>();
    });
    const config::Configuration& config = inputs.configuration();
    const Placement placement = inputs.find_placement();
    std::vector<RealBlock> blocks;
    for (const Candidate& candidate : placement.candidates) {
        if (!candidate.chosen) continue;
        blocks.push_back(draw_block(candidate.convolution, candidate.geometry, config.denoiser.leaky_shift,
                                    config.run.seed));
    }
    const TrainingData data{&inputs.sets().train, nullptr, config.input};
    TrainingOptions options;
    options.epochs = 1;
    options.device = inputs.device();
    options.batch = inputs.batch();
    options.augmentation = inputs.augmentation();
    double best_plain = 0, best_noisy = 0;
    const auto time = [&](const NoiseMaker& noise, double& best) {
        TrainingEvents events;
        events.epoch = [&](const EpochReport& report) { best = std::max(best, report.images_per_second); };
        train(inputs.folded(), blocks, noise, 1, data, options, events);
    };
    // In turns, so that both meet the same machine; the best round of each counts.
    for (std::int64_t round = 0; round < rounds; ++round) {
        time([](std::uint64_t) -> std::unique_ptr<network::ProductHook> { return nullptr; }, best_plain);
        time([&](std::uint64_t seed) { return inputs.noise(seed); }, best_noisy);
    }
    std::cout << fmt::format(
        "{}, training of {} blocks, batches of {}, {} images, best of {} rounds\n"
        "  plain LibTorch step  {:8.1f} images/s\n  step with noise      {:8.1f} images/s, {:.2f} times the "
        "time\n",
        inputs.model(), blocks.size(), options.batch, inputs.sets().train.count(), rounds, best_plain,
        best_noisy, best_plain / best_noisy);
    return 0;
}

}  // namespace quell::train
