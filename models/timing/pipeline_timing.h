// Many images through the layers at the same time: when every layer works on which image. The analytic
// fidelity of a batch; the transaction-level platform runs the same stages, counters and waits.
//
// A stage is a layer (or a denoiser block); it works on whole images, one after the other. Program counters
// carry the stages out: in iteration i a counter goes through its stages in their order, and stage s works on
// image i - delay(s), or on none if there is no such image.
//
//   begin(s, n) = max(end of what s's counter did before, end(w.stage, n - w.behind) for every wait w of s)
//   end(s, n)   = begin(s, n) + cycles(s)
//
// A wait with behind = 0 is for a feature map that the stage reads, one with behind = b for the reader of a
// map of b buffers that the stage is about to overwrite.
#pragma once

#include "models/timing/cycles.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quell::timing {

struct StageWait {
    std::size_t stage = 0;
    std::int64_t behind = 0;
    bool operator==(const StageWait&) const = default;
};

struct PipelineStage {
    Cycles cycles = 0;  // for one image, with nobody else at work
    std::int64_t delay = 0;
    std::vector<StageWait> waits;
};

struct Pipeline {
    std::vector<PipelineStage> stages;
    std::vector<std::vector<std::size_t>> counters;  // the stages of each; every stage has one counter
};

struct PipelineTimes {
    std::vector<std::vector<Cycles>> begin, end;  // [stage][image]
    std::vector<Cycles> image_end;                // all stages are done with the image

    Cycles total() const;  // until the last image is done
};

// Throws Error when the stages wait for each other in a circle.
PipelineTimes time_pipeline(const Pipeline& pipeline, std::int64_t images);

}  // namespace quell::timing
