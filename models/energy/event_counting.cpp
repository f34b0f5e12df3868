#include "models/energy/event_counting.h"

#include "models/timing/cycles.h"

namespace quell::energy {
namespace {

void count_transfers(const std::vector<timing::Transfer>& transfers, std::int64_t times,
                     EventCounts& counts) {
    for (const timing::Transfer& transfer : transfers) {
        const std::int64_t bytes = 2 * transfer.words * times;
        counts[transfer.in_memory() ? Event::memory_byte : Event::scratchpad_byte] += bytes;
        counts[Event::interconnect_byte] += bytes;
    }
}

}  // namespace

EventCounts count_events(std::span<const timing::Pass> passes, const config::TileConfig& tile) {
    const std::int64_t steps = timing::ceil_divide(tile.input_bits, tile.dac_bits);
    const std::int64_t rows = tile.rows, columns = tile.columns;
    EventCounts counts;
    for (const timing::Pass& pass : passes) {
        if (pass.program) {
            counts[Event::cell_write] += pass.crossbars * rows * columns;
            count_transfers({{pass.weight_address, pass.weight_words}}, 1, counts);
        }
        for (const timing::StripRun& run : pass.runs) {
            const std::int64_t crossbar_steps = run.count * run.strip.products * pass.crossbars * steps;
            counts[Event::conversion] += crossbar_steps * columns;
            counts[Event::shift_add] += crossbar_steps * columns;
            counts[Event::row_drive] += crossbar_steps * rows;
            counts[Event::cell_product] += crossbar_steps * rows * columns;
            for (const timing::DigitalStep& step : run.strip.digital) {
                // Elements are those of the busiest PE; the others are taken to have as many.
                const std::int64_t elements = run.count * step.elements * pass.pes.count;
                if (step.remote) {
                    counts[Event::interconnect_byte] += 2 * elements;
                } else {
                    counts[Event::digital_operation] += elements;
                }
            }
            count_transfers(run.strip.loads, run.count, counts);
            count_transfers(run.strip.stores, run.count, counts);
        }
    }
    return counts;
}

EventCounts count_events(const timing::BlockCounts& block) {
    EventCounts counts;
    counts[Event::block_multiply] = block.multiplies;
    counts[Event::block_activation_word] = block.activation_reads + block.activation_writes;
    counts[Event::block_weight_word] = block.weight_reads;
    counts[Event::block_normal] = block.normals;
    counts[Event::scratchpad_byte] = 2 * block.dma_words;
    counts[Event::interconnect_byte] = 2 * block.dma_words;
    return counts;
}

}  // namespace quell::energy
