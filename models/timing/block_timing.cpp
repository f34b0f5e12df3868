#include "models/timing/block_timing.h"

#include "models/base/error.h"
#include "models/timing/convolution_units.h"
#include "models/timing/denoiser_latency.h"
#include "models/timing/plan_search.h"
#include "models/timing/vector_pipeline.h"
#include "models/timing/weight_order.h"

#include <algorithm>
#include <utility>

namespace quell::timing {

namespace {

constexpr std::size_t index(Phase phase) {
    return static_cast<std::size_t>(phase);
}

// Follows a plan through its steps: the compute engine, the DMA queue and the lanes, each in order.
class Run {
public:
    Run(const BlockPlan& plan, const config::DenoiserConfig& config, DmaPort& dma, Cycles begin,
        PhaseObserver* observer)
        : plan_(plan),
          g_(plan.geometry),
          config_(config),
          dma_(dma),
          units_(plan),
          begin_(begin),
          observer_(observer),
          weights_(plan) {
        overlapped_ = config.schedule == config::Schedule::overlapped;
        beside_ = plan.lane_mode == LaneMode::beside_cores;
        lanes_ = lane_use(plan.lanes, plan.lane_read_words, g_.variance_head);
    }

    BlockTiming follow() {
        time_ = weights_release_ = begin_ + kStartCycles;
        result_.breakdown.control += kStartCycles;
        input_end_.resize(static_cast<std::size_t>(plan_.strips));
        issue_weights();
        issue_input(0);
        issue_weights();
        issue_input(1);
        for (std::int64_t iteration = 0; iteration < plan_.strips + plan_.lookahead; ++iteration) {
            if (iteration < plan_.strips) reduce(iteration);
            const std::int64_t strip = iteration - plan_.lookahead;
            if (strip >= 0) depthwise(strip);
            // Beside the cores the lanes are still at the strip before, and only now is it known until when.
            if (beside_) finish_iteration(iteration - 1);
            if (strip >= 0) denoise(strip);
            if (!beside_) finish_iteration(iteration);
        }
        if (lanes_free_ > time_) {
            result_.breakdown.lane_stall += lanes_free_ - time_;
            time_ = lanes_free_;
        }
        if (beside_) finish_iteration(plan_.strips + plan_.lookahead - 1);
        wait(output_.end, output_.stalled, Phase::store);
        time_ += kDoneCycles;
        result_.breakdown.control += kDoneCycles;
        // The DCU's own cycles belong to the first and the last phase.
        if (!overlapped_) {
            result_.phases[index(Phase::load)] += kStartCycles;
            result_.phases[index(Phase::store)] += kDoneCycles;
        }
        result_.cycles = time_ - begin_;
        count();
        return result_;
    }

private:
    // --- weights
    // ---------------------------------------------------------------------------------------------

    // Loads the next weight tile in program order, if one is left.
    void issue_weights() {
        DmaJob job;
        job.kind = DmaKind::weights;
        const WeightPart* tile = weights_.part(weight_tiles_issued_);
        if (tile == nullptr) return;
        job.weight_tile = weight_tiles_issued_++;
        job.first_word = tile->first_word;
        job.bursts = 1;
        job.burst_words = tile->words;
        DmaTransfer transfer = move(job, weights_release_);
        if (tile->bias_words > 0) {
            job.first_word = tile->bias_first;
            job.burst_words = tile->bias_words;
            const DmaTransfer bias = move(job, weights_release_);
            transfer.end = bias.end;
            transfer.stalled += bias.stalled;
        }
        weight_end_.push_back(transfer);
        result_.counts.dma_words += tile->words + tile->bias_words;
    }

    // --- the DMA queue
    // ---------------------------------------------------------------------------------------

    DmaTransfer move(const DmaJob& job, Cycles release) {
        const DmaTransfer transfer = dma_.transfer(job, release);
        if (overlapped_) {
            const Phase phase = job.kind == DmaKind::output ? Phase::store : Phase::load;
            result_.phases[index(phase)] += transfer.end - transfer.start;
        }
        return transfer;
    }

    DmaJob map_job(DmaKind kind, std::int64_t strip) const {
        DmaJob job;
        job.kind = kind;
        job.strip = strip;
        job.first_word = strip * plan_.strip_pixels;
        const std::int64_t size = plan_.strip_size(strip);
        job.bursts = plan_.strips == 1 ? 1 : g_.channels;
        job.burst_words = plan_.strips == 1 ? g_.elements() : size;
        job.stride_words = g_.pixels();
        return job;
    }

    void issue_input(std::int64_t strip) {
        if (strip >= plan_.strips) return;
        input_end_[static_cast<std::size_t>(strip)] = move(map_job(DmaKind::input, strip), time_);
    }

    // What the end of an iteration frees: its finished strip is stored, and its slot takes the next but one.
    void finish_iteration(std::int64_t iteration) {
        if (iteration < 0) return;
        const std::int64_t strip = iteration - plan_.lookahead;
        if (strip >= 0) output_ = move(map_job(DmaKind::output, strip), std::max(time_, strip_done_));
        issue_input(iteration + 2);
    }

    // --- steps
    // -----------------------------------------------------------------------------------------------

    void wait(Cycles until, Cycles stalled, Phase phase) {
        const Cycles waited = std::max<Cycles>(0, until - time_);
        const Cycles on_bus = std::min(waited, stalled);
        (phase == Phase::load ? result_.breakdown.load : result_.breakdown.store) += waited - on_bus;
        result_.breakdown.bus_stall += on_bus;
        if (!overlapped_) result_.phases[index(phase)] += waited;
        observe(phase, time_, time_ + waited);
        time_ += waited;
    }

    void book(Phase phase, const VectorTime& step) {
        result_.breakdown.compute += step.compute;
        result_.breakdown.fill += step.fill;
        result_.breakdown.drain += step.drain;
        result_.breakdown.sram_stall += step.sram_stall;
        result_.phases[index(phase)] += step.total();
        observe(phase, time_, time_ + step.total());
        time_ += step.total();
    }

    void observe(Phase phase, Cycles begin, Cycles end, bool beside_cores = false) const {
        if (observer_ != nullptr && end > begin) observer_->phase(phase, beside_cores, begin, end);
    }

    ConvolutionPipeline enter_convolution() const {
        return ConvolutionPipeline(time_, config_.activation.read_latency, config_.weight.read_latency);
    }

    // A sequence of units and how often it is repeated.
    using Part = std::pair<std::vector<UnitRun>, std::int64_t>;

    // One stretch that uses one weight tile; of resident weights, this one.
    void stretch(ConvolutionPipeline& pipeline, const std::vector<Part>& parts, std::size_t resident_tile) {
        const DmaTransfer& weights = weight_end_[plan_.weights_resident ? resident_tile : weight_tiles_used_];
        const Cycles waited_before = pipeline.waited(), on_bus = weights.stalled;
        pipeline.wait_for_weights(weights.end);
        for (const auto& [runs, times] : parts) pipeline.run(runs, times);
        const Cycles waited = pipeline.waited() - waited_before;
        result_.breakdown.load += waited - std::min(waited, on_bus);
        result_.breakdown.bus_stall += std::min(waited, on_bus);
        if (plan_.weights_resident) return;
        ++weight_tiles_used_;
        weights_release_ = pipeline.stream_end();
        issue_weights();
    }

    void leave_convolution(const ConvolutionPipeline& pipeline, Phase phase) {
        result_.breakdown.compute += pipeline.compute();
        result_.breakdown.fill += pipeline.fill();
        result_.breakdown.drain += pipeline.drain();
        result_.breakdown.sram_stall += pipeline.sram_stall();
        result_.phases[index(phase)] += pipeline.end() - pipeline.begin() - pipeline.waited();
        if (!overlapped_) result_.phases[index(Phase::load)] += pipeline.waited();
        observe(phase, pipeline.begin(), pipeline.end());
        time_ = pipeline.end();
    }

    void leaky_relu(Phase phase, std::int64_t strip, const ConvolutionPipeline& convolution) {
        if (overlapped_) {  // it rides on the convolution's write-back
            result_.phases[index(phase)] += convolution.write_cycles();
            return;
        }
        book(phase, leaky_relu_time(g_.bottleneck * plan_.strip_size(strip), plan_.read_words,
                                    plan_.write_words, config_.activation.read_latency));
    }

    void reduce(std::int64_t strip) {
        const DmaTransfer& input = input_end_[static_cast<std::size_t>(strip)];
        wait(input.end, input.stalled, Phase::load);
        ConvolutionPipeline pipeline = enter_convolution();
        for (const ChannelRange& tile : plan_.reduce_tiles) {
            stretch(pipeline, {{units_.pointwise(plan_.strip_size(strip), g_.channels, tile.count), 1}}, 0);
        }
        leave_convolution(pipeline, Phase::reduce);
        leaky_relu(Phase::leaky_relu_1, strip, pipeline);
    }

    void depthwise(std::int64_t strip) {
        const Cycles from = time_;
        ConvolutionPipeline pipeline = enter_convolution();
        const std::vector<UnitRun> runs = units_.depthwise(strip);
        for (const ChannelRange& tile : plan_.depthwise_tiles) stretch(pipeline, {{runs, tile.count}}, 1);
        leave_convolution(pipeline, Phase::depthwise);
        // The lanes give their ports to the depthwise convolution, which needs all of them.
        for (Cycles* end : {&lanes_free_, &head_buffer_free_[0], &head_buffer_free_[1], &strip_done_}) {
            if (*end > from) *end += time_ - from;
        }
        leaky_relu(Phase::leaky_relu_2, strip, pipeline);
    }

    void head(Phase phase, std::int64_t strip, std::size_t head_tile) {
        ConvolutionPipeline pipeline = enter_convolution();
        for (const ChannelRange& tile : plan_.head_weight_tiles[head_tile])
            head_stretch(pipeline, strip, tile);
        leave_convolution(pipeline, phase);
    }

    // The tile's channels, group by group: those of a group share their inputs.
    void head_stretch(ConvolutionPipeline& pipeline, std::int64_t strip, const ChannelRange& tile) {
        const std::int64_t size = plan_.strip_size(strip), whole = g_.group_channels();
        const std::int64_t end = tile.first + tile.count;
        std::vector<Part> parts;
        std::int64_t channel = tile.first;
        const auto add = [&](std::int64_t outputs, std::int64_t times) {
            if (outputs > 0 && times > 0)
                parts.push_back({units_.pointwise(size, g_.head_inputs(), outputs), times});
            channel += outputs * times;
        };
        add(std::min((whole - channel % whole) % whole, end - channel), 1);
        add(whole, (end - channel) / whole);
        add(end - channel, 1);
        stretch(pipeline, parts, 1);
    }

    void denoise(std::int64_t strip) {
        for (std::size_t tile = 0; tile < plan_.head_tiles.size(); ++tile) {
            if (beside_) {
                // The buffer that this tile's mean goes to must have been emptied by the lanes.
                const Cycles free = head_buffer_free_[head_steps_ % 2];
                if (free > time_) {
                    result_.breakdown.lane_stall += free - time_;
                    time_ = free;
                }
            }
            head(Phase::mean, strip, tile);
            if (g_.variance_head) head(Phase::variance, strip, tile);
            cancel(strip, plan_.head_tiles[tile].count);
            ++head_steps_;
        }
    }

    void cancel(std::int64_t strip, std::int64_t channels) {
        const VectorTime step =
            cancel_time(channels * plan_.strip_size(strip), lanes_, config_.activation.read_latency);
        if (beside_) {
            lanes_free_ = std::max(lanes_free_, time_) + step.total();
            head_buffer_free_[head_steps_ % 2] = lanes_free_;
            result_.phases[index(Phase::cancel)] += step.total();
            strip_done_ = lanes_free_;
            observe(Phase::cancel, lanes_free_ - step.total(), lanes_free_, true);
        } else {
            book(Phase::cancel, step);
            strip_done_ = time_;
        }
    }

    // --- totals
    // ----------------------------------------------------------------------------------------------

    void count() {
        BlockTiming& r = result_;
        r.macs = g_.macs();
        r.bound_cycles = ceil_divide(r.macs, 9 * static_cast<std::int64_t>(config_.cores));
        r.phase_macs[index(Phase::reduce)] = g_.reduce_macs();
        r.phase_macs[index(Phase::depthwise)] = g_.depthwise_macs();
        r.phase_macs[index(Phase::mean)] = g_.head_macs();
        if (g_.variance_head) r.phase_macs[index(Phase::variance)] = g_.head_macs();

        const std::int64_t pixels = g_.pixels(), heads = g_.heads();
        const std::int64_t reduce_tiles = static_cast<std::int64_t>(plan_.reduce_tiles.size());
        std::int64_t depthwise_reads = 0;
        std::int64_t pixel_tiles = 0;
        for (std::int64_t strip = 0; strip < plan_.strips; ++strip) {
            depthwise_reads += units_.depthwise_words(strip);
            pixel_tiles += ceil_divide(plan_.strip_size(strip), plan_.tile_pixels);
        }
        // The heads read their group's inputs once for every weight tile that a group lies in.
        std::int64_t head_reads = 0;
        for (const std::vector<ChannelRange>& tiles : plan_.head_weight_tiles) {
            for (const ChannelRange& tile : tiles) {
                const std::int64_t first = tile.first / g_.group_channels(),
                                   last = (tile.first + tile.count - 1) / g_.group_channels();
                head_reads += (last - first + 1) * g_.head_inputs() * pixels;
            }
        }
        const std::int64_t bias = g_.bias ? denoiser::kBiasWords : 0;
        const std::int64_t leaky = overlapped_ ? 0 : 2 * g_.bottleneck * pixels;
        r.counts.multiplies = r.macs;
        r.counts.activation_reads = reduce_tiles * g_.elements() + g_.bottleneck * depthwise_reads +
                                    heads * head_reads + leaky + (1 + heads) * g_.elements();
        r.counts.activation_writes =
            2 * g_.bottleneck * pixels + leaky + heads * g_.elements() + g_.elements();
        r.counts.weight_reads =
            pixel_tiles * (g_.bottleneck * (g_.channels + bias) + g_.bottleneck * (9 + bias) +
                           heads * g_.channels * (g_.head_inputs() + bias));
        r.counts.dma_words += 2 * g_.elements();
        r.counts.normals = g_.variance_head ? g_.elements() : 0;
    }

    const BlockPlan& plan_;
    const denoiser::Geometry& g_;
    const config::DenoiserConfig& config_;
    DmaPort& dma_;
    ConvolutionUnits units_;
    Cycles begin_;
    PhaseObserver* observer_;
    Cycles time_ = 0;
    bool overlapped_ = false, beside_ = false;

    const WeightOrder weights_;
    std::int64_t weight_tiles_issued_ = 0;
    std::size_t weight_tiles_used_ = 0;
    Cycles weights_release_ = 0;
    std::vector<DmaTransfer> weight_end_;

    std::vector<DmaTransfer> input_end_;
    DmaTransfer output_;

    LaneUse lanes_;
    Cycles lanes_free_ = 0, strip_done_ = 0;
    std::array<Cycles, 2> head_buffer_free_{};
    std::size_t head_steps_ = 0;

    BlockTiming result_;
};

}  // namespace

std::string_view phase_name(Phase phase) {
    static constexpr std::array<std::string_view, kPhases> names{
        "load", "reduce", "leaky_relu_1", "depthwise", "leaky_relu_2", "mean", "variance", "cancel", "store"};
    return names[index(phase)];
}

double BlockTiming::pointwise_utilisation(int cores) const {
    std::int64_t pointwise_macs = 0;
    Cycles pointwise_cycles = 0;
    for (const Phase phase : {Phase::reduce, Phase::mean, Phase::variance}) {
        pointwise_macs += phase_macs[index(phase)];
        pointwise_cycles += phases[index(phase)];
    }
    return static_cast<double>(pointwise_macs) / (9.0 * cores * static_cast<double>(pointwise_cycles));
}

BlockTiming run_plan(const BlockPlan& plan, const config::DenoiserConfig& config, DmaPort& dma, Cycles begin,
                     PhaseObserver* observer) {
    return Run(plan, config, dma, begin, observer).follow();
}

BlockTiming time_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config) {
    const BlockPlan plan = plan_block(geometry, config);
    UncontendedDma dma(config.dma_bits / 16);
    return run_plan(plan, config, dma);
}

}  // namespace quell::timing
