// The arrays of all cores: nine multiply-accumulate units each, input stationary: activations stay, weights
// move along the rows, partial sums down the columns.
//
//     PE (r, c):  sum(r, c) <= sum(r-1, c) + activation(r, c) * weight(r, c),   sum(-1, c) = 0
//
// Row r's weights wait r cycles before column 0 and take one more to each next column, so the weight of a
// channel meets PE (r, c) r + c cycles after it was on the bus; so does all control, and the activation bus.
// Sums leave the third row skewed by column; deskew registers line them up. Ports and times:
// hw/convolution_control.h.
//
// All cores see the same weights and control at the same time and differ in their activations alone. So the
// registers of weights and control are there once, and those of the PEs lie core beside core: one PE position
// of all cores is stepped by a few vector instructions. The arrays have no process of their own: the cores
// step them, once per rising edge.
#pragma once

#include "hw/convolution_control.h"

#include <array>
#include <cstdint>
#include <vector>

namespace quell::hw {

class PeArrays : public sc_core::sc_module {
public:
    using Weights =
        std::array<numeric::Word, kRows + 1>;  // one for each row; four words are moved as quickly as one

    using Lanes = std::array<std::int64_t, kMostCores>;  // one register of every core
    using Registers = std::array<std::array<Lanes, kColumns>, kRows>;

    // An output channel on its way, with its weights and what the partial-sum memory has to know.
    struct Channel {
        Weights weights{};
        std::uint16_t output = 0;
        bool bias = false, first = false;
        std::uint8_t half = 0;
    };

    PeArrays(const sc_core::sc_module_name& name, int cores);

    // One rising edge with these inputs, for the first `used` cores.
    void step(const StreamControl& stream, const WordBus& weights, const ZeroMasks& masks,
              const LoadControl& load, const WordBus& activations, int used);

    // Drops all that is under way.
    void clear() { in_flight_ = loads_in_flight_ = multiplying_ = taking_over_ = 0; }

    // The channel that has passed the arrays, kArrayCycles after it entered, or null; with its sums, core
    // beside core.
    const Channel* result() const { return (in_flight_ >> kStages & 1) != 0 ? &channels_[kStages] : nullptr; }
    const std::int64_t* result_sums(int column) const {
        return column == 0   ? deskew_0_[1].data()
               : column == 1 ? deskew_1_.data()
                             : sums_[kRows - 1][2].data();
    }

    // Nothing is under way: a step without new input changes nothing that matters.
    bool idle() const { return in_flight_ == 0 && loads_in_flight_ == 0; }

    // Registers of one core's array, below `scope`.
    void trace(sc_core::sc_trace_file* file, int core, const std::string& scope) const;

private:
    static constexpr int kDiagonals = kRows + kColumns - 1;  // PEs with equal r + c
    static constexpr int kStages = kDiagonals;
    static constexpr unsigned kAllDiagonals = (1U << kDiagonals) - 1;

    // What was on the activation bus.
    struct Load {
        LoadControl control;
        WordBus words;
    };

    void accept_channel(const StreamControl& stream, const WordBus& weights, const ZeroMasks& masks);
    void take_over();
    void fill_shadow();
    void fill(Lanes& registers, const Load& load, int position);

    int used_ = 0, vector_cores_ = 0;  // cores in use, and those that whole vectors hold

    // [d]: what PEs with r + c = d see; [0] is the bus, the others are registers.
    std::array<Channel, kStages + 1> channels_{};
    std::array<ZeroMasks, kDiagonals> masks_{};
    std::array<Load, kDiagonals> loads_{};  // a ring: [newest_load_ + d]
    std::size_t newest_load_ = 0;
    // Bit d: of [d], that there is something; that it has sums to make; that it comes with a take-over.
    unsigned in_flight_ = 0, loads_in_flight_ = 0, multiplying_ = 0, taking_over_ = 0;
    int age_ = 0;  // cycles since the last channel entered

    Registers shadow_{}, active_{};    // 16 bits
    Registers sums_{};                 // at most 34 bits
    std::array<Lanes, 2> deskew_0_{};  // column 0 waits two cycles
    Lanes deskew_1_{};                 // column 1 one
};

}  // namespace quell::hw
