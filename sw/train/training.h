// Trains a network, or the denoiser blocks of one, under the machine's noise (docs/training.md).
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "sw/train/batch_loader.h"
#include "sw/train/device.h"
#include "sw/train/magnitude_gradient.h"
#include "sw/train/noise_strength.h"
#include "sw/train/real_block.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quell::train {

enum class Trained { blocks, backbone };
enum class LearningSchedule { constant, cosine };

// Symmetric, with constant scales (quantisation.h).
struct QuantisationOptions {
    int bits = 8;     // 2 to 16
    double clip = 1;  // the range, as a part of the largest value
};

struct TrainingOptions {
    Trained trained = Trained::blocks;
    std::int64_t epochs = 5, batch = 64;
    double learning_rate = 1e-3;
    LearningSchedule schedule = LearningSchedule::cosine;
    Augmentation augmentation;
    NoiseStrength strength;                           // of the noise
    std::optional<QuantisationOptions> quantisation;  // of the products' operands, Trained::backbone only
    double distillation =
        0;  // weight of the clean network's answers in the loss, 0 to 1; the labels' is the rest
    // The noise's magnitude is a function of the map to gradients; otherwise it is a constant.
    std::optional<MagnitudeGradient> magnitude_gradient;
    std::uint64_t seed = 1;
    Device device = Device::cpu;
    std::string checkpoint;  // file; empty: none is written
    bool resume = false;     // from that file
    std::string remarks;     // lines "key = value" that have to match on --resume beside the above
};

// The noise of an epoch for a seed; null for none.
using NoiseMaker = std::function<std::unique_ptr<network::ProductHook>(std::uint64_t seed)>;

struct TrainingData {
    const network::LabelledImages* train = nullptr;
    const network::LabelledImages* test = nullptr;  // nullptr: accuracy is not measured between epochs
    config::InputConfig input;
};

// After a step.
struct StepReport {
    std::int64_t epoch = 0, step = 0, steps = 0, epochs = 0;  // counted from 0
    double loss = 0, accuracy_percent = 0;                    // of this epoch so far
    double images_per_second = 0, seconds_left = 0;           // of this run
};

struct EpochReport {
    std::int64_t epoch = 0;  // from 0
    double loss = 0, accuracy_percent = 0, learning_rate = 0, images_per_second = 0, seconds = 0;
    std::optional<double> test_accuracy_percent;
};

struct TrainingEvents {
    std::function<void(const StepReport&)> step;
    std::function<void(const EpochReport&)> epoch;
    std::function<bool()> stop;  // asked after every step: true writes a checkpoint and ends
};

struct TrainingResult {
    // Of a training with quantisation: weights are rounded, operators round the products' inputs.
    network::Graph graph;
    std::vector<RealBlock> blocks;
    bool stopped = false;
};

// Trained::blocks: `graph` with its batch norms folded; its values stay as they are, to the bit. Throws Error
// when the loss is no longer finite; the checkpoint is then the last good one.
TrainingResult train(const network::Graph& graph, const std::vector<RealBlock>& blocks,
                     const NoiseMaker& noise, std::uint64_t test_noise_seed, const TrainingData& data,
                     const TrainingOptions& options, const TrainingEvents& events = {});

// Largest absolute values in a block while the noisy network runs over images.
struct BlockRanges {
    double reduce = 0, depthwise = 0, mean = 0, variance = 0;
};

// By convolution. `images`: (C,H,W), normalised, with places 0, 1, ...
std::map<std::int64_t, BlockRanges> measure_blocks(const network::Graph& graph,
                                                   const std::vector<RealBlock>& blocks,
                                                   const network::ProductHook* noise,
                                                   const std::vector<Tensor<float>>& images,
                                                   Device device = Device::cpu);

// Accuracy of a network with its blocks and noise; images in batches, places are those in the set.
double accuracy_percent(const network::Graph& graph, const std::vector<RealBlock>& blocks,
                        const network::ProductHook* noise, const network::LabelledImages& images,
                        const config::InputConfig& input, std::uint64_t seed, Device device = Device::cpu);

}  // namespace quell::train
