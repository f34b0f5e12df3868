#include "models/energy/event_counting.h"

#include "models/timing/cycles.h"

#include <algorithm>

namespace quell::energy {
namespace {

using timing::DigitalFunction;

double real(std::int64_t count) {
    return static_cast<double>(count);
}

void count_transfers(const std::vector<timing::Transfer>& transfers, double times, EventCounts& counts) {
    for (const timing::Transfer& transfer : transfers) {
        const double bytes = 2 * real(transfer.words) * times;
        counts[transfer.in_memory() ? Event::memory_byte : Event::scratchpad_byte] += bytes;
        counts[Event::interconnect_byte] += bytes;
    }
}

// What one element costs.
void count_function(DigitalFunction function, double elements, EventCounts& counts) {
    switch (function) {
        case DigitalFunction::mul:
            counts[Event::digital_multiply] += elements;
            break;
        case DigitalFunction::affine:
        case DigitalFunction::multiply_accumulate:
            counts[Event::digital_multiply] += elements;
            counts[Event::digital_add] += elements;
            break;
        case DigitalFunction::swish:  // x times its sigmoid
            counts[Event::digital_function] += elements;
            counts[Event::digital_multiply] += elements;
            break;
        case DigitalFunction::sigmoid:
        case DigitalFunction::div:
        case DigitalFunction::sqrt:
        case DigitalFunction::softplus:
        case DigitalFunction::exponential:
        case DigitalFunction::random:
            counts[Event::digital_function] += elements;
            break;
        case DigitalFunction::copy:  // its loads and stores are counted as such
            break;
        default:
            counts[Event::digital_add] += elements;
    }
}

// Bytes that the tiles of all PEs take from the line buffers for one product each.
double input_bytes(const timing::Pass& pass, const analog::CrossbarMapping& mapping, std::int64_t replicas,
                   const config::TileConfig& tile) {
    if (pass.crossbars == 0 || mapping.row_splits == 0) return 0;
    const std::int64_t stacks = timing::ceil_divide(pass.crossbars, mapping.row_splits);
    std::int64_t reads = stacks;
    if (mapping.shared_inputs) {
        const std::int64_t pes_per_stack =
            timing::ceil_divide(mapping.row_splits, std::max<std::int64_t>(pass.crossbars_per_pe, 1));
        reads = std::max(pass.pes.count / pes_per_stack, std::min(replicas, stacks));
    }
    return real(reads * mapping.inputs_per_block) * real(timing::ceil_divide(tile.input_bits, 8));
}

void count_products(const timing::Pass& pass, double products, const config::TileConfig& tile,
                    EventCounts& counts) {
    const double steps = real(timing::ceil_divide(tile.input_bits, tile.dac_bits));
    const double crossbar_steps = products * real(pass.crossbars) * steps;
    for (const Event event :
         {Event::conversion, Event::sample_hold, Event::shift_add, Event::output_register}) {
        counts[event] += crossbar_steps * tile.columns;
    }
    for (const Event event : {Event::row_drive, Event::input_register})
        counts[event] += crossbar_steps * tile.rows;
    counts[Event::cell_product] += crossbar_steps * tile.rows * tile.columns;
}

}  // namespace

EventCounts count_events(std::span<const timing::Pass> passes, const analog::CrossbarMapping& mapping,
                         std::int64_t replicas, const config::TileConfig& tile) {
    EventCounts counts;
    for (const timing::Pass& pass : passes) {
        if (pass.program) {
            counts[Event::cell_write] += real(pass.crossbars) * tile.rows * tile.columns;
            count_transfers({{pass.weight_address, pass.weight_words}}, 1, counts);
        }
        const double bytes = input_bytes(pass, mapping, replicas, tile);
        for (const timing::StripRun& run : pass.runs) {
            const double products = real(run.count) * real(run.strip.products);
            count_products(pass, products, tile, counts);
            counts[Event::line_buffer_byte] += products * bytes;
            counts[Event::pe_bus_byte] += products * bytes;
            for (const timing::DigitalStep& step : run.strip.digital) {
                // Elements are those of the busiest PE; the others are taken to have as many.
                const double elements = real(run.count) * real(step.elements) * pass.pes.count;
                if (step.remote) {
                    counts[Event::interconnect_byte] += 2 * elements;
                } else if (step.accumulate) {
                    counts[Event::digital_add] += elements;
                } else {
                    count_function(step.function, elements, counts);
                }
            }
            count_transfers(run.strip.loads, real(run.count), counts);
            count_transfers(run.strip.stores, real(run.count), counts);
        }
    }
    return counts;
}

EventCounts count_events(const timing::BlockTiming& block, const denoiser::Geometry& geometry,
                         const config::DenoiserConfig& config) {
    const timing::BlockCounts& done = block.counts;
    EventCounts counts;
    counts[Event::block_multiply] = counts[Event::block_add] = real(done.multiplies);
    counts[Event::block_activation_word] = real(done.activation_reads + done.activation_writes);
    counts[Event::block_weight_word] = real(done.weight_reads);
    counts[Event::block_leaky_word] = 2 * real(geometry.bottleneck * geometry.pixels());
    counts[Event::scratchpad_byte] = 2 * real(done.dma_words);
    counts[Event::interconnect_byte] = 2 * real(done.dma_words);

    // docs/numerics.md, sections 1 and 5: of a normal, seven products (three each of logarithm and cosine,
    // one of root and cosine); two sums of the logarithm, two of the cosine, one in front of the root, whose
    // twenty bits take a subtraction each. Of an element, its product with the other root, of sixteen bits,
    // and two sums.
    const double normals = real(done.normals), elements = real(geometry.elements());
    counts[Event::block_lfsr_step] = 2 * real(timing::ceil_divide(done.normals, config.normals_per_pair));
    counts[Event::block_lane_multiply] = normals * (7 + 1);
    counts[Event::block_lane_add] = normals * (5 + 20 + 16 + 1) + elements;
    return counts;
}

EventCounts count_time(double nanoseconds, std::int64_t pes_at_work, std::int64_t pes, bool denoiser) {
    EventCounts counts;
    counts[Event::pe_router_ns] = counts[Event::pe_digital_ns] = nanoseconds * real(pes_at_work);
    counts[Event::pe_leakage_ns] = nanoseconds * real(pes);
    counts[Event::block_leakage_ns] = denoiser ? nanoseconds : 0;
    return counts;
}

std::int64_t pes_at_work(std::span<const timing::Pass> passes) {
    std::int64_t most = 0;
    for (const timing::Pass& pass : passes) most = std::max<std::int64_t>(most, pass.pes.count);
    return most;
}

}  // namespace quell::energy
