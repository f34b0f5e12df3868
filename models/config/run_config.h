// How a run is simulated and reported; nothing of the machine. Immutable once validated.
#pragma once

#include <cstdint>

namespace quell::config {

enum class Fidelity { analytic, transaction, cycle };
enum class Format { table, json, csv };
enum class Arithmetic { fixed16, float32 };  // the machine's words, or the reference network

struct RunConfig {
    Fidelity fidelity = Fidelity::transaction;
    Format format = Format::table;
    Arithmetic arithmetic = Arithmetic::fixed16;
    std::uint64_t seed = 1;
    std::int64_t batch = 1;  // images whose throughput is reported beside the latency of one
    int threads = 0;         // 0: as many as the machine has; never changes a result
    double clock_mhz = 500;  // of everything digital (arXiv 2409.18553, hardware paragraph)
};

}  // namespace quell::config
