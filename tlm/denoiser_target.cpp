#include "tlm/denoiser_target.h"

#include "models/timing/denoiser_latency.h"
#include "tlm/start_refusal.h"

#include <fmt/format.h>

#include <optional>

namespace quell::tlm {

DenoiserTarget::DenoiserTarget(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                               sc_core::sc_time cycle, DenoiserValues values, DenoiserModel model)
    : sc_module(name),
      config_(config),
      noise_(config.lfsr_width, config.lanes, config.normals_per_pair),
      cycle_(cycle),
      check_(config_),
      descriptors_(this->name(), config_, cycle, memory, reset_) {
    registers.register_b_transport(this, &DenoiserTarget::serve_registers);
    registers.register_transport_dbg(this, &DenoiserTarget::debug_registers);
    if (model == DenoiserModel::pin_level) {
        pin_level_ = std::make_unique<PinLevelBlock>("pin_level", config_, noise_, cycle, memory, reset_);
    } else {
        transaction_ =
            std::make_unique<TransactionBlock>(this->name(), config_, noise_, cycle, values, memory, reset_);
    }
    SC_HAS_PROCESS(DenoiserTarget);
    SC_THREAD(work);
    SC_METHOD(drive_interrupt);
    sensitive << interrupt_changed_;
}

DenoiserTarget::~DenoiserTarget() = default;

void DenoiserTarget::attach(Recorder& recorder) {
    if (pin_level_) pin_level_->attach(recorder);
    if (transaction_) transaction_->attach(recorder);
}

void DenoiserTarget::serve_registers(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    const DenoiserCommand command = file_.access(transaction);
    switch (command) {
        case DenoiserCommand::start:
        case DenoiserCommand::run_list:
            command_ = command;
            started_.notify(sc_core::SC_ZERO_TIME);
            break;
        case DenoiserCommand::reset:
            // Who works takes notice, and is not busy when everything is at rest.
            if (file_.busy()) reset_.raise();
            break;
        case DenoiserCommand::none:
            break;
    }
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
    delay += static_cast<double>(timing::kRegisterAccessCycles) * cycle_;
}

unsigned DenoiserTarget::debug_registers(::tlm::tlm_generic_payload& transaction) {
    return file_.debug_access(transaction);
}

void DenoiserTarget::drive_interrupt() {
    interrupt.write(file_.interrupt());
}

void DenoiserTarget::work() {
    for (;;) {
        sc_core::wait(started_);
        last_error_.clear();
        std::uint32_t outcome = status::done;
        try {
            if (command_ == DenoiserCommand::run_list) {
                run_list();
            } else {
                run_block(file_.settings());
            }
        } catch (const StartRefusal& refusal) {
            outcome = status::done | status::error;
            file_.set(DenoiserRegister::error, static_cast<std::uint32_t>(refusal.error));
            last_error_ = refusal.message;
        } catch (const RunReset::Seen&) {
        }
        // A reset in the last moment counts as well: its driver has been told that nothing is done.
        if (reset_.raised()) {
            outcome = 0;
            file_.set(DenoiserRegister::error, static_cast<std::uint32_t>(DenoiserError::none));
            last_error_.clear();
            reset_.clear();
        }
        file_.end(outcome);
        interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
    }
}

void DenoiserTarget::run_block(const DenoiserSettings& settings) {
    const hw::DenoiserStart start = check_.start(settings);
    last_timing_ = pin_level_ ? pin_level_->run(start) : transaction_->run(start);
    last_plan_ = start.plan;
    file_.set_wide(DenoiserRegister::cycles_low, static_cast<std::uint64_t>(last_timing_.cycles));
    file_.set_wide(DenoiserRegister::bus_stall_low,
                   static_cast<std::uint64_t>(last_timing_.breakdown.bus_stall));
}

void DenoiserTarget::run_list() {
    std::uint64_t address = file_.wide(DenoiserRegister::descriptor_low);
    for (std::uint32_t index = 0;; ++index) {
        file_.set(DenoiserRegister::descriptor_index, index);
        try {
            const Descriptor descriptor = descriptors_.read(address);
            run_descriptor(address, descriptor);
            if (descriptor.next == 0) return;
            address = descriptor.next;
        } catch (const StartRefusal& refusal) {
            throw StartRefusal{refusal.error,
                               fmt::format("descriptor {} at {:#x}: {}", index, address, refusal.message)};
        }
    }
}

// Its result is written back, whatever it is. No transfer is made from within a handler: the kernel switches
// threads there, which share what C++ knows of exceptions under way.
void DenoiserTarget::run_descriptor(std::uint64_t address, const Descriptor& descriptor) {
    std::optional<StartRefusal> refusal;
    try {
        run_block(descriptor.settings);
    } catch (const StartRefusal& refused) {
        refusal = refused;
    }
    if (!refusal)
        return descriptors_.write(address, {status::done, DenoiserError::none, last_timing_.cycles});
    try {
        descriptors_.write(address, {status::done | status::error, refusal->error, 0});
    } catch (const StartRefusal&) {
        // The first refusal is the one that counts.
    }
    throw StartRefusal(*refusal);
}

}  // namespace quell::tlm
