// A convolution core: the array, the memory of its partial sums, and the requantiser. N cores share the
// weight bus, the activation bus and all control, and work on pixels 3k, 3k+1, 3k+2 of a tile. Times and
// meaning of the control: hw/convolution_control.h; arithmetic: docs/numerics.md, sections 1 and 2.
//
// The memory has two halves of `partial_sum_channels` times three sums of 48 bits, each half with one port
// that adds a channel's sums and one that sends them to the requantiser (what is added in this cycle is
// seen), so that the writer empties a half while a unit fills the other.
#pragma once

#include "hw/idle.h"
#include "hw/pe_array.h"

#include <vector>

namespace quell::hw {

class ConvCore : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> enable{"enable"};  // the DCU's: while low the core stands still and is not clocked
    // May stay unbound. Drops what is under way in an enabled core.
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> reset{"reset"};

    sc_core::sc_in<LoadControl> load{"load"};            // DCU
    sc_core::sc_in<WordBus> activations{"activations"};  // activation SRAM
    sc_core::sc_in<StreamControl> stream{"stream"};      // DCU
    sc_core::sc_in<WordBus> weights{"weights"};          // weight SRAM
    // DCU, for this core alone: bit 3r + c makes the activation of PE (r, c) zero in the pass that is taken
    // over in this cycle (taps outside the map).
    sc_core::sc_in<std::uint16_t> zero_mask{"zero_mask"};

    sc_core::sc_in<EmitControl> emit{"emit"};                  // writer
    sc_core::sc_in<int> requantise_shift{"requantise_shift"};  // DCU: -15 to 47, held during a step
    sc_core::sc_in<bool> leaky{"leaky"};  // DCU: LeakyReLU rides on the write-back; held during a step
    sc_core::sc_out<CoreOutput> words_out{"words_out"};

    // index: k. leaky_shift: 0 to 15. In the simulation, throws Error when a sum leaves 48 bits or an address
    // the half.
    ConvCore(const sc_core::sc_module_name& name, int index, int partial_sum_channels, int leaky_shift);

    // Ports, array and registers under this module's name; the memory by what its ports do.
    void trace(sc_core::sc_trace_file* file) const override;

private:
    using Sums = std::array<std::int64_t, kColumns>;

    void end_of_elaboration() override;
    void start_of_simulation() override;
    void step();
    void requantise();
    void accumulate(const PeArray::Channel& channel);
    void refuse_sums(const Sums& sums, int output) const;
    Sums& partial_sums(int half, int output);

    PeArray array_;
    const int partial_sum_channels_, leaky_shift_;
    std::vector<Sums> memory_;  // half 0, then half 1
    Idle idle_;

    // Where the bound signals keep their values: a look at a port costs two virtual calls, and there is one
    // in every cycle of every core.
    struct Wires {
        const bool *enable, *reset;
        const LoadControl* load;
        const WordBus *activations, *weights;
        const StreamControl* stream;
        const std::uint16_t* zero_mask;
        const EmitControl* emit;
    } wires_{};

    Sums added_{};        // what the memory's first port wrote last
    Sums requantised_{};  // register between memory and requantiser
    std::uint16_t requantised_output_ = 0;
    bool requantise_valid_ = false;
    CoreOutput output_;
};

}  // namespace quell::hw
