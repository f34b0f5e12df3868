#include "tests/unit/tlm/denoiser_bench.h"

#include "models/base/error.h"
#include "models/denoiser/golden_block.h"
#include "models/denoiser/weight_image.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"

namespace quell::test {

using denoiser::Word;
using tlm::DenoiserRegister;

SampleBlock::SampleBlock(const config::DenoiserConfig& config, std::int64_t channels, std::int64_t height,
                         std::int64_t width, std::uint64_t seed)
    : geometry(denoiser::make_geometry(channels, height, width, config)),
      weights(denoiser::draw_weights(geometry, seed)),
      x(denoiser::draw_input(geometry, seed)),
      image(denoiser::weight_image(weights, geometry)),
      base_seed(denoiser::base_seed({seed, 0, 0}, config.lfsr_width)),
      plan(timing::plan_block(geometry, config)),
      cycles(timing::time_block(geometry, config).cycles) {
    const denoiser::NoiseSource source(config.lfsr_width, config.lanes, config.normals_per_pair);
    output = denoiser::golden_block(geometry, weights, config.leaky_shift, source, plan.cancel_order(),
                                    base_seed, x)
                 .output;
}

BenchMemory::BenchMemory(const sc_core::sc_module_name& name, std::uint64_t base, std::uint64_t bytes,
                         int beat_bytes)
    : sc_module(name), base_(base), content_(bytes), beat_bytes_(beat_bytes) {
    port.register_b_transport(this, &BenchMemory::serve);
}

std::vector<Word> BenchMemory::words(std::uint64_t address, std::size_t count) const {
    std::vector<Word> words(count);
    std::memcpy(words.data(), content_.data() + (address - base_), 2 * count);
    return words;
}

std::uint32_t BenchMemory::word32(std::uint64_t address) const {
    std::uint32_t word = 0;
    std::memcpy(&word, content_.data() + (address - base_), 4);
    return word;
}

void BenchMemory::put32(std::uint64_t address, std::uint32_t word) {
    std::memcpy(content_.data() + (address - base_), &word, 4);
}

void BenchMemory::serve(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    ++begun_;
    const std::uint64_t address = transaction.get_address(), length = transaction.get_data_length();
    const auto beats = timing::ceil_divide(static_cast<std::int64_t>(length), beat_bytes_);
    if (latency > 0) {
        // What an interconnect does: the call waits for an event of its own.
        sc_core::sc_event done;
        done.notify(latency * DenoiserBench::kCycle, sc_core::SC_NS);
        sc_core::wait(done);
    }
    ++ended_;
    const bool inside = address >= base_ && address - base_ <= content_.size() &&
                        length <= content_.size() - (address - base_);
    const bool refused = address < refused_end_ && address + length > refused_first_;
    if (!inside || refused) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    unsigned char* here = content_.data() + (address - base_);
    if (transaction.is_read()) {
        std::memcpy(transaction.get_data_ptr(), here, length);
    } else {
        std::memcpy(here, transaction.get_data_ptr(), length);
    }
    delay += static_cast<double>(beats) * sc_core::sc_time(DenoiserBench::kCycle, sc_core::SC_NS);
    transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
}

DenoiserBench::DenoiserBench(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                             tlm::DenoiserModel model, std::uint64_t memory_base, std::uint64_t memory_bytes)
    : sc_module(name),
      memory("memory", memory_base, memory_bytes, config.dma_bits / 8),
      unit("unit", config, {kCycle, sc_core::SC_NS}, tlm::DenoiserValues::computed, model) {
    processor.bind(unit.registers);
    unit.memory.bind(memory.port);
    unit.interrupt.bind(interrupt);
    SC_HAS_PROCESS(DenoiserBench);
    SC_THREAD(program_thread);
}

void DenoiserBench::drive(std::function<void()> driver) {
    driver_ = std::move(driver);
    sc_core::sc_start();
    INFO("the simulation ends while the driver still waits");
    REQUIRE(finished_);
}

void DenoiserBench::program_thread() {
    driver_();
    finished_ = true;
}

::tlm::tlm_response_status DenoiserBench::access(::tlm::tlm_command command, std::uint64_t offset,
                                                 unsigned char* data, unsigned length,
                                                 unsigned streaming_width, unsigned char* byte_enable) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(offset);
    payload.set_data_ptr(data);
    payload.set_data_length(length);
    payload.set_streaming_width(streaming_width);
    payload.set_byte_enable_ptr(byte_enable);
    payload.set_byte_enable_length(byte_enable == nullptr ? 0 : length);
    payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    processor->b_transport(payload, delay);
    CHECK(delay == sc_core::sc_time(kCycle, sc_core::SC_NS));  // every access takes one cycle
    return payload.get_response_status();
}

::tlm::tlm_response_status DenoiserBench::write(DenoiserRegister which, std::uint32_t value) {
    return access(::tlm::TLM_WRITE_COMMAND, static_cast<std::uint64_t>(which),
                  reinterpret_cast<unsigned char*>(&value), 4, 4);
}

void DenoiserBench::write_wide(DenoiserRegister low, std::uint64_t value) {
    CHECK(write(low, static_cast<std::uint32_t>(value)) == ::tlm::TLM_OK_RESPONSE);
    CHECK(write(static_cast<DenoiserRegister>(static_cast<std::uint64_t>(low) + 4),
                static_cast<std::uint32_t>(value >> 32)) == ::tlm::TLM_OK_RESPONSE);
}

std::uint32_t DenoiserBench::read(DenoiserRegister which) {
    std::uint32_t value = 0;
    CHECK(access(::tlm::TLM_READ_COMMAND, static_cast<std::uint64_t>(which),
                 reinterpret_cast<unsigned char*>(&value), 4, 4) == ::tlm::TLM_OK_RESPONSE);
    return value;
}

std::uint64_t DenoiserBench::read_wide(DenoiserRegister low) {
    const auto high = static_cast<DenoiserRegister>(static_cast<std::uint64_t>(low) + 4);
    return std::uint64_t{read(high)} << 32 | read(low);
}

void DenoiserBench::lay(const SampleBlock& block) {
    const auto whole = [](std::size_t words) { return (2 * words + 511) / 512 * 512; };
    input = memory.base() + 0x1000;
    output_address = input + whole(block.x.size());
    weights = output_address + whole(block.x.size());
    memory.put(input, block.x);
    memory.put(weights, block.image);
    forget_output(block);
}

void DenoiserBench::program(const SampleBlock& block) {
    lay(block);
    const auto set = [this](DenoiserRegister which, std::int64_t value) {
        CHECK(write(which, static_cast<std::uint32_t>(value)) == ::tlm::TLM_OK_RESPONSE);
    };
    const denoiser::FractionBits& f = block.weights.fraction;
    set(DenoiserRegister::channels, block.geometry.channels);
    set(DenoiserRegister::height, block.geometry.height);
    set(DenoiserRegister::width, block.geometry.width);
    set(DenoiserRegister::options, block.geometry.bias ? 1 : 0);
    set(DenoiserRegister::fraction_x, f.x);
    set(DenoiserRegister::fraction_reduce_weight, f.reduce_weight);
    set(DenoiserRegister::fraction_reduce_out, f.reduce_out);
    set(DenoiserRegister::fraction_depthwise_weight, f.depthwise_weight);
    set(DenoiserRegister::fraction_depthwise_out, f.depthwise_out);
    set(DenoiserRegister::fraction_mean_weight, f.mean_weight);
    set(DenoiserRegister::fraction_mean_out, f.mean_out);
    set(DenoiserRegister::fraction_variance_weight, f.variance_weight);
    set(DenoiserRegister::fraction_variance_out, f.variance_out);
    write_wide(DenoiserRegister::input_low, input);
    write_wide(DenoiserRegister::output_low, output_address);
    write_wide(DenoiserRegister::weights_low, weights);
    write_wide(DenoiserRegister::base_seed_low, block.base_seed);
}

void DenoiserBench::forget_output(const SampleBlock& block) {
    memory.put(output_address, std::vector<Word>(block.x.size(), Word{0x5A5A}));
}

double DenoiserBench::start_and_wait(std::uint32_t bits) {
    const sc_core::sc_time begin = sc_core::sc_time_stamp();
    CHECK(write(DenoiserRegister::control, bits | tlm::control::interrupt_enable) == ::tlm::TLM_OK_RESPONSE);
    wait_for_interrupt();
    return (sc_core::sc_time_stamp() - begin) / sc_core::sc_time(kCycle, sc_core::SC_NS);
}

void DenoiserBench::wait_cycles(double cycles) {
    if (cycles > 0) sc_core::wait(cycles * kCycle, sc_core::SC_NS);
}

void DenoiserBench::wait_for_interrupt() {
    settle();
    while (!interrupt.read()) sc_core::wait(interrupt.value_changed_event());
}

void DenoiserBench::settle() {
    for (int delta = 0; delta < 3; ++delta) sc_core::wait(sc_core::SC_ZERO_TIME);
}

double DenoiserBench::wait_until_quiet() {
    double cycles = 0;
    for (; (status() & tlm::status::busy) != 0; ++cycles) {
        if (cycles > 1e6) throw Error("the unit is busy for a million cycles");
        wait_cycles(1);
    }
    return cycles;
}

std::vector<Word> DenoiserBench::output(const SampleBlock& block) const {
    return memory.words(output_address, block.output.size());
}

RegisterImage DenoiserBench::registers() {
    RegisterImage image;
    for (std::uint64_t offset = 0; offset < tlm::kDenoiserRegisterBytes; offset += 4) {
        ::tlm::tlm_generic_payload payload;
        payload.set_command(::tlm::TLM_READ_COMMAND);
        payload.set_address(offset);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(&image[offset]));
        payload.set_data_length(4);
        CHECK(processor->transport_dbg(payload) == 4);
    }
    return image;
}

void check_clean_run(DenoiserBench& bench, const SampleBlock& block) {
    bench.forget_output(block);
    const double taken = bench.start_and_wait();
    CHECK(bench.status() == tlm::status::done);
    CHECK(bench.read(DenoiserRegister::error) == 0);
    CHECK(taken == static_cast<double>(block.cycles));
    CHECK(bench.read_wide(DenoiserRegister::cycles_low) == static_cast<std::uint64_t>(block.cycles));
    CHECK(bench.read_wide(DenoiserRegister::bus_stall_low) == 0);
    CHECK(bench.output(block) == block.output);
    CHECK(bench.memory.under_way() == 0);
    CHECK(bench.write(DenoiserRegister::status, tlm::status::done) == ::tlm::TLM_OK_RESPONSE);
}

std::string name_of(tlm::DenoiserModel model) {
    return model == tlm::DenoiserModel::transaction ? "transaction" : "pin level";
}

}  // namespace quell::test
