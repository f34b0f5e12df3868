#include "tlm/sequencer.h"

#include "models/base/error.h"
#include "tlm/denoiser_registers.h"
#include "tlm/denoiser_target.h"

#include <algorithm>
#include <cstring>

namespace quell::tlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;
using timing::Cycles;

namespace {

// The transfer of a later repetition goes on where the one before ended.
timing::Transfer repeated(const timing::Transfer& transfer, std::int64_t repetition) {
    return {transfer.address + repetition * transfer.words, transfer.words};
}

}  // namespace

Sequencer::Sequencer(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
                     const timing::PlatformTiming& timing, sc_time cycle, std::size_t word_count,
                     const DenoiserTarget* denoiser)
    : sc_module(name),
      config_(config),
      timing_(timing),
      cycle_(cycle),
      word_count_(word_count),
      denoiser_(denoiser) {
    SC_HAS_PROCESS(Sequencer);
    SC_THREAD(control);
    SC_THREAD(load_engine);
    SC_THREAD(multiply_engine);
    SC_THREAD(digital_engine);
    SC_THREAD(store_engine);
}

Cycles Sequencer::cycles(const sc_time& time) const {
    return static_cast<Cycles>(time.value() / cycle_.value());
}

std::vector<std::uint64_t> Sequencer::fetch_program() {
    std::vector<std::uint64_t> words(word_count_);
    ::tlm::tlm_generic_payload payload;
    payload.set_read();
    payload.set_address(0);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(words.data()));
    payload.set_data_length(static_cast<unsigned>(8 * words.size()));
    payload.set_streaming_width(payload.get_data_length());
    sc_time delay = sc_core::SC_ZERO_TIME;
    fetch->b_transport(payload, delay);
    if (payload.is_response_error())
        throw Error("{}: the context memory does not hold {} words", name(), word_count_);
    return words;
}

void Sequencer::control() {
    try {
        run_program(decode_program(fetch_program(), config_));
        halted_ = true;
    } catch (const Error& error) {
        failure_ = error.what();
    }
}

void Sequencer::run_program(const std::vector<ProgramStep>& steps) {
    layer_begin_ = sc_time_stamp();
    begin_pass();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const ProgramStep& step = steps[i];
        switch (step.kind) {
            case ProgramStep::Kind::strip:
                issue(step, 0);
                break;
            case ProgramStep::Kind::loop_begin:
                for (std::int64_t r = 0; r < step.word.instruction.count; ++r) {
                    for (std::size_t s = 1; s <= step.loop_steps; ++s) issue(steps[i + s], r);
                }
                i += step.loop_steps;
                break;
            case ProgramStep::Kind::program:
                drain();
                close_pass();
                program_weights(step.word);
                begin_pass();
                break;
            case ProgramStep::Kind::sync:
                drain();
                close_pass();
                if (breakdown_.total() != cycles(sc_time_stamp() - layer_begin_)) {
                    throw Error("{}: layer {} took {} cycles, {} are accounted for", name(),
                                step.word.instruction.layer, cycles(sc_time_stamp() - layer_begin_),
                                breakdown_.total());
                }
                layers_.push_back({step.word.instruction.layer, layer_begin_, breakdown_});
                breakdown_ = {};
                layer_begin_ = sc_time_stamp();
                begin_pass();
                break;
            case ProgramStep::Kind::denoise:
                drain();
                denoise(step.word.instruction);
                layer_begin_ = sc_time_stamp();
                begin_pass();
                break;
            case ProgramStep::Kind::halt:
                drain();
                return;
        }
    }
}

void Sequencer::issue(const ProgramStep& step, std::int64_t repetition) {
    ++issued_;
    Strip strip;
    strip.step = &step;
    strip.repetition = repetition;
    strip.multiplies = !step.multiply.empty();
    to_load_.push(strip);
}

void Sequencer::drain() {
    while (stored_ < issued_) sc_core::wait(strip_stored_);
}

void Sequencer::begin_pass() {
    first_strip_ = true;
    multiply_end_ = last_ready_ = last_digital_ = last_store_ = sc_time_stamp();
    store_wait_ = sc_core::SC_ZERO_TIME;
}

void Sequencer::close_pass() {
    breakdown_.drain += cycles(last_ready_ - multiply_end_);
    breakdown_.digital += cycles(last_digital_ - last_ready_);
    const Cycles exposed = cycles(last_store_ - last_digital_);
    const Cycles waited = std::min(exposed, cycles(store_wait_));
    breakdown_.store += exposed - waited;
    breakdown_.bus_stall += waited;
}

void Sequencer::load_engine() {
    for (;;) {
        Strip strip = to_load_.pop();
        free_inputs_.wait();
        for (const timing::Transfer& transfer : strip.step->loads) {
            strip.load_wait += loads.move(repeated(transfer, strip.repetition));
        }
        to_multiply_.push(strip);
    }
}

void Sequencer::multiply_engine() {
    for (;;) {
        Strip strip = to_multiply_.pop();
        free_results_.wait();
        const Cycles gap = cycles(sc_time_stamp() - multiply_end_);
        const Cycles waited = std::min(gap, cycles(strip.load_wait + store_wait_));
        breakdown_.bus_stall += waited;
        (first_strip_ ? breakdown_.load : breakdown_.memory_stall) += gap - waited;
        first_strip_ = false;

        sc_time busy = sc_core::SC_ZERO_TIME, drain_time = sc_core::SC_ZERO_TIME;
        if (strip.multiplies) {
            busy = send(strip.step->multiply.front());
            drain_time = static_cast<double>(timing_.tile().drain_cycles()) * cycle_;
            const std::int64_t products = strip.step->multiply.front().instruction.products;
            const Cycles converters = products * timing_.tile().converter_wait_cycles;
            breakdown_.converter_stall += converters;
            breakdown_.compute += cycles(busy) - converters;
        } else {
            for (const DecodedWord& word : strip.step->digital) busy += send(word);
            breakdown_.compute += cycles(busy);
        }
        if (busy > sc_core::SC_ZERO_TIME) sc_core::wait(busy);
        multiply_end_ = sc_time_stamp();
        free_inputs_.post();
        strip.multiplied = multiply_end_;
        strip.ready = multiply_end_ + drain_time;
        to_digital_.push(strip);
    }
}

void Sequencer::digital_engine() {
    for (;;) {
        Strip strip = to_digital_.pop();
        if (strip.ready > sc_time_stamp()) sc_core::wait(strip.ready - sc_time_stamp());
        if (strip.multiplies) {
            sc_time busy = sc_core::SC_ZERO_TIME;
            for (const DecodedWord& word : strip.step->digital) busy += send(word);
            if (busy > sc_core::SC_ZERO_TIME) sc_core::wait(busy);
        }
        last_ready_ = strip.ready;
        last_digital_ = sc_time_stamp();
        to_store_.push(strip);
    }
}

void Sequencer::store_engine() {
    for (;;) {
        const Strip strip = to_store_.pop();
        sc_time waited = sc_core::SC_ZERO_TIME;
        for (const timing::Transfer& transfer : strip.step->stores) {
            waited += stores.move(repeated(transfer, strip.repetition));
        }
        store_wait_ = waited;
        last_store_ = sc_time_stamp();
        free_results_.post();
        ++stored_;
        strip_stored_.notify(sc_core::SC_ZERO_TIME);
    }
}

void Sequencer::program_weights(const DecodedWord& word) {
    const sc_time begin = sc_time_stamp();
    const sc_time writing = send(word);
    const sc_time waited = weights.move(word.instruction.transfer);
    const sc_time fetching = sc_time_stamp() - begin;
    if (writing > fetching) sc_core::wait(writing - fetching);
    const Cycles total = cycles(sc_time_stamp() - begin);
    const Cycles unhindered = cycles(std::max(writing, fetching - waited));
    breakdown_.program += unhindered;
    breakdown_.bus_stall += total - unhindered;
}

sc_time Sequencer::send(const DecodedWord& word) {
    std::array<std::uint64_t, 2> data{};
    std::copy(word.words.begin(), word.words.end(), data.begin());
    ::tlm::tlm_generic_payload payload;
    payload.set_write();
    payload.set_address(0);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(data.data()));
    payload.set_data_length(static_cast<unsigned>(8 * word.words.size()));
    payload.set_streaming_width(payload.get_data_length());
    sc_time delay = sc_core::SC_ZERO_TIME;
    context->b_transport(payload, delay);
    if (payload.is_response_error()) {
        SC_REPORT_ERROR(name(), ("the grid refuses " + disassemble(word.instruction)).c_str());
    }
    return delay;
}

void Sequencer::write_register(std::uint64_t offset, std::uint32_t value) {
    ::tlm::tlm_generic_payload payload;
    payload.set_write();
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_time ahead = sc_core::SC_ZERO_TIME;
    block_registers->b_transport(payload, ahead);
    if (payload.is_response_error()) {
        throw Error("{}: the denoiser refuses register 0x{:x} ({})", name(), offset,
                    payload.get_response_string());
    }
}

void Sequencer::denoise(const Instruction& block) {
    if (denoiser_ == nullptr) throw Error("{}: DENOISE in a platform without a denoiser", name());
    const auto write = [this](DenoiserRegister which, std::int64_t value) {
        write_register(static_cast<std::uint64_t>(which), static_cast<std::uint32_t>(value));
    };
    const auto write_wide = [this](DenoiserRegister low, std::uint64_t value) {
        write_register(static_cast<std::uint64_t>(low), static_cast<std::uint32_t>(value));
        write_register(static_cast<std::uint64_t>(low) + 4, static_cast<std::uint32_t>(value >> 32));
    };
    const std::uint64_t map = 2 * static_cast<std::uint64_t>(block.transfer.address);
    write(DenoiserRegister::channels, block.channels);
    write(DenoiserRegister::height, block.height);
    write(DenoiserRegister::width, block.width);
    write_wide(DenoiserRegister::input_low, map);
    write_wide(DenoiserRegister::output_low, map);
    write_wide(DenoiserRegister::weights_low, 2 * static_cast<std::uint64_t>(block.weight_address));
    write_wide(DenoiserRegister::base_seed_low, 1);
    const sc_time begin = sc_time_stamp();
    write(DenoiserRegister::control, control::start | control::interrupt_enable);
    while (!block_done.read()) sc_core::wait(block_done.value_changed_event());
    const Cycles taken = cycles(sc_time_stamp() - begin);
    write(DenoiserRegister::status, status::done | status::error);
    if (!denoiser_->last_error().empty())
        throw Error("block after convolution {}: {}", block.site, denoiser_->last_error());
    blocks_.push_back({block.site, taken, denoiser_->last_timing()});
    while (block_done.read()) sc_core::wait(block_done.value_changed_event());
}

}  // namespace quell::tlm
