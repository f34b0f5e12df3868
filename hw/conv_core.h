// The convolution cores. A core is an array (hw/pe_array.h), the memory of its partial sums, and the
// requantiser. N cores share the weight bus, the activation bus and all control, and work on pixels 3k, 3k+1,
// 3k+2 of a tile. Times and meaning of the control: hw/convolution_control.h; arithmetic: docs/numerics.md,
// sections 1 and 2.
//
// The memory has two halves of `partial_sum_channels` times three sums of 48 bits, each half with one port
// that adds a channel's sums and one that sends them to the requantiser (what is added in this cycle is
// seen), so that the writer empties a half while a unit fills the other.
//
// The cores run in lock-step; one process steps them all.
#pragma once

#include "hw/idle.h"
#include "hw/pe_array.h"
#include "hw/sram.h"

#include <string>
#include <utility>
#include <vector>

namespace quell::hw {

class ConvCores : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> enable{"enable"};  // the DCU's: while low the cores stand still and are not clocked
    // May stay unbound. Drops what is under way in enabled cores.
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> reset{"reset"};

    sc_core::sc_in<int> used{"used"};                          // DCU: the cores that work, the first ones
    sc_core::sc_in<CoreControl> control{"control"};            // DCU
    sc_core::sc_in<ZeroMasks> zero_masks{"zero_masks"};        // DCU
    sc_core::sc_in<int> requantise_shift{"requantise_shift"};  // DCU: -15 to 47, held during a step
    sc_core::sc_in<bool> leaky{"leaky"};  // DCU: LeakyReLU rides on the write-back; held during a step
    sc_core::sc_in<WordBus> activations{"activations"};  // activation SRAM
    sc_core::sc_in<WordBus> weights{"weights"};          // weight SRAM
    // To the activation SRAM: pixel 3k + c of the tile is column c of core k.
    sc_core::sc_out<WriteRequest> write{"write"};

    // cores: 1 to 64. leaky_shift: 0 to 15. In the simulation, throws Error when a sum leaves 48 bits or an
    // address the half.
    ConvCores(const sc_core::sc_module_name& name, int cores, int partial_sum_channels, int leaky_shift);

    int cores() const { return cores_; }

    bool bias_refused() const { return !bias_refusal_.empty(); }
    // The first bias since the last call that is beyond 47 bits, in words; empty when none was. The words
    // made with it mean nothing.
    std::string take_bias_refusal() { return std::exchange(bias_refusal_, {}); }

    // One core, as scope <name>.core_<k>: its array and registers; the memory by what its ports do.
    void trace(sc_core::sc_trace_file* file, int core) const;
    void trace(sc_core::sc_trace_file* file) const override;

private:
    void end_of_elaboration() override;
    void start_of_simulation() override;
    void step();
    void requantise();
    void end_request();
    std::int64_t bias(const PeArrays::Channel& channel);
    void accumulate(const PeArrays::Channel& channel);
    void refuse_sums(const std::int64_t* sums, int column, int output) const;
    std::int64_t* partial_sums(int half, int output);

    const int cores_, stride_;  // stride_: of the columns' sums in the memory
    const int partial_sum_channels_, leaky_shift_;
    PeArrays arrays_;
    std::vector<std::int64_t>
        memory_;  // half 0, then half 1; a channel: column after column, core beside core
    Idle idle_;

    // Where the bound signals keep their values: a look at a port costs two virtual calls.
    struct Wires {
        const bool *enable, *reset;
        const int* used;
        const CoreControl* control;
        const WordBus *activations, *weights;
        const ZeroMasks* zero_masks;
    } wires_{};

    mutable bool drawn_ = false;
    std::vector<std::int64_t> added_;  // what the memory's first port wrote last, for waves
    std::string bias_refusal_;
    std::vector<std::int64_t> requantised_;  // registers between memory and requantiser
    EmitControl emitted_;                    // beside them
    WriteRequest request_;
    bool writing_ = false;  // the SRAM hears a request in this cycle
};

}  // namespace quell::hw
