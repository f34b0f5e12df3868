// The denoiser unit as it is built: everything a run may vary about the hardware block. Immutable once
// validated.
#pragma once

#include <cstdint>

namespace quell::config {

enum class Schedule {
    sequential,
    overlapped
};                                         // the paper's DCU, or lanes and LeakyReLU beside the convolutions
enum class Heads { full, grouped };        // grouped: groups = gcd(bottleneck, channels)
enum class Sampling { stochastic, mean };  // mean: variance head, square root and LFSRs stand still

inline constexpr std::int64_t kLargestSramBytes = 1 << 30;

// One on-chip memory of 16-bit words.
struct SramConfig {
    std::int64_t bytes = 0;
    int banks = 1;         // words at consecutive addresses lie in consecutive banks
    int read_words = 1;    // words read per cycle
    int write_words = 1;   // words written per cycle
    int read_latency = 1;  // cycles from address to data
    bool operator==(const SramConfig&) const = default;
};

struct DenoiserConfig {
    int cores = 10;  // 3x3 convolution cores, 1 to 64 (arXiv 2409.18553, hardware paragraph)
    int lanes = 4;   // noise-cancellation lanes, 1 to 64 (same, setup)
    Schedule schedule = Schedule::sequential;
    Heads heads = Heads::full;
    Sampling sampling = Sampling::stochastic;
    int normals_per_pair = 1;        // option unc_outputs: 1 uses Z1 only (the paper), 2 uses Z1 and Z2
    double bottleneck_ratio = 0.25;  // B = max(1, floor(C * ratio))
    bool bias = false;               // weights drawn from the seed carry biases
    int leaky_shift = 7;             // LeakyReLU slope 2^-7
    int lfsr_width = 32;             // bits, 16 to 64
    SramConfig activation{256 * 1024, 16, 16, 8, 1};
    SramConfig weight{64 * 1024, 4, 4, 8, 1};
    int partial_sum_channels = 128;  // output channels whose partial sums one core holds, per half
    int dma_bits = 128;              // data socket width; one beat per cycle
    bool operator==(const DenoiserConfig&) const = default;
};

}  // namespace quell::config
