// The denoiser unit as a TLM-2.0 target: registers on one socket, its DMA engine on another, an interrupt
// line.
//
// Approximately timed: the values come from the fast block, bit-true, and the cycles from models/timing, with
// every DMA transfer made on the bus it finds. On an idle bus the cycles are those of `analytic`; what the
// bus adds is booked as bus_stall. The register map is in denoiser_registers.h.
#pragma once

#include "models/denoiser/fast_block.h"
#include "models/timing/block_timing.h"
#include "tlm/denoiser_model.h"
#include "tlm/denoiser_registers.h"
#include "tlm/pin_level_block.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <map>
#include <memory>
#include <tuple>

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

    // Of the last start that ended; what the registers tell and more.
    const timing::BlockTiming& last_timing() const { return last_timing_; }
    const timing::BlockPlan& last_plan() const { return last_plan_; }
    const std::string& last_error() const { return last_error_; }
    PinLevelBlock* pin_level() const { return pin_level_.get(); }  // null in the transaction model

private:
    class MemoryDma;
    struct Job;

    void serve_registers(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    unsigned debug_registers(::tlm::tlm_generic_payload& transaction);
    std::uint32_t read_register(std::uint64_t offset) const;
    void write_register(std::uint64_t offset, std::uint32_t value);
    std::uint32_t& stored(DenoiserRegister which);
    std::uint32_t stored(DenoiserRegister which) const;
    std::uint64_t stored_wide(DenoiserRegister low) const;

    void work();
    void run_start();
    void run_pin_level(const Job& job);
    bool carry_beat(bool write, std::uint64_t address, unsigned char* data, unsigned bytes);
    const timing::BlockPlan& plan_for(const denoiser::Geometry& geometry);
    void fail(DenoiserError error, const std::string& message);
    void drive_interrupt();

    const config::DenoiserConfig config_;
    const sc_core::sc_time cycle_;
    const DenoiserValues values_;
    const denoiser::NoiseSource noise_;
    std::vector<std::uint32_t> registers_;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, bool>, timing::BlockPlan> plans_;

    std::unique_ptr<PinLevelBlock> pin_level_;  // null where the transaction model works
    std::string bus_refusal_;

    sc_core::sc_event started_, interrupt_changed_;
    timing::BlockTiming last_timing_;
    timing::BlockPlan last_plan_;
    std::string last_error_;
};

}  // namespace quell::tlm
