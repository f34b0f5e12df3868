// The order in which a start's weights travel from memory to the weight SRAM (docs/timing.md, sections 2 and
// 6).
#pragma once

#include "models/denoiser/weight_image.h"
#include "models/timing/block_plan.h"

#include <cstdint>
#include <vector>

namespace quell::timing {

// What is loaded at once: weights, then their biases if they have any of their own.
struct WeightPart {
    std::int64_t first_word = 0, words = 0;  // in the weight image
    std::int64_t bias_first = 0, bias_words = 0;
};

// Resident weights come in two parts: those of `reduce` with their biases, and the rest. Streamed ones come
// in tiles of output channels, in every iteration of the block's loop those that it uses.
class WeightOrder {
public:
    explicit WeightOrder(const BlockPlan& plan);

    // The part of this number, from 0; null behind the last.
    const WeightPart* part(std::int64_t number) const;

private:
    std::int64_t strips_, lookahead_;
    bool resident_;
    std::vector<WeightPart> reduce_, strip_;  // of an iteration: `reduce`, and what works on its strip
};

}  // namespace quell::timing
