#include "tlm/block_platform.h"

#include "models/base/error.h"
#include "models/denoiser/weight_image.h"
#include "tlm/denoiser_target.h"
#include "tlm/plain_memory.h"
#include "tlm/run_kernel.h"

#include <cstring>

namespace quell::tlm {

using denoiser::Word;

BlockMemoryMap::BlockMemoryMap(const denoiser::Geometry& geometry, const config::DenoiserConfig& config) {
    const auto beat = static_cast<std::uint64_t>(config.dma_bits / 8);
    const auto whole_beats = [&](std::int64_t words) {
        return (2 * static_cast<std::uint64_t>(words) + beat - 1) / beat * beat;
    };
    output = whole_beats(geometry.elements());
    weights = output + whole_beats(geometry.elements());
    end = weights + whole_beats(denoiser::weight_image_words(geometry));
}

namespace {

sc_core::sc_time period(double clock_mhz) {
    return {1e3 / clock_mhz, sc_core::SC_NS};
}

}  // namespace

struct BlockPlatform::Parts {
    denoiser::Geometry geometry;
    denoiser::FractionBits fraction;
    std::uint64_t base_seed;
    BlockMemoryMap map;
    sc_core::sc_signal<bool> interrupt{"interrupt"};
    tlm_utils::simple_initiator_socket<Parts, 32> processor{"processor"};
    PlainMemory memory;
    DenoiserTarget denoiser;
    std::string refusal;

    Parts(const config::DenoiserConfig& config, double clock_mhz, const denoiser::Geometry& block_geometry,
          const denoiser::FractionBits& fraction_bits, std::uint64_t seed, DenoiserModel model)
        : geometry(block_geometry),
          fraction(fraction_bits),
          base_seed(seed),
          map(block_geometry, config),
          memory("memory", map.end, static_cast<std::uint64_t>(config.dma_bits / 8), period(clock_mhz)),
          denoiser("denoiser", config, period(clock_mhz), DenoiserValues::computed, model) {
        processor.bind(denoiser.registers);
        denoiser.memory.bind(memory.port);
        denoiser.interrupt.bind(interrupt);
    }
};

BlockPlatform::BlockPlatform(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                             double clock_mhz, const denoiser::Geometry& geometry,
                             const denoiser::BlockWeights& weights, std::span<const Word> x,
                             std::uint64_t base_seed, DenoiserModel model)
    : sc_module(name),
      parts_(std::make_unique<Parts>(config, clock_mhz, geometry, weights.fraction, base_seed, model)) {
    denoiser::validate(weights, geometry);
    unsigned char* memory = parts_->memory.content().data();
    const std::vector<Word> image = denoiser::weight_image(weights, geometry);
    std::memcpy(memory + parts_->map.input, x.data(), x.size_bytes());
    std::memcpy(memory + parts_->map.weights, image.data(), 2 * image.size());
    SC_HAS_PROCESS(BlockPlatform);
    SC_THREAD(program);
}

BlockPlatform::~BlockPlatform() = default;

void BlockPlatform::write_register(std::uint64_t offset, std::uint32_t value) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(::tlm::TLM_WRITE_COMMAND);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    parts_->processor->b_transport(payload, delay);
    sc_core::wait(delay);
    if (payload.is_response_error() && parts_->refusal.empty()) {
        parts_->refusal = fmt::format("register {:#x}: {}", offset, payload.get_response_string());
    }
}

// What a driver does: shape, scales, addresses, seed, start; then it waits for the interrupt. With this
// thread the simulation runs out of events and ends.
void BlockPlatform::program() {
    const denoiser::Geometry& g = parts_->geometry;
    const denoiser::FractionBits& f = parts_->fraction;
    const auto write = [&](DenoiserRegister which, std::int64_t value) {
        write_register(static_cast<std::uint64_t>(which), static_cast<std::uint32_t>(value));
    };
    const auto write_wide = [&](DenoiserRegister low, std::uint64_t value) {
        write_register(static_cast<std::uint64_t>(low), static_cast<std::uint32_t>(value));
        write_register(static_cast<std::uint64_t>(low) + 4, static_cast<std::uint32_t>(value >> 32));
    };
    write(DenoiserRegister::channels, g.channels);
    write(DenoiserRegister::height, g.height);
    write(DenoiserRegister::width, g.width);
    write(DenoiserRegister::options, g.bias ? 1 : 0);
    write(DenoiserRegister::fraction_x, f.x);
    write(DenoiserRegister::fraction_reduce_weight, f.reduce_weight);
    write(DenoiserRegister::fraction_reduce_out, f.reduce_out);
    write(DenoiserRegister::fraction_depthwise_weight, f.depthwise_weight);
    write(DenoiserRegister::fraction_depthwise_out, f.depthwise_out);
    write(DenoiserRegister::fraction_mean_weight, f.mean_weight);
    write(DenoiserRegister::fraction_mean_out, f.mean_out);
    write(DenoiserRegister::fraction_variance_weight, f.variance_weight);
    write(DenoiserRegister::fraction_variance_out, f.variance_out);
    write_wide(DenoiserRegister::input_low, parts_->map.input);
    write_wide(DenoiserRegister::output_low, parts_->map.output);
    write_wide(DenoiserRegister::weights_low, parts_->map.weights);
    write_wide(DenoiserRegister::base_seed_low, parts_->base_seed);
    write(DenoiserRegister::control, control::start | control::interrupt_enable);
    if (parts_->refusal.empty()) {
        while (!parts_->interrupt.read()) sc_core::wait(parts_->interrupt.value_changed_event());
    }
}

void BlockPlatform::draw(const WaveOptions& options) {
    PinLevelBlock* unit = parts_->denoiser.pin_level();
    if (unit == nullptr) throw Error("{}: waves are drawn by the pin-level unit alone", name());
    unit->draw(options);
}

void BlockPlatform::end_drawing() {
    if (PinLevelBlock* unit = parts_->denoiser.pin_level()) unit->end_drawing();
}

BlockRun BlockPlatform::run() {
    run_kernel();
    return result();
}

BlockRun BlockPlatform::result() const {
    if (!parts_->refusal.empty()) throw Error("{}", parts_->refusal);
    if (!parts_->denoiser.last_error().empty()) throw Error("{}", parts_->denoiser.last_error());
    BlockRun run;
    run.timing = parts_->denoiser.last_timing();
    run.plan = parts_->denoiser.last_plan();
    run.output.resize(static_cast<std::size_t>(parts_->geometry.elements()));
    std::memcpy(run.output.data(), parts_->memory.content().data() + parts_->map.output,
                2 * run.output.size());
    return run;
}

}  // namespace quell::tlm
