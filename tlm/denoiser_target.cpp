#include "tlm/denoiser_target.h"

#include "models/base/error.h"
#include "models/denoiser/weight_image.h"
#include "models/timing/denoiser_latency.h"
#include "models/timing/plan_search.h"
#include "tlm/memory_port.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace quell::tlm {

using denoiser::Word;
using timing::Cycles;

static_assert(std::endian::native == std::endian::little, "words are moved in memory order");

namespace {

constexpr std::uint64_t offset_of(DenoiserRegister which) {
    return static_cast<std::uint64_t>(which);
}

// Thrown inside a start when memory refuses a transfer.
struct BusRefusal {
    std::string message;
};

// A start may use so many elements per lane; beyond them two streams would give the same numbers.
std::uint64_t most_per_lane(const timing::BlockPlan& plan) {
    const denoiser::Geometry& g = plan.geometry;
    std::uint64_t elements = 0;
    for (std::int64_t strip = 0; strip < plan.strips; ++strip) {
        for (const timing::ChannelRange& tile : plan.head_tiles) {
            elements += static_cast<std::uint64_t>(
                timing::ceil_divide(tile.count * plan.strip_size(strip), plan.lanes));
        }
    }
    return g.variance_head ? elements : 0;
}

}  // namespace

// Everything of one start that the DMA engine touches.
struct DenoiserTarget::Job {
    const timing::BlockPlan& plan;
    denoiser::FractionBits fraction;
    std::uint64_t input, output, weights, base_seed;

    std::vector<Word> x, y, image;
    std::unique_ptr<denoiser::FastBlock> block;
    std::unique_ptr<denoiser::FastBlockStart> start;
    std::int64_t reduced = 0;  // strips whose bottleneck is there

    Job(const timing::BlockPlan& block_plan) : plan(block_plan) {
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
            block = std::make_unique<denoiser::FastBlock>(
                plan.geometry, denoiser::weights_of_image(image, plan.geometry, fraction), leaky_shift, noise,
                plan.cancel_order());
            start = std::make_unique<denoiser::FastBlockStart>(*block, x, base_seed);
        }
        const std::int64_t last = std::min(strip + plan.lookahead, plan.strips - 1);
        for (; reduced <= last; ++reduced) start->reduce(reduced * plan.strip_pixels, end_of(reduced));
        start->denoise(strip * plan.strip_pixels, end_of(strip), y);
    }
};

// The queue of models/timing, made real: every transfer goes over the bus when its time has come.
class DenoiserTarget::MemoryDma final : public timing::DmaPort {
public:
    MemoryDma(DenoiserTarget& target, Job& job)
        : target_(target), job_(job), begin_(sc_core::sc_time_stamp()) {}

    timing::DmaTransfer transfer(const timing::DmaJob& job, Cycles release) override {
        timing::DmaTransfer result;
        result.start = std::max(free_, release);
        if (job.kind == timing::DmaKind::output && target_.values_ == DenoiserValues::computed) {
            job_.compute(job.strip, target_.config_.leaky_shift, target_.noise_);
        }
        const Cycles ideal = timing::dma_cycles(job, target_.config_.dma_bits / 16);
        const Cycles beats = job.bursts * timing::ceil_divide(job.burst_words, target_.config_.dma_bits / 16);
        // Descriptor and first access; from then on the bus says how long it takes.
        wait_until(result.start + ideal - beats);
        for (std::int64_t burst = 0; burst < job.bursts; ++burst) {
            move(job, job.first_word + burst * job.stride_words);
        }
        const sc_core::sc_time taken = sc_core::sc_time_stamp() - begin_;
        // A bus on another clock may end between two edges: the next one counts.
        const auto end = static_cast<Cycles>(std::ceil(taken / target_.cycle_ - 1e-9));
        result.end = free_ = std::max(end, result.start + ideal);
        result.stalled = result.end - result.start - ideal;
        return result;
    }

    void wait_until(Cycles cycle) const {
        const sc_core::sc_time at = begin_ + static_cast<double>(cycle) * target_.cycle_;
        if (at > sc_core::sc_time_stamp()) sc_core::wait(at - sc_core::sc_time_stamp());
    }

private:
    void move(const timing::DmaJob& job, std::int64_t first_word) {
        const bool stores = job.kind == timing::DmaKind::output;
        std::vector<Word>& words = stores ? job_.y : job.kind == timing::DmaKind::input ? job_.x : job_.image;
        const std::uint64_t base = stores                               ? job_.output
                                   : job.kind == timing::DmaKind::input ? job_.input
                                                                        : job_.weights;
        const std::optional<std::string> refusal = move_over(
            target_.memory, target_.name(), stores, base + 2 * static_cast<std::uint64_t>(first_word),
            reinterpret_cast<unsigned char*>(words.data() + first_word),
            static_cast<unsigned>(2 * job.burst_words));
        if (refusal) throw BusRefusal{*refusal};
    }

    DenoiserTarget& target_;
    Job& job_;
    sc_core::sc_time begin_;
    Cycles free_ = 0;
};

DenoiserTarget::DenoiserTarget(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                               sc_core::sc_time cycle, DenoiserValues values, DenoiserModel model)
    : sc_module(name),
      config_(config),
      cycle_(cycle),
      values_(values),
      noise_(config.lfsr_width, config.lanes, config.normals_per_pair),
      registers_(kDenoiserRegisterBytes / 4) {
    registers.register_b_transport(this, &DenoiserTarget::serve_registers);
    registers.register_transport_dbg(this, &DenoiserTarget::debug_registers);
    stored(DenoiserRegister::identity) = kDenoiserIdentity;
    if (model == DenoiserModel::pin_level) {
        pin_level_ = std::make_unique<PinLevelBlock>(
            "pin_level", config_, noise_, cycle_,
            [this](bool write, std::uint64_t address, unsigned char* data, unsigned bytes) {
                return carry_beat(write, address, data, bytes);
            });
    }
    SC_HAS_PROCESS(DenoiserTarget);
    SC_THREAD(work);
    SC_METHOD(drive_interrupt);
    sensitive << interrupt_changed_;
}

DenoiserTarget::~DenoiserTarget() = default;

std::uint32_t& DenoiserTarget::stored(DenoiserRegister which) {
    return registers_[offset_of(which) / 4];
}
std::uint32_t DenoiserTarget::stored(DenoiserRegister which) const {
    return registers_[offset_of(which) / 4];
}

std::uint64_t DenoiserTarget::stored_wide(DenoiserRegister low) const {
    const std::uint64_t high = registers_[offset_of(low) / 4 + 1];
    return high << 32 | stored(low);
}

void DenoiserTarget::serve_registers(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    const std::uint64_t offset = transaction.get_address();
    std::uint32_t& status_word = stored(DenoiserRegister::status);
    if (transaction.get_byte_enable_ptr() != nullptr) {
        transaction.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (transaction.get_data_length() != 4 || transaction.get_streaming_width() < 4) {
        transaction.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (offset % 4 != 0 || offset >= kDenoiserRegisterBytes) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else if (transaction.is_read()) {
        const std::uint32_t value = read_register(offset);
        std::memcpy(transaction.get_data_ptr(), &value, 4);
        transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
    } else if (transaction.is_write() && (status_word & status::busy) != 0) {
        // A start reads its registers once; changing them under it would be lost or worse.
        transaction.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    } else if (transaction.is_write()) {
        std::uint32_t value = 0;
        std::memcpy(&value, transaction.get_data_ptr(), 4);
        transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
        write_register(offset, value);
    } else {
        transaction.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    }
    if (transaction.is_response_error()) status_word |= status::access_error;
    delay += timing::kRegisterAccessCycles * cycle_;
}

unsigned DenoiserTarget::debug_registers(::tlm::tlm_generic_payload& transaction) {
    const std::uint64_t offset = transaction.get_address();
    if (!transaction.is_read() || transaction.get_data_length() < 4 || offset % 4 != 0 ||
        offset >= kDenoiserRegisterBytes) {
        return 0;
    }
    const std::uint32_t value = read_register(offset);
    std::memcpy(transaction.get_data_ptr(), &value, 4);
    return 4;
}

std::uint32_t DenoiserTarget::read_register(std::uint64_t offset) const {
    return registers_[offset / 4];
}

void DenoiserTarget::write_register(std::uint64_t offset, std::uint32_t value) {
    switch (static_cast<DenoiserRegister>(offset)) {
        case DenoiserRegister::control:
            stored(DenoiserRegister::control) = value & control::interrupt_enable;
            if ((value & control::start) != 0) {
                stored(DenoiserRegister::status) = status::busy;
                stored(DenoiserRegister::error) = static_cast<std::uint32_t>(DenoiserError::none);
                started_.notify(sc_core::SC_ZERO_TIME);
            }
            break;
        case DenoiserRegister::status:
            stored(DenoiserRegister::status) &=
                ~(value & (status::done | status::error | status::access_error));
            break;
        case DenoiserRegister::error:
        case DenoiserRegister::cycles_low:
        case DenoiserRegister::cycles_high:
        case DenoiserRegister::bus_stall_low:
        case DenoiserRegister::bus_stall_high:
        case DenoiserRegister::identity:
            break;  // read only: a write changes nothing
        default:
            registers_[offset / 4] = value;
    }
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void DenoiserTarget::drive_interrupt() {
    const bool enabled = (stored(DenoiserRegister::control) & control::interrupt_enable) != 0;
    const bool raised = (stored(DenoiserRegister::status) & (status::done | status::error)) != 0;
    interrupt.write(enabled && raised);
}

const timing::BlockPlan& DenoiserTarget::plan_for(const denoiser::Geometry& g) {
    const std::tuple key{g.channels, g.height, g.width, g.bias};
    auto found = plans_.find(key);
    if (found == plans_.end()) found = plans_.emplace(key, timing::plan_block(g, config_)).first;
    return found->second;
}

void DenoiserTarget::fail(DenoiserError error, const std::string& message) {
    last_error_ = message;
    stored(DenoiserRegister::error) = static_cast<std::uint32_t>(error);
    stored(DenoiserRegister::status) |= status::error;
}

void DenoiserTarget::work() {
    for (;;) {
        sc_core::wait(started_);
        last_error_.clear();
        run_start();
        std::uint32_t& status_word = stored(DenoiserRegister::status);
        status_word = (status_word & ~status::busy) | status::done;
        interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
    }
}

void DenoiserTarget::run_start() {
    const auto signed_register = [&](DenoiserRegister which) { return static_cast<int>(stored(which)); };
    denoiser::FractionBits fraction;
    fraction.x = signed_register(DenoiserRegister::fraction_x);
    fraction.reduce_weight = signed_register(DenoiserRegister::fraction_reduce_weight);
    fraction.reduce_out = signed_register(DenoiserRegister::fraction_reduce_out);
    fraction.depthwise_weight = signed_register(DenoiserRegister::fraction_depthwise_weight);
    fraction.depthwise_out = signed_register(DenoiserRegister::fraction_depthwise_out);
    fraction.mean_weight = signed_register(DenoiserRegister::fraction_mean_weight);
    fraction.mean_out = signed_register(DenoiserRegister::fraction_mean_out);
    fraction.variance_weight = signed_register(DenoiserRegister::fraction_variance_weight);
    fraction.variance_out = signed_register(DenoiserRegister::fraction_variance_out);

    const timing::BlockPlan* plan = nullptr;
    try {
        config::DenoiserConfig config = config_;
        config.bias = (stored(DenoiserRegister::options) & 1) != 0;
        plan = &plan_for(denoiser::make_geometry(stored(DenoiserRegister::channels),
                                                 stored(DenoiserRegister::height),
                                                 stored(DenoiserRegister::width), config));
    } catch (const Error& error) {
        return fail(DenoiserError::shape, error.what());
    }
    try {
        denoiser::validate(fraction, plan->geometry);
    } catch (const Error& error) {
        return fail(DenoiserError::fraction, error.what());
    }
    Job job(*plan);
    job.fraction = fraction;
    job.input = stored_wide(DenoiserRegister::input_low);
    job.output = stored_wide(DenoiserRegister::output_low);
    job.weights = stored_wide(DenoiserRegister::weights_low);
    job.base_seed = stored_wide(DenoiserRegister::base_seed_low);
    if (job.base_seed == 0 || job.base_seed > numeric::lfsr_period(config_.lfsr_width)) {
        return fail(DenoiserError::seed, fmt::format("a base seed of 1 to 2^{} - 1 is needed, {} came",
                                                     config_.lfsr_width, job.base_seed));
    }
    if (most_per_lane(*plan) > noise_.normals_per_lane()) {
        return fail(
            DenoiserError::noise,
            fmt::format("denoiser.lfsr_width = {}: a {}x{}x{} block draws {} normals a lane, its streams "
                        "give {}",
                        config_.lfsr_width, plan->geometry.channels, plan->geometry.height,
                        plan->geometry.width, most_per_lane(*plan), noise_.normals_per_lane()));
    }
    try {
        if (pin_level_) {
            run_pin_level(job);
        } else {
            MemoryDma dma(*this, job);
            last_timing_ = timing::run_plan(*plan, config_, dma);
            dma.wait_until(last_timing_.cycles);
        }
    } catch (const BusRefusal& refusal) {
        return fail(DenoiserError::bus, refusal.message);
    }
    last_plan_ = *plan;
    const auto store_wide = [&](DenoiserRegister low, Cycles value) {
        registers_[offset_of(low) / 4] = static_cast<std::uint32_t>(value);
        registers_[offset_of(low) / 4 + 1] = static_cast<std::uint32_t>(value >> 32);
    };
    store_wide(DenoiserRegister::cycles_low, last_timing_.cycles);
    store_wide(DenoiserRegister::bus_stall_low, last_timing_.breakdown.bus_stall);
}

void DenoiserTarget::run_pin_level(const Job& job) {
    hw::DenoiserStart start;
    start.plan = job.plan;
    start.fraction = job.fraction;
    start.input = job.input;
    start.output = job.output;
    start.weights = job.weights;
    start.base_seed = job.base_seed;

    const hw::Denoiser& unit = pin_level_->denoiser();
    const timing::BlockCounts before = unit.sram_counts();
    if (!pin_level_->run(start)) throw BusRefusal{bus_refusal_};
    // The work that there is to do comes from the plan; when and how often it was done, from the machine.
    timing::UncontendedDma idle_bus(config_.dma_bits / 16);
    last_timing_ = timing::run_plan(job.plan, config_, idle_bus);
    const timing::BlockTiming measured = unit.timing();
    const timing::BlockCounts after = unit.sram_counts();
    last_timing_.cycles = measured.cycles;
    last_timing_.phases = measured.phases;
    last_timing_.breakdown = measured.breakdown;
    last_timing_.counts.activation_reads = after.activation_reads - before.activation_reads;
    last_timing_.counts.activation_writes = after.activation_writes - before.activation_writes;
    last_timing_.counts.weight_reads = after.weight_reads - before.weight_reads;
    last_timing_.counts.dma_words = measured.counts.dma_words;
}

bool DenoiserTarget::carry_beat(bool write, std::uint64_t address, unsigned char* data, unsigned bytes) {
    const std::optional<std::string> refusal = move_over(memory, name(), write, address, data, bytes);
    if (refusal) bus_refusal_ = *refusal;
    return !refusal;
}

}  // namespace quell::tlm
