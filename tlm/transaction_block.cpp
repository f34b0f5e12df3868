#include "tlm/transaction_block.h"

#include "models/denoiser/fast_block.h"
#include "models/denoiser/weight_image.h"
#include "tlm/run_clock.h"
#include "tlm/start_refusal.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <optional>

namespace quell::tlm {

using denoiser::Word;
using timing::Cycles;

static_assert(std::endian::native == std::endian::little, "words are moved in memory order");

// Everything of one start that the DMA engine touches.
struct TransactionBlock::Data {
    const hw::DenoiserStart& registers;
    const timing::BlockPlan& plan;

    std::vector<Word> x, y, image;
    std::unique_ptr<denoiser::FastBlock> block;
    std::unique_ptr<denoiser::FastBlockStart> start;
    std::int64_t reduced = 0;  // strips whose bottleneck is there

    explicit Data(const hw::DenoiserStart& denoiser_start)
        : registers(denoiser_start), plan(denoiser_start.plan) {
        x.resize(static_cast<std::size_t>(plan.geometry.elements()));
        y.resize(x.size());
        image.resize(static_cast<std::size_t>(denoiser::weight_image_words(plan.geometry)));
    }

    std::int64_t end_of(std::int64_t strip) const {
        return strip * plan.strip_pixels + plan.strip_size(strip);
    }

    // The strip's output words, when all that it needs has come.
    void compute(std::int64_t strip, int leaky_shift, const denoiser::NoiseSource& noise) {
        if (!start) {
            try {
                block = std::make_unique<denoiser::FastBlock>(
                    plan.geometry, denoiser::weights_of_image(image, plan.geometry, registers.fraction),
                    leaky_shift, noise, plan.cancel_order());
            } catch (const Error& error) {
                throw StartRefusal{DenoiserError::weights, error.what()};
            }
            start = std::make_unique<denoiser::FastBlockStart>(*block, x, registers.base_seed);
        }
        const std::int64_t last = std::min(strip + plan.lookahead, plan.strips - 1);
        for (; reduced <= last; ++reduced) start->reduce(reduced * plan.strip_pixels, end_of(reduced));
        start->denoise(strip * plan.strip_pixels, end_of(strip), y);
    }
};

// The queue of models/timing, made real: every transfer goes over the bus when its time has come.
class TransactionBlock::MemoryDma final : public timing::DmaPort {
public:
    MemoryDma(TransactionBlock& unit, Data& data)
        : unit_(unit), data_(data), clock_(unit.cycle_, unit.reset_) {}

    timing::DmaTransfer transfer(const timing::DmaJob& job, Cycles release) override {
        const std::int64_t beat_words = unit_.config_.dma_bits / 16;
        timing::DmaTransfer result;
        result.start = std::max(free_, release);
        if (job.kind == timing::DmaKind::output && unit_.values_ == DenoiserValues::computed) {
            data_.compute(job.strip, unit_.config_.leaky_shift, unit_.noise_);
        }
        const Cycles ideal = timing::dma_cycles(job, beat_words);
        const Cycles beats = job.bursts * timing::ceil_divide(job.burst_words, beat_words);
        // Descriptor and first access; from then on the bus says how long it takes.
        clock_.wait_until(result.start + ideal - beats);
        for (std::int64_t burst = 0; burst < job.bursts; ++burst) {
            move(job, job.first_word + burst * job.stride_words);
        }
        result.end = free_ = std::max(clock_.now(), result.start + ideal);
        result.stalled = result.end - result.start - ideal;
        return result;
    }

    void wait_until(Cycles cycle) const { clock_.wait_until(cycle); }

private:
    void move(const timing::DmaJob& job, std::int64_t first_word) {
        const bool stores = job.kind == timing::DmaKind::output, loads_x = job.kind == timing::DmaKind::input;
        std::vector<Word>& words = stores ? data_.y : loads_x ? data_.x : data_.image;
        const std::uint64_t base = stores    ? data_.registers.output
                                   : loads_x ? data_.registers.input
                                             : data_.registers.weights;
        const std::optional<std::string> refusal =
            unit_.memory_.move(stores, base + 2 * static_cast<std::uint64_t>(first_word),
                               reinterpret_cast<unsigned char*>(words.data() + first_word),
                               static_cast<unsigned>(2 * job.burst_words));
        unit_.reset_.check();
        if (refusal) throw StartRefusal{DenoiserError::bus, *refusal};
    }

    TransactionBlock& unit_;
    Data& data_;
    RunClock clock_;
    Cycles free_ = 0;
};

// From the run's cycles to those of the simulation.
class TransactionBlock::Phases final : public timing::PhaseObserver {
public:
    Phases(Recorder& recorder, Cycles begin) : recorder_(recorder), begin_(begin) {}
    void phase(timing::Phase phase, bool beside_cores, Cycles begin, Cycles end) override {
        recorder_.record(
            DenoiserPhase{timing::phase_name(phase), beside_cores, {begin_ + begin, begin_ + end}});
    }

private:
    Recorder& recorder_;
    const Cycles begin_;
};

TransactionBlock::TransactionBlock(std::string owner, const config::DenoiserConfig& config,
                                   const denoiser::NoiseSource& noise, sc_core::sc_time cycle,
                                   DenoiserValues values, ::tlm::tlm_initiator_socket<128>& memory,
                                   const RunReset& reset)
    : config_(config),
      noise_(noise),
      cycle_(cycle),
      values_(values),
      memory_(memory, std::move(owner)),
      reset_(reset) {}

timing::BlockTiming TransactionBlock::run(const hw::DenoiserStart& start) {
    Data data(start);
    MemoryDma dma(*this, data);
    std::optional<Phases> phases;
    if (recorder_ != nullptr)
        phases.emplace(*recorder_, static_cast<Cycles>(sc_core::sc_time_stamp().value() / cycle_.value()));
    const timing::BlockTiming timing =
        timing::run_plan(start.plan, config_, dma, 0, phases ? &*phases : nullptr);
    dma.wait_until(timing.cycles);
    return timing;
}

}  // namespace quell::tlm
