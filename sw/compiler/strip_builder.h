// Cuts a layer into strips: which rows of the input each one needs, and runs of equal strips joined together.
#pragma once

#include "models/network/graph.h"
#include "models/timing/layer_work.h"

#include <cstdint>
#include <vector>

namespace quell::compiler {

// [begin, end)
struct RowRange {
    std::int64_t begin = 0, end = 0;
    std::int64_t count() const { return end - begin; }
};

// Input rows, of `height` there are, that output rows `outputs` need; empty when they see padding only.
RowRange input_rows(const network::Window& window, const RowRange& outputs, std::int64_t height);

// Collects strips; a strip that repeats the last one further on in memory is counted, not kept.
class StripRuns {
public:
    void add(timing::Strip strip);
    std::vector<timing::StripRun> take() { return std::move(runs_); }

private:
    std::vector<timing::StripRun> runs_;
};

}  // namespace quell::compiler
