// Nine multiply-accumulate units, input stationary: activations stay, weights move along the rows, partial
// sums down the columns.
//
//     PE (r, c):  sum(r, c) <= sum(r-1, c) + activation(r, c) * weight(r, c),   sum(-1, c) = 0
//
// Row r's weights wait r cycles before column 0 and take one more to each next column, so the weight of a
// channel meets PE (r, c) r + c cycles after it was on the bus; so does all control, and the activation bus.
// Sums leave the third row skewed by column; deskew registers line them up. Ports and times:
// hw/convolution_control.h.
//
// The array has no process of its own: the core that it is in steps it, once per rising edge.
#pragma once

#include "hw/convolution_control.h"
#include "hw/word_bus.h"

#include <array>
#include <cstdint>

namespace quell::hw {

class PeArray : public sc_core::sc_module {
public:
    using Weights =
        std::array<numeric::Word, kRows + 1>;  // one for each row; four words are moved as quickly as one

    // An output channel on its way, with its weights and what the partial-sum memory has to know.
    struct Channel {
        Weights weights{};
        std::uint16_t zero_mask = 0;
        std::uint16_t output = 0;
        bool bias = false, first = false;
        std::uint8_t half = 0;
    };

    // tile_position: that of the core's first pixel, 3k.
    PeArray(const sc_core::sc_module_name& name, int tile_position);

    // One rising edge with these inputs. zero_mask: bit 3r + c makes the activation of PE (r, c) zero for the
    // pass that is taken over in this cycle.
    void step(const StreamControl& stream, const WordBus& weights, std::uint16_t zero_mask,
              const LoadControl& load, const WordBus& activations);

    // The channel that has passed the array, kArrayCycles after it entered, or null; with its sums.
    const Channel* result() const { return (in_flight_ >> kStages & 1) != 0 ? &channels_[kStages] : nullptr; }
    std::int64_t result_sum(int column) const {
        return column == 0 ? deskew_0_[1] : column == 1 ? deskew_1_ : sums_[kRows - 1][2];
    }

    // Drops all that is under way.
    void clear() { in_flight_ = loads_in_flight_ = multiplying_ = taking_over_ = 0; }

    // Nothing is under way: a step without new input changes nothing that matters.
    bool idle() const { return in_flight_ == 0 && loads_in_flight_ == 0; }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    static constexpr int kDiagonals = kRows + kColumns - 1;  // PEs with equal r + c
    static constexpr int kStages = kDiagonals;
    static constexpr unsigned kAllDiagonals = (1U << kDiagonals) - 1;

    // Words of the activation bus that are for this array.
    struct Load {
        std::array<numeric::Word, kWindowWords> words{};
        std::uint8_t present = 0;  // one bit for each
        LoadTarget target = LoadTarget::none;
        std::uint8_t row = 0;
    };

    void accept_channel(const StreamControl& stream, const WordBus& weights, std::uint16_t zero_mask);
    void accept_load(const LoadControl& load, const WordBus& activations);
    void take_over();
    template <int diagonal>
    void compute();
    void fill_shadow();

    const int tile_position_;

    // [d]: what PEs with r + c = d see; [0] is the bus, the others are registers.
    std::array<Channel, kStages + 1> channels_{};
    std::array<Load, kDiagonals> loads_{};
    // Bit d: of [d], that there is something; that it has sums to make; that it comes with a take-over.
    unsigned in_flight_ = 0, loads_in_flight_ = 0, multiplying_ = 0, taking_over_ = 0;
    int age_ = 0;  // cycles since the last channel entered

    std::array<std::array<numeric::Word, kColumns>, kRows> shadow_{}, active_{};
    std::array<std::array<std::int64_t, kColumns>, kRows> sums_{};  // at most 34 bits
    std::array<std::int64_t, 2> deskew_0_{};                        // column 0 waits two cycles
    std::int64_t deskew_1_ = 0;                                     // column 1 one
};

}  // namespace quell::hw
