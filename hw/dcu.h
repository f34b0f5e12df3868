// The Denoiser Control Unit: steps through one start of the block, enables convolution cores, LeakyReLU and
// noise lanes, and asks the SRAMs for what they work on (docs/timing.md, section 6).
//
// Cycle 0 is the one in which `start` is high; `done` is high in the cycle after the last, and stays so until
// the next start. In the sequential schedule at most one of the three enables is high in any cycle.
#pragma once

#include "hw/cancel_sequencer.h"
#include "hw/convolution_sequencer.h"
#include "hw/denoiser_start.h"
#include "hw/dma_engine.h"
#include "hw/driven.h"
#include "models/denoiser/noise_lanes.h"
#include "models/timing/block_timing.h"

#include <systemc>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quell::hw {

// What the DCU is doing; traces/dcu_state.txt names them for GTKWave.
enum class DcuState : std::uint8_t {
    idle,
    wait_input,  // for a strip of X, or the first weights
    reduce,
    leaky_relu_1,
    depthwise,
    store,  // hands a finished strip to the DMA engine
    leaky_relu_2,
    wait_buffer,  // for the lanes to empty a head buffer
    mean,
    variance,
    cancel,
    wait_lanes,
    wait_store,  // for the last strip to be in memory
    done
};
std::string_view name(DcuState state);

class Dcu : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> reset{"reset"};  // ends what is running, at any time
    sc_core::sc_in<bool> start{"start"};
    sc_core::sc_out<bool> done{"done"};
    Driven<std::uint8_t> state{"state"};  // a DcuState

    // Convolution cores.
    Driven<bool> core_enable{"core_enable"};
    sc_core::sc_out<int> cores_used{"cores_used"};
    sc_core::sc_out<ZeroMasks> zero_masks{"zero_masks"};
    Driven<CoreControl> core_control{"core_control"};
    sc_core::sc_out<int> requantise_shift{"requantise_shift"};
    sc_core::sc_out<bool> leaky{"leaky"};
    Driven<ReadRequest> core_read{"core_read"};
    Driven<ReadRequest> weight_read{"weight_read"};

    // LeakyReLU.
    Driven<bool> leaky_relu_enable{"leaky_relu_enable"};
    Driven<ReadRequest> leaky_relu_read{"leaky_relu_read"};
    Driven<std::uint32_t> leaky_relu_address{"leaky_relu_address"};

    // Noise cancellation.
    Driven<bool> lane_load{"lane_load"};
    Driven<bool> lane_enable{"lane_enable"};
    sc_core::sc_out<LaneFeed> lane_feed{"lane_feed"};
    Driven<LaneWrite> lane_write{"lane_write"};
    sc_core::sc_vector<sc_core::sc_out<std::uint64_t>> seed_1{"seed_1"}, seed_2{"seed_2"};
    sc_core::sc_out<bool> sampling{"sampling"};
    sc_core::sc_out<std::int32_t> x_shift{"x_shift"}, mean_shift{"mean_shift"}, noise_shift{"noise_shift"};
    Driven<ReadRequest> lane_read{"lane_read"};
    sc_core::sc_in<WordBus> lane_data{"lane_data"};

    // DMA engine.
    Driven<bool> dma_clear{"dma_clear"};
    sc_core::sc_out<DmaCommand> dma_command{"dma_command"};
    sc_core::sc_in<DmaStatus> dma_status{"dma_status"};

    // Both outlive the module.
    Dcu(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
        const denoiser::NoiseSource& noise);

    // The registers that the next start reads.
    void load_registers(const DenoiserStart& registers) { registers_ = registers; }

    // Of the last start, when it is done: what was counted. `counts` is the top module's to fill.
    const timing::BlockTiming& timing() const { return timing_; }
    bool failed() const { return failed_; }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    void start_of_simulation() override;

    struct Instruction {
        DcuState what = DcuState::idle;
        std::int64_t strip = 0, head_tile = 0;
    };
    struct Order {
        DmaCommand command;
        std::int64_t after_lane_jobs = 0;  // not before so many jobs of the lanes are done
    };

    void step();
    void begin();
    void stop();
    void rest();
    void write_program();
    void run_program();
    void enter(const Instruction& instruction);
    bool over(const Instruction& instruction) const;
    void leave(const Instruction& instruction);
    void count_wait(const Instruction& instruction);

    ConvolutionStep convolution(const Instruction& instruction);
    void enter_convolution(const Instruction& instruction);
    void leave_convolution(DcuState what);
    void run_leaky_relu();
    void cancel(const Instruction& instruction);
    void drive_convolution();
    void drive_lanes();
    void feed_lanes(const LaneFeed& feed);
    void drive_masks(const TapMask& mask);

    void order_weights();
    void order_map(timing::DmaKind kind, std::int64_t strip);
    void order(timing::DmaKind kind, std::int64_t memory_word, std::uint64_t base, std::int64_t bursts,
               std::int64_t burst_words, std::uint32_t address, std::int64_t after_lane_jobs);
    void send_order();
    std::int64_t tiles_ready();
    const DmaStatus& dma_status_now() const;
    bool ended(std::uint32_t serial) const { return dma_status_now().ended >= serial; }

    const config::DenoiserConfig& config_;
    const denoiser::NoiseSource& noise_;
    // Where the bound signals keep their values.
    const bool *reset_wire_ = nullptr, *start_wire_ = nullptr;
    const WordBus* lane_data_wire_ = nullptr;
    const DmaStatus* dma_status_wire_ = nullptr;
    const bool overlapped_;
    DenoiserStart registers_;

    // One start.
    DenoiserStart run_;
    std::optional<ActivationLayout> activations_;
    std::optional<WeightLayout> weights_;
    std::vector<Instruction> program_;
    std::size_t counter_ = 0;  // the program counter
    bool entered_ = false, running_ = false, finishing_ = false, failed_ = false;
    bool beside_ = false;
    Cycles now_ = 0;  // the cycle to come
    Cycles entered_at_ = 0;

    ConvolutionSequencer convolution_;
    CancelSequencer cancel_;
    timing::VectorTime leaky_time_;
    std::uint32_t leaky_base_ = 0;
    std::int64_t leaky_words_ = 0;
    std::int64_t weight_tiles_used_ = 0, weight_tiles_ordered_ = 0, weight_tiles_ready_ = 0;
    std::int64_t head_steps_ = 0;

    std::deque<Order> orders_;
    std::uint32_t serial_ = 0;
    std::vector<std::uint32_t> weight_serials_, input_serials_;
    std::uint32_t output_serial_ = 0;

    bool lanes_busy_ = false, lanes_fed_ = false, masks_set_ = false;
    Cycles stalled_before_ = 0;
    timing::BlockTiming timing_;
};

}  // namespace quell::hw
