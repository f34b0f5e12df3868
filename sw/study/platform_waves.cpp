#include "sw/study/platform_waves.h"

#include "hw/dcu.h"
#include "sw/study/wave_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace quell::study {
namespace {

using timing::Cycles;
using tlm::Interval;
using tlm::PeWork;

// As traces/dcu_state.txt numbers them. The transaction model's waiting for memory has no state of its own.
int state_of(std::string_view phase) {
    if (phase == "load") return static_cast<int>(hw::DcuState::wait_input);
    if (phase == "store") return static_cast<int>(hw::DcuState::wait_store);
    for (int state = 0; state <= static_cast<int>(hw::DcuState::done); ++state) {
        if (hw::name(static_cast<hw::DcuState>(state)) == phase) return state;
    }
    return 0;
}

class PlatformWaves {
public:
    PlatformWaves(const RunObservation& observation, const compiler::MachineNetwork& network,
                  const config::Configuration& c)
        : seen_(observation), network_(network), c_(c) {}

    std::string text() {
        draw_layers();
        draw_denoiser();
        draw_ports();
        draw_pes();
        const tlm::ActivityWindow& window = seen_.log.window();
        return file_.text(picoseconds(window.from), picoseconds(std::min(window.to, seen_.end - 1) + 1));
    }

private:
    std::int64_t picoseconds(Cycles cycles) const {
        return std::llround(static_cast<double>(cycles) * 1e6 / c_.run.clock_mhz);
    }

    void raise(WaveFile::Signal signal, const Interval& time, std::int64_t by = 1) {
        file_.raise(signal, picoseconds(time.begin), picoseconds(time.end), by);
    }

    void draw_layers() {
        std::map<tlm::CounterNumber, std::array<WaveFile::Signal, 2>> signals;
        const auto signals_of = [&](tlm::CounterNumber counter) {
            const auto found = signals.find(counter);
            if (found != signals.end()) return found->second;
            const std::string scope =
                counter == 0 ? "platform.sequencer" : fmt::format("platform.sequencer.counter_{}", counter);
            return signals[counter] = {file_.add(scope + ".layer", 16),
                                       file_.add(scope + ".convolution", 16)};
        };
        signals_of(0);
        for (const LayerSpan& span : seen_.layers) {
            const auto [layer, convolution] = signals_of(span.counter);
            raise(layer, span.time, static_cast<std::int64_t>(span.layer) + 1);
            raise(convolution, span.time, network_.layers[span.layer].convolution);
        }
    }

    void draw_denoiser() {
        const WaveFile::Signal busy = file_.add("platform.denoiser.busy", 1),
                               site = file_.add("platform.denoiser.site", 16),
                               state = file_.add("platform.denoiser.state", 4),
                               lanes = file_.add("platform.denoiser.lanes_beside_cores", 1);
        for (const BlockSpan& span : seen_.blocks) {
            raise(busy, span.time);
            raise(site, span.time, span.site);
        }
        for (const tlm::DenoiserPhase& phase : seen_.log.phases()) {
            if (phase.lanes) {
                raise(lanes, phase.time);
            } else {
                raise(state, phase.time, state_of(phase.name));
            }
        }
    }

    void draw_ports() {
        std::map<std::pair<bool, int>, std::array<WaveFile::Signal, 2>> signals;
        for (const bool in_memory : {false, true}) {
            const int ports = in_memory ? c_.platform.memory.ports : c_.platform.scratchpad.ports;
            for (int port = 0; port < ports; ++port) {
                const std::string scope =
                    fmt::format("platform.{}.port_{}", in_memory ? "memory" : "scratchpad", port);
                signals[{in_memory, port}] = {file_.add(scope + ".busy", 1), file_.add(scope + ".grant", 3)};
            }
        }
        const WaveFile::Signal waiting = file_.add("platform.interconnect.waiting", 8);
        for (const tlm::PortTransfer& transfer : seen_.log.transfers()) {
            const auto [busy, grant] = signals.at({transfer.in_memory, transfer.port});
            raise(busy, transfer.time);
            raise(grant, transfer.time, static_cast<std::int64_t>(transfer.source.kind) + 1);
            raise(waiting, {transfer.requested, transfer.time.begin});
        }
    }

    void draw_pes() {
        const int rows = c_.platform.grid_rows, columns = c_.platform.grid_columns;
        const WaveFile::Signal all_crossbars = file_.add("platform.cgra.pes_multiplying", 12),
                               all_digital = file_.add("platform.cgra.pes_digital", 12);
        std::vector<std::array<WaveFile::Signal, 2>> signals;
        for (int pe = 0; pe < rows * columns; ++pe) {
            const std::string scope = fmt::format("platform.cgra.pe_{}_{}", pe / columns, pe % columns);
            signals.push_back(
                {file_.add(scope + ".crossbars_busy", 1), file_.add(scope + ".digital_busy", 1)});
        }
        for (const PeWork& work : seen_.log.work()) {
            const bool digital = work.unit == PeWork::Unit::digital;
            raise(digital ? all_digital : all_crossbars, work.time, work.pes.count);
            for (int pe = work.pes.first; pe < work.pes.first + work.pes.count; ++pe)
                raise(signals[static_cast<std::size_t>(pe)][digital ? 1 : 0], work.time);
        }
    }

    const RunObservation& seen_;
    const compiler::MachineNetwork& network_;
    const config::Configuration& c_;
    WaveFile file_;
};

}  // namespace

std::string platform_waves(const RunObservation& observation, const compiler::MachineNetwork& network,
                           const config::Configuration& configuration) {
    return PlatformWaves(observation, network, configuration).text();
}

}  // namespace quell::study
