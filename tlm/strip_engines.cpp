#include "tlm/strip_engines.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::tlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;
using timing::Cycles;

StripEngines::StripEngines(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
                           const sc_time& cycle, GridPort& grid)
    : sc_module(name), timing_(timing), cycle_(cycle), grid_(grid) {
    SC_HAS_PROCESS(StripEngines);
    SC_THREAD(load_engine);
    SC_THREAD(multiply_engine);
    SC_THREAD(digital_engine);
    SC_THREAD(store_engine);
}

Cycles StripEngines::cycles(const sc_time& time) const {
    return static_cast<Cycles>(time.value() / cycle_.value());
}

// The transfer of a later repetition goes on where the one before ended.
timing::Transfer StripEngines::place(const timing::Transfer& transfer, const Strip& strip) {
    return {strip.rings->place(transfer.address + strip.repetition * transfer.words, strip.image),
            transfer.words};
}

// Strips that wait to be loaded: more than two would do, and a loop of billions has to fit into memory.
constexpr std::size_t strips_ahead = 256;

std::size_t StripEngines::issue(std::span<const ProgramStep> steps, const MapRings& rings,
                                std::int64_t image) {
    const auto issue_strip = [&](const ProgramStep& step, std::int64_t repetition) {
        ++issued_;
        Strip strip;
        strip.step = &step;
        strip.repetition = repetition;
        strip.rings = &rings;
        strip.image = image;
        strip.multiplies = !step.multiply.empty();
        to_load_.push_when_below(strips_ahead, strip);
    };
    if (steps[0].kind == ProgramStep::Kind::strip) {
        issue_strip(steps[0], 0);
        return 1;
    }
    const std::span<const ProgramStep> body = steps.subspan(1, steps[0].body_steps);
    for (std::int64_t r = 0; r < steps[0].word.instruction.count; ++r) {
        for (const ProgramStep& step : body) issue_strip(step, r);
    }
    return 1 + body.size();
}

void StripEngines::drain() {
    while (stored_ < issued_) sc_core::wait(strip_stored_);
}

void StripEngines::begin_pass() {
    strips_ = digital_strips_ = 0;
    digital_ends_.fill(sc_time_stamp());
    multiply_end_ = last_ready_ = last_digital_ = last_store_ = sc_time_stamp();
    store_wait_ = digital_wait_ = sc_core::SC_ZERO_TIME;
}

void StripEngines::close_pass(timing::CycleBreakdown& breakdown) {
    breakdown_.drain += cycles(last_ready_ - multiply_end_);
    const Cycles digital = cycles(last_digital_ - last_ready_);
    const Cycles for_units = std::min(digital, cycles(digital_wait_));
    breakdown_.digital += digital - for_units;
    breakdown_.digital_stall += for_units;
    const Cycles store = cycles(last_store_ - last_digital_);
    const Cycles for_ports = std::min(store, cycles(store_wait_));
    breakdown_.store += store - for_ports;
    breakdown_.bus_stall += for_ports;
    breakdown += breakdown_;
    breakdown_ = {};
}

void StripEngines::load_engine() {
    for (;;) {
        Strip strip = to_load_.pop();
        free_inputs_.wait();
        for (const timing::Transfer& transfer : strip.step->loads)
            strip.load_wait += loads.move(place(transfer, strip));
        strip.loaded = sc_time_stamp();
        to_multiply_.push(strip);
    }
}

// The crossbars stood still: for ports that others held, for digital units that worked for others; then for
// input, and for the place of the results before the last, which the digital units still worked on or which
// were on their way to memory.
void StripEngines::book_gap(const Strip& strip) {
    const sc_time& now = sc_time_stamp();
    Cycles gap = cycles(now - multiply_end_);
    const Cycles for_ports = std::min(gap, cycles(strip.load_wait + store_wait_));
    breakdown_.bus_stall += for_ports;
    gap -= for_ports;
    const Cycles for_units = std::min(gap, cycles(digital_wait_));
    breakdown_.digital_stall += for_units;
    gap -= for_units;
    const sc_time loaded = std::max(strip.loaded, multiply_end_);
    const sc_time worked = std::clamp(digital_ends_[strips_ % 2], loaded, now);
    const Cycles digital = std::min(gap, cycles(worked - loaded));
    breakdown_.digital += digital;
    gap -= digital;
    (strips_ == 0 ? breakdown_.load : breakdown_.memory_stall) += gap;
    ++strips_;
}

sc_time StripEngines::work_digitally(Strip& strip) {
    sc_time busy = sc_core::SC_ZERO_TIME;
    for (const DecodedWord& word : strip.step->digital) {
        const GridPort::Answer answer = grid_.send(word, busy);
        const sc_time work = static_cast<double>(timing_.digital_cycles(word.instruction.step)) * cycle_;
        record(PeWork::Unit::digital, word, answer.done - work, answer.done);
        busy = answer.done;
        strip.digital_wait += answer.waited;
    }
    return busy;
}

void StripEngines::record(PeWork::Unit unit, const DecodedWord& word, const sc_time& begin,
                          const sc_time& end) const {
    if (recorder_ == nullptr) return;
    const Instruction& instruction = word.instruction;
    PeWork told;
    told.unit = unit;
    told.counter = counter_;
    told.pes = instruction.pes;
    told.time = {cycles(sc_time_stamp() + begin), cycles(sc_time_stamp() + end)};
    if (unit == PeWork::Unit::crossbars) {
        told.amount = instruction.products;
    } else {
        told.amount = instruction.step.elements;
        told.what = instruction.step.accumulate ? "accumulate" : timing::name(instruction.step.function);
    }
    recorder_->record(told);
}

void StripEngines::multiply_engine() {
    for (;;) {
        Strip strip = to_multiply_.pop();
        free_results_.wait();
        book_gap(strip);
        sc_time busy = sc_core::SC_ZERO_TIME, drain_time = sc_core::SC_ZERO_TIME;
        if (strip.multiplies) {
            busy = grid_.send(strip.step->multiply.front()).done;
            record(PeWork::Unit::crossbars, strip.step->multiply.front(), sc_core::SC_ZERO_TIME, busy);
            drain_time = static_cast<double>(timing_.tile().drain_cycles()) * cycle_;
            const std::int64_t products = strip.step->multiply.front().instruction.products;
            const Cycles converters = products * timing_.tile().converter_wait_cycles;
            breakdown_.converter_stall += converters;
            breakdown_.compute += cycles(busy) - converters;
        } else {
            busy = work_digitally(strip);
            breakdown_.digital_stall += cycles(strip.digital_wait);
            breakdown_.compute += cycles(busy - strip.digital_wait);
        }
        if (busy > sc_core::sc_max_time() - sc_time_stamp()) {
            SC_REPORT_ERROR(name(), fmt::format("the program takes longer than simulated time can count, {}",
                                                sc_core::sc_max_time().to_string())
                                        .c_str());
        }
        if (busy > sc_core::SC_ZERO_TIME) sc_core::wait(busy);
        multiply_end_ = sc_time_stamp();
        free_inputs_.post();
        strip.ready = multiply_end_ + drain_time;
        to_digital_.push(strip);
    }
}

void StripEngines::digital_engine() {
    for (;;) {
        Strip strip = to_digital_.pop();
        if (strip.ready > sc_time_stamp()) sc_core::wait(strip.ready - sc_time_stamp());
        if (strip.multiplies) {
            const sc_time busy = work_digitally(strip);
            if (busy > sc_core::SC_ZERO_TIME) sc_core::wait(busy);
            digital_wait_ = strip.digital_wait;
        }
        last_ready_ = strip.ready;
        last_digital_ = sc_time_stamp();
        digital_ends_[digital_strips_++ % 2] = last_digital_;
        to_store_.push(strip);
    }
}

void StripEngines::store_engine() {
    for (;;) {
        const Strip strip = to_store_.pop();
        sc_time waited = sc_core::SC_ZERO_TIME;
        for (const timing::Transfer& transfer : strip.step->stores)
            waited += stores.move(place(transfer, strip));
        store_wait_ = waited;
        last_store_ = sc_time_stamp();
        free_results_.post();
        ++stored_;
        strip_stored_.notify(sc_core::SC_ZERO_TIME);
    }
}

}  // namespace quell::tlm
