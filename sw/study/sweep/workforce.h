// Who computes points: processes of this machine, or of many (docs/sweeps.md, "Processes").
#pragma once

#include "sw/study/sweep/sweep_database.h"
#include "sw/study/sweep/wire.h"

#include <chrono>
#include <cstddef>
#include <vector>

namespace quell::study {

struct Arrivals {
    std::vector<PointRecord> records;  // of each chunk in order
    std::vector<Chunk> returned;       // of workers that died: to be given again, as they are
};

class Workforce {
public:
    virtual ~Workforce() = default;

    // Workers that have nothing to do.
    virtual std::vector<std::size_t> idle() = 0;
    // To an idle one.
    virtual void give(std::size_t worker, const Chunk& chunk) = 0;
    // Waits until something arrives, the time is over or a signal comes. A worker that dies is replaced; a
    // point that it dies of arrives as lost.
    virtual Arrivals wait(std::chrono::milliseconds patience) = 0;
};

}  // namespace quell::study
