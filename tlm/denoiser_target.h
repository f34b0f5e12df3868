// The denoiser unit as a TLM-2.0 target: registers on one socket, its DMA engine on another, an interrupt
// line.
//
// Behind them works the transaction model (transaction_block.h) or every register of hw/denoiser.h
// (pin_level_block.h), with the same bits and cycles. On an idle bus the cycles are those of `analytic`; what
// the bus adds is booked as bus_stall. The registers are in denoiser_registers.h, the descriptors of a list
// in denoiser_descriptor.h.
#pragma once

#include "models/timing/block_timing.h"
#include "tlm/denoiser_descriptor.h"
#include "tlm/denoiser_model.h"
#include "tlm/denoiser_register_file.h"
#include "tlm/pin_level_block.h"
#include "tlm/recorder.h"
#include "tlm/start_check.h"
#include "tlm/transaction_block.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <memory>
#include <string>

namespace quell::tlm {

class DenoiserTarget : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<DenoiserTarget, 32> registers{"registers"};
    tlm_utils::simple_initiator_socket<DenoiserTarget, 128> memory{"memory"};
    sc_core::sc_out<bool> interrupt{"interrupt"};

    // cycle: the clock period. `config` is copied.
    DenoiserTarget(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                   sc_core::sc_time cycle, DenoiserValues values = DenoiserValues::computed,
                   DenoiserModel model = DenoiserModel::transaction);
    ~DenoiserTarget() override;

    // What the control unit does is told to the recorder, which outlives the target.
    void attach(Recorder& recorder);

    // Of the last block that ended; what the registers tell and more.
    const timing::BlockTiming& last_timing() const { return last_timing_; }
    const timing::BlockPlan& last_plan() const { return last_plan_; }
    // Why the last start or list was refused; empty when it was not.
    const std::string& last_error() const { return last_error_; }
    PinLevelBlock* pin_level() const { return pin_level_.get(); }  // null in the transaction model

private:
    void serve_registers(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    unsigned debug_registers(::tlm::tlm_generic_payload& transaction);
    void drive_interrupt();

    void work();
    void run_block(const DenoiserSettings& settings);
    void run_list();
    void run_descriptor(std::uint64_t address, const Descriptor& descriptor);

    const config::DenoiserConfig config_;
    const denoiser::NoiseSource noise_;
    const sc_core::sc_time cycle_;
    DenoiserRegisterFile file_;
    StartCheck check_;
    RunReset reset_;
    DescriptorPort descriptors_;
    std::unique_ptr<TransactionBlock> transaction_;  // null in the pin-level model
    std::unique_ptr<PinLevelBlock> pin_level_;

    DenoiserCommand command_ = DenoiserCommand::none;  // what is running
    sc_core::sc_event started_, interrupt_changed_;
    timing::BlockTiming last_timing_;
    timing::BlockPlan last_plan_;
    std::string last_error_;
};

}  // namespace quell::tlm
