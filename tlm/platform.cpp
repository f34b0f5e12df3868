#include "tlm/platform.h"

#include "models/base/error.h"
#include "tlm/cgra.h"
#include "tlm/context_memory.h"
#include "tlm/denoiser_target.h"
#include "tlm/interconnect.h"
#include "tlm/memory_bank.h"
#include "tlm/run_kernel.h"

#include <algorithm>

namespace quell::tlm {
namespace {

// A platform without blocks has no denoiser: its tables of numbers take longer to make than many runs.
bool needs_denoiser(const std::vector<ProgramStep>& steps) {
    return std::any_of(steps.begin(), steps.end(),
                       [](const ProgramStep& step) { return step.kind == ProgramStep::Kind::denoise; });
}

std::size_t counters_in(const std::vector<ProgramStep>& steps) {
    return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [](const ProgramStep& step) {
        return step.kind == ProgramStep::Kind::counter;
    }));
}

// Answers for the denoiser where there is none.
class NoDenoiser : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<NoDenoiser, 32> registers{"registers"};
    explicit NoDenoiser(const sc_core::sc_module_name& name) : sc_module(name) {
        registers.register_b_transport(this, &NoDenoiser::refuse);
    }

private:
    void refuse(::tlm::tlm_generic_payload& transaction, sc_core::sc_time&) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
};

}  // namespace

struct Platform::Parts {
    sc_core::sc_time cycle;
    timing::PlatformTiming timing;
    std::size_t word_count;
    std::unique_ptr<DenoiserTarget> denoiser;
    std::unique_ptr<NoDenoiser> no_denoiser;
    sc_core::sc_signal<bool> block_done{"block_done"};
    ContextMemory context_memory{"context_memory"};
    Cgra cgra;
    MemoryBank scratchpad, memory;
    Interconnect interconnect;
    Sequencer sequencer;

    Parts(const PlatformParameters& p, std::span<const std::uint64_t> program, bool with_denoiser,
          std::size_t counters)
        : cycle(1e3 / p.clock_mhz, sc_core::SC_NS),
          timing(p.platform, p.tile, p.clock_mhz),
          word_count(program.size()),
          denoiser(with_denoiser ? std::make_unique<DenoiserTarget>("denoiser", p.denoiser, cycle,
                                                                    DenoiserValues::none, p.denoiser_model)
                                 : nullptr),
          no_denoiser(with_denoiser ? nullptr : std::make_unique<NoDenoiser>("denoiser")),
          cgra("cgra", p.platform, timing, cycle),
          scratchpad("scratchpad", p.platform.scratchpad, timing, cycle),
          memory("memory", p.platform.memory, timing, cycle),
          interconnect("interconnect", p.platform, timing, cycle),
          sequencer("sequencer", p.platform, timing, cycle, program.size(), counters, denoiser.get()) {
        context_memory.load(program);
        sequencer.fetch.bind(context_memory.port);
        sequencer.grid.socket.bind(cgra.context);
        bind(sequencer.engines);
        sequencer.weights.socket.bind(interconnect.initiators);
        for (ProgramCounter& counter : sequencer.counters) bind(counter.engines);
        sequencer.block_done.bind(block_done);
        interconnect.to_scratchpad.bind(scratchpad.port);
        interconnect.to_memory.bind(memory.port);
        if (denoiser) {
            sequencer.block_registers.bind(denoiser->registers);
            denoiser->memory.bind(interconnect.streaming_initiators);
            denoiser->interrupt.bind(block_done);
        } else {
            sequencer.block_registers.bind(no_denoiser->registers);
        }
        if (p.recorder != nullptr) attach(*p.recorder);
    }

    // The sources are those of the interconnect's initiators, in the order in which they were bound.
    void attach(Recorder& recorder) {
        using Kind = TransferSource::Kind;
        std::vector<TransferSource> sources{{Kind::load, 0}, {Kind::store, 0}, {Kind::weights, 0}};
        for (CounterNumber counter = 1; counter <= static_cast<int>(sequencer.counters.size()); ++counter) {
            sources.push_back({Kind::load, counter});
            sources.push_back({Kind::store, counter});
        }
        interconnect.attach(recorder, std::move(sources));
        sequencer.attach(recorder);
        if (denoiser) denoiser->attach(recorder);
    }

    void bind(StripEngines& engines) {
        engines.loads.socket.bind(interconnect.initiators);
        engines.stores.socket.bind(interconnect.initiators);
    }
};

Platform::Platform(const sc_core::sc_module_name& name, const PlatformParameters& parameters,
                   std::span<const std::uint64_t> program)
    : sc_module(name) {
    const std::vector<ProgramStep> steps = decode_program(program, parameters.platform);
    parts_ = std::make_unique<Parts>(parameters, program, needs_denoiser(steps), counters_in(steps));
}

Platform::~Platform() = default;

void Platform::run() {
    run_kernel();
    if (!parts_->sequencer.failure().empty()) throw Error("{}", parts_->sequencer.failure());
    if (!parts_->sequencer.halted())
        throw Error("{}: the program stopped at {} without reaching HALT: a WAIT is for what never happens",
                    name(), sc_core::sc_time_stamp().to_string());
}

const std::vector<LayerTrace>& Platform::layers() const {
    return parts_->sequencer.layers();
}
const std::vector<BlockTrace>& Platform::blocks() const {
    return parts_->sequencer.blocks();
}

timing::Cycles Platform::cycles() const {
    return cycles_at(sc_core::sc_time_stamp());
}

timing::Cycles Platform::cycles_at(const sc_core::sc_time& time) const {
    return static_cast<timing::Cycles>(time.value() / parts_->cycle.value());
}

timing::Cycles Platform::batch_begin() const {
    return cycles_at(parts_->sequencer.batch_begin());
}

PeActivity Platform::activity() const {
    PeActivity activity;
    for (const ProcessingElement& pe : parts_->cgra.pes) {
        activity.products += pe.tile.products();
        activity.tile_busy += pe.tile.busy();
        activity.digital_busy += pe.digital.busy();
    }
    return activity;
}

}  // namespace quell::tlm
