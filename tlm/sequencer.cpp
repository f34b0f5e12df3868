#include "tlm/sequencer.h"

#include "models/base/error.h"
#include "tlm/denoiser_registers.h"
#include "tlm/denoiser_target.h"

#include <algorithm>

namespace quell::tlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;
using timing::Cycles;

Sequencer::Sequencer(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
                     const timing::PlatformTiming& timing, sc_time cycle, std::size_t word_count,
                     std::size_t counter_count, const DenoiserTarget* denoiser)
    : sc_module(name),
      grid("grid", timing, cycle),
      engines("engines", timing, cycle, grid),
      config_(config),
      timing_(timing),
      cycle_(cycle),
      word_count_(word_count),
      denoiser_(denoiser) {
    counters.init(counter_count, [&](const char* counter, std::size_t) {
        return new ProgramCounter(counter, timing, cycle, *this, grid);
    });
    SC_HAS_PROCESS(Sequencer);
    SC_THREAD(control);
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

void Sequencer::attach(Recorder& recorder) {
    recorder_ = &recorder;
    engines.attach(recorder, 0);
    for (std::size_t i = 0; i < counters.size(); ++i) counters[i].attach(recorder, static_cast<int>(i) + 1);
}

void Sequencer::control() {
    try {
        const std::vector<ProgramStep> steps = decode_program(fetch_program(), config_);
        run_program(steps);
        halted_ = true;
    } catch (const Error& error) {
        fail(error.what());
    }
}

void Sequencer::run_program(std::span<const ProgramStep> steps) {
    const MapRings no_rings;
    begin_layer();
    for (std::size_t i = 0; i < steps.size();) {
        const ProgramStep& step = steps[i];
        switch (step.kind) {
            case ProgramStep::Kind::strip:
            case ProgramStep::Kind::loop:
                i += engines.issue(steps.subspan(i), no_rings, single_image);
                continue;
            case ProgramStep::Kind::program:
                close_pass();
                program_weights(step.word);
                engines.begin_pass();
                break;
            case ProgramStep::Kind::sync:
                end_layer(step.word.instruction.layer);
                break;
            case ProgramStep::Kind::denoise:
                engines.drain();
                denoise(step.word.instruction, no_rings, single_image);
                begin_layer();
                break;
            case ProgramStep::Kind::counter:
                engines.drain();
                start_counter(steps.subspan(i, 1 + step.body_steps));
                break;
            default:  // HALT; the decoder lets nothing else through
                engines.drain();
                while (running_ > 0) sc_core::wait(all_halted_);
                return;
        }
        i += 1 + step.body_steps;
    }
}

void Sequencer::close_pass() {
    engines.drain();
    engines.close_pass(breakdown_);
}

void Sequencer::begin_layer() {
    breakdown_ = {};
    layer_begin_ = sc_time_stamp();
    engines.begin_pass();
}

void Sequencer::end_layer(std::int64_t layer) {
    close_pass();
    close_layer({layer, single_image, layer_begin_, breakdown_});
    begin_layer();
}

void Sequencer::close_layer(const LayerTrace& layer) {
    const Cycles taken = cycles(sc_time_stamp() - layer.begin);
    if (layer.breakdown.total() != taken) {
        throw Error("{}: layer {} took {} cycles, {} are accounted for", name(), layer.layer, taken,
                    layer.breakdown.total());
    }
    layers_.push_back(layer);
}

void Sequencer::start_counter(std::span<const ProgramStep> steps) {
    if (started_ == 0) batch_begin_ = sc_time_stamp();
    ++running_;
    counters[started_++].start(steps.subspan(1), steps[0].word.instruction.count);
}

void Sequencer::counter_halted() {
    if (--running_ == 0) all_halted_.notify(sc_core::SC_ZERO_TIME);
}

void Sequencer::wait_for_stage(std::int64_t stage, std::int64_t image) {
    const auto s = static_cast<std::size_t>(stage);
    const auto finished = [&] { return s < finished_.size() ? finished_[s] : 0; };
    while (finished() <= image) sc_core::wait(stage_finished_);
}

void Sequencer::finish_stage(std::int64_t stage) {
    const auto s = static_cast<std::size_t>(stage);
    if (finished_.size() <= s) finished_.resize(s + 1);
    ++finished_[s];
    stage_finished_.notify(sc_core::SC_ZERO_TIME);
}

void Sequencer::program_weights(const DecodedWord& word) {
    const sc_time begin = sc_time_stamp();
    const sc_time writing = grid.send(word).done;
    const sc_time waited = weights.move(word.instruction.transfer);
    const sc_time fetching = sc_time_stamp() - begin;
    if (writing > fetching) sc_core::wait(writing - fetching);
    if (recorder_ != nullptr) {
        recorder_->record(PeWork{PeWork::Unit::programming,
                                 0,
                                 word.instruction.pes,
                                 {cycles(begin), cycles(begin + writing)},
                                 word.instruction.crossbars_per_pe,
                                 "program"});
    }
    const Cycles total = cycles(sc_time_stamp() - begin);
    const Cycles unhindered = cycles(std::max(writing, fetching - waited));
    breakdown_.program += unhindered;
    breakdown_.bus_stall += total - unhindered;
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

void Sequencer::denoise(const Instruction& block, const MapRings& rings, std::int64_t image) {
    if (denoiser_ == nullptr) throw Error("{}: DENOISE in a platform without a denoiser", name());
    const auto write = [this](DenoiserRegister which, std::int64_t value) {
        write_register(static_cast<std::uint64_t>(which), static_cast<std::uint32_t>(value));
    };
    const auto write_wide = [this](DenoiserRegister low, std::uint64_t value) {
        write_register(static_cast<std::uint64_t>(low), static_cast<std::uint32_t>(value));
        write_register(static_cast<std::uint64_t>(low) + 4, static_cast<std::uint32_t>(value >> 32));
    };
    const std::uint64_t map = 2 * static_cast<std::uint64_t>(rings.place(block.transfer.address, image));
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
    blocks_.push_back({block.site, image, begin, taken, denoiser_->last_timing()});
    while (block_done.read()) sc_core::wait(block_done.value_changed_event());
}

}  // namespace quell::tlm
