// The denoiser unit at pin level, as in the paper's Fig. 2 (arXiv 2409.18553): control unit, convolution
// cores, LeakyReLU, noise-cancellation lanes, the two SRAMs and the DMA engine between them and memory.
// Instantiates and binds, nothing else.
#pragma once

#include "hw/conv_core.h"
#include "hw/dcu.h"
#include "hw/leaky_relu.h"
#include "hw/noise_cancellation.h"
#include "hw/wire.h"
#include "models/timing/denoiser_latency.h"

#include <systemc>

#include <functional>
#include <string>
#include <vector>

namespace quell::hw {

class Denoiser : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> reset{"reset"};
    sc_core::sc_in<bool> start{"start"};  // one cycle; DenoiserStart was loaded before
    sc_core::sc_out<bool> done{"done"};
    sc_core::sc_out<BusBeat> beat{"beat"};
    sc_core::sc_in<BusAnswer> answer{"answer"};

    // Both are copied or outlived by their owner: `noise` outlives the module.
    Denoiser(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
             const denoiser::NoiseSource& noise);

    void load_registers(const DenoiserStart& registers) { dcu_.load_registers(registers); }
    // In the cycle that ends with the next edge.
    DcuState state() const { return static_cast<DcuState>(state_.read()); }
    // Of the last start.
    timing::BlockTiming timing() const;
    // Memory refused a beat, or gave a bias that is none.
    bool failed() const { return dcu_.failed() || cores_.bias_refused(); }
    // What was wrong with a bias since the last call; empty when nothing was.
    std::string take_bias_refusal() { return cores_.take_bias_refusal(); }
    // Words so far, of all but the DMA engine.
    timing::BlockCounts sram_counts() const;

    const Sram& activation_sram() const { return activation_sram_; }
    const Sram& weight_sram() const { return weight_sram_; }

    // What can be drawn apart (dcu, core_3, lane_0, activation_sram ...) and has a name that matches the
    // glob.
    std::vector<std::string> modules(const std::string& scope = "*") const;
    void trace(sc_core::sc_trace_file* file, const std::string& scope) const;
    void trace(sc_core::sc_trace_file* file) const override { trace(file, "*"); }

private:
    struct Drawing {
        std::string name;
        std::function<void(sc_core::sc_trace_file*)> draw;
    };
    std::vector<Drawing> drawings(const std::string& scope) const;

    enum ActivationPort : std::size_t { kCores, kLeakyRelu, kLanes, kDma, kActivationPorts };

    void bind_sram();
    void bind_cores();
    void bind_lanes();
    void bind_dma();

    const config::DenoiserConfig config_;

    using Bit = sc_core::sc_signal<bool>;
    template <typename T>
    using Wires = sc_core::sc_vector<Wire<T>>;

    Wire<std::uint8_t> state_{"state"};
    Bit core_enable_{"core_enable"};
    Wire<int> cores_used_{"cores_used"};
    Wire<ZeroMasks> zero_masks_{"zero_masks"};
    Wire<CoreControl> core_control_{"core_control"};
    Wire<int> requantise_shift_{"requantise_shift"};
    Bit leaky_{"leaky"};

    Bit leaky_relu_enable_{"leaky_relu_enable"};
    Wire<std::uint32_t> leaky_relu_address_{"leaky_relu_address"};

    Bit lane_load_{"lane_load"}, lane_enable_{"lane_enable"}, sampling_{"sampling"};
    Wires<std::uint64_t> seed_1_{"seed_1"}, seed_2_{"seed_2"};
    Wire<std::int32_t> x_shift_{"x_shift"}, mean_shift_{"mean_shift"}, noise_shift_{"noise_shift"};
    Wire<LaneFeed> lane_feed_{"lane_feed"};
    Wire<LaneWrite> lane_write_{"lane_write"};

    Wires<ReadRequest> activation_read_{"activation_read"};
    Wires<WordBus> activation_data_{"activation_data"};
    Wires<WriteRequest> activation_write_{"activation_write"};
    Wire<ReadRequest> weight_read_{"weight_read"};
    Wire<WordBus> weight_data_{"weight_data"};
    Wire<WriteRequest> weight_write_{"weight_write"};

    Bit dma_clear_{"dma_clear"};
    Wire<DmaCommand> dma_command_{"dma_command"};
    Wire<DmaStatus> dma_status_{"dma_status"};

    Dcu dcu_;
    ConvCores cores_;
    LeakyRelu leaky_relu_;
    NoiseCancellation lanes_;
    Sram activation_sram_, weight_sram_;
    DmaEngine dma_;
};

}  // namespace quell::hw
