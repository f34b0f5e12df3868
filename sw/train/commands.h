// The commands of quell-train. The result is the exit code.
#pragma once

#include "sw/train/request.h"

namespace quell::train {

// Accuracy of a network, with its blocks and the machine's noise, in LibTorch: the reference for `quell
// eval`.
int eval_command(const Request& request);

// Images per second of the clean network on one thread, ours and LibTorch's, side by side.
int bench_command(const Request& request);

// Images per second of a training step with the machine's noise, beside the same step without.
int bench_training_command(const Request& request);

// Which convolutions get a denoiser block under a budget.
int place_command(const Request& request);

// Trains denoiser blocks, or the network, and writes the result as ONNX.
int train_command(const Request& request);

// Trains a network in several ways and measures the accuracy of each against the strength of the noise.
int harden_command(const Request& request);

// What a chip's noise comes to at each product's output: the figures that training draws by.
int fit_command(const Request& request);

}  // namespace quell::train
