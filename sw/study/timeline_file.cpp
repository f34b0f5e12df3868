#include "sw/study/timeline_file.h"

#include "models/timing/tile_timing.h"
#include "sw/study/span_labels.h"
#include "sw/study/trace_events.h"
#include "tlm/sequencer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;
using timing::Cycles;
using tlm::Interval;
using tlm::PeWork;
using tlm::TransferSource;

// A process of the file whose threads are made when they are first used, then kept in the keys' order.
template <typename Key>
class Tracks {
public:
    explicit Tracks(std::string name) : name_(std::move(name)) {}
    void need(const Key& key, const std::string& name) { names_.emplace(key, name); }
    void declare(TraceEvents& events) {
        if (names_.empty()) return;
        const int process = events.process(name_);
        for (const auto& [key, name] : names_) threads_[key] = events.thread(process, name);
    }
    int at(const Key& key) const { return threads_.at(key); }

private:
    std::string name_;
    std::map<Key, std::string> names_;
    std::map<Key, int> threads_;
};

// PEs that work together for one program counter.
using PeKey = std::tuple<int, int, int>;  // first PE, count, counter
using PortKey = std::pair<bool, int>;     // data memory, port
using SourceKey = std::pair<int, int>;    // counter, kind

PeKey key(const PeWork& work) {
    return {work.pes.first, work.pes.count, work.counter};
}
PortKey key(const tlm::PortTransfer& transfer) {
    return {transfer.in_memory, transfer.port};
}
SourceKey key(const TransferSource& source) {
    const bool dma = source.kind == TransferSource::Kind::dma;
    return {dma ? 1 << 20 : source.counter, static_cast<int>(source.kind)};
}

std::string suffix(int counter) {
    return counter == 0 ? "" : fmt::format(", counter {}", counter);
}

std::string pe_name(const PeWork& work) {
    const timing::PeRange& pes = work.pes;
    return (pes.count == 1 ? fmt::format("PE {}", pes.first)
                           : fmt::format("PEs {} to {}", pes.first, pes.first + pes.count - 1)) +
           suffix(work.counter);
}

std::string_view kind_name(TransferSource::Kind kind) {
    switch (kind) {
        case TransferSource::Kind::load:
            return "load";
        case TransferSource::Kind::store:
            return "store";
        case TransferSource::Kind::weights:
            return "weights";
        case TransferSource::Kind::dma:
            return "DMA";
    }
    return "";
}

class Timeline {
public:
    Timeline(const RunObservation& observation, const compiler::MachineNetwork& network,
             const config::Configuration& c)
        : seen_(observation), c_(c), labels_(network, observation), network_(network) {}

    std::string text() {
        declare();
        for (const LayerSpan& span : seen_.layers) add(span);
        for (const BlockSpan& span : seen_.blocks) {
            if (!shown(span.time)) continue;  // with no block in the window there is no thread for them
            add(unit_.at(0), span.time, SpanLabels::name(span), "block", {{"image", image(span.image)}});
        }
        for (const tlm::DenoiserPhase& phase : seen_.log.phases()) {
            add(unit_.at(phase.lanes ? 2 : 1), phase.time, std::string(phase.name), "phase",
                {{"cycles", phase.time.length()}});
        }
        for (const PeWork& work : seen_.log.work()) add(work);
        for (const tlm::PortTransfer& transfer : seen_.log.transfers()) add(transfer);
        return events_.text({{"program", "quell run --timeline"},
                             {"model", network_.name},
                             {"clock_mhz", c_.run.clock_mhz},
                             {"from_cycle", seen_.log.window().from},
                             {"to_cycle", std::min(seen_.log.window().to, seen_.end)}});
    }

private:
    void declare() {
        for (const LayerSpan& span : seen_.layers) {
            if (!shown(span.time)) continue;
            layers_.need(span.counter, span.counter == 0 ? "main program counter"
                                                         : fmt::format("program counter {}", span.counter));
        }
        const bool blocks =
            std::ranges::any_of(seen_.blocks, [&](const BlockSpan& b) { return shown(b.time); });
        if (blocks || !seen_.log.phases().empty()) {
            unit_.need(0, "blocks");
            unit_.need(1, "control unit");
            unit_.need(2, "noise lanes beside the cores");
        }
        for (const PeWork& work : seen_.log.work()) {
            if (work.unit == PeWork::Unit::digital) {
                digital_.need(key(work), pe_name(work));
            } else {
                crossbars_.need(key(work), pe_name(work));
                if (work.unit == PeWork::Unit::crossbars) converters_.need(key(work), pe_name(work));
            }
        }
        for (const tlm::PortTransfer& transfer : seen_.log.transfers()) {
            ports_.need(
                key(transfer),
                fmt::format("{} port {}", transfer.in_memory ? "data memory" : "scratchpad", transfer.port));
            sources_.need(key(transfer.source), fmt::format("{}{}", kind_name(transfer.source.kind),
                                                            suffix(transfer.source.counter)));
        }
        layers_.declare(events_);
        unit_.declare(events_);
        crossbars_.declare(events_);
        converters_.declare(events_);
        digital_.declare(events_);
        sources_.declare(events_);
        ports_.declare(events_);
    }

    bool shown(const Interval& time) const { return time.length() > 0 && seen_.log.window().holds(time); }

    static Json image(std::int64_t image) { return image == tlm::single_image ? Json("alone") : Json(image); }

    std::int64_t picoseconds(Cycles cycles) const {
        return std::llround(static_cast<double>(cycles) * 1e6 / c_.run.clock_mhz);
    }

    void add_picoseconds(int thread, std::int64_t begin, std::int64_t end, const std::string& name,
                         const char* category, Json args) {
        const tlm::ActivityWindow& window = seen_.log.window();
        begin = std::max(begin, picoseconds(window.from));
        end = std::min(end, picoseconds(std::min(window.to, seen_.end - 1) + 1));
        if (begin < end) events_.complete(thread, name, category, begin, end, std::move(args));
    }

    void add(int thread, const Interval& time, const std::string& name, const char* category, Json args) {
        if (!shown(time)) return;
        add_picoseconds(thread, picoseconds(time.begin), picoseconds(time.end), name, category,
                        std::move(args));
    }

    void add(const LayerSpan& span) {
        if (!shown(span.time)) return;
        Json args = {{"image", image(span.image)}, {"cycles", span.time.length()}};
        for (const auto& [name, cycles] : span.breakdown.entries()) {
            if (cycles > 0) args[std::string(name)] = cycles;
        }
        add(layers_.at(span.counter), span.time, labels_.name(span), "layer", std::move(args));
    }

    void add(const PeWork& work) {
        const LayerSpan* span = labels_.layer_at(work.counter, work.time.begin);
        const std::string layer = span == nullptr ? "" : labels_.name(*span);
        Json args = {{"cycles", work.time.length()}};
        if (span != nullptr) args["image"] = image(span->image);
        switch (work.unit) {
            case PeWork::Unit::crossbars:
                args["products"] = work.amount;
                add(crossbars_.at(key(work)), work.time, layer, "products", args);
                add_conversions(work, layer, std::move(args));
                break;
            case PeWork::Unit::programming:
                args["crossbars_per_pe"] = work.amount;
                add(crossbars_.at(key(work)), work.time, "write " + layer, "programming", std::move(args));
                break;
            case PeWork::Unit::digital:
                args["elements"] = work.amount;
                args["layer"] = layer;
                add(digital_.at(key(work)), work.time, std::string(work.what), "digital", std::move(args));
                break;
        }
    }

    // The converters follow the crossbars by one step, where the pipeline has a stage for it.
    void add_conversions(const PeWork& work, const std::string& layer, Json args) {
        const timing::TileTiming tile = timing::time_tile(c_.tile, c_.run.clock_mhz);
        const std::int64_t behind = c_.tile.stages > 1 ? std::llround(tile.step_ns * 1e3) : 0;
        args["converting_percent"] = 100.0 * static_cast<double>(tile.conversion_cycles) /
                                     static_cast<double>(std::max<Cycles>(tile.interval_cycles, 1));
        add_picoseconds(converters_.at(key(work)), picoseconds(work.time.begin) + behind,
                        picoseconds(work.time.end) + behind, layer, "conversions", std::move(args));
    }

    void add(const tlm::PortTransfer& transfer) {
        const bool dma = transfer.source.kind == TransferSource::Kind::dma;
        std::string what(kind_name(transfer.source.kind));
        Json args = {{"bytes", transfer.bytes},
                     {"memory", transfer.in_memory ? "data memory" : "scratchpad"},
                     {"port", transfer.port}};
        if (dma) {
            what += transfer.write ? " store" : " load";
            args["transfers"] = transfer.transfers;
            if (const BlockSpan* span = labels_.block_at(transfer.requested))
                what += " " + SpanLabels::name(*span);
        } else if (const LayerSpan* span = labels_.layer_at(transfer.source.counter, transfer.requested)) {
            what += " " + labels_.name(*span);
            args["image"] = image(span->image);
        }
        const int source = sources_.at(key(transfer.source));
        add(source, {transfer.requested, transfer.time.end}, what, "transfer", args);
        add(source, {transfer.requested, transfer.time.begin}, "waits for a port", "wait", Json::object());
        add(ports_.at(key(transfer)), transfer.time, what, "port", std::move(args));
    }

    const RunObservation& seen_;
    const config::Configuration& c_;
    const SpanLabels labels_;
    const compiler::MachineNetwork& network_;
    TraceEvents events_;
    Tracks<int> layers_{"layers"}, unit_{"denoiser"};
    Tracks<PeKey> crossbars_{"crossbars"}, converters_{"converters"}, digital_{"digital units"};
    Tracks<SourceKey> sources_{"transfers"};
    Tracks<PortKey> ports_{"memory ports"};
};

}  // namespace

std::string timeline(const RunObservation& observation, const compiler::MachineNetwork& network,
                     const config::Configuration& configuration) {
    return Timeline(observation, network, configuration).text();
}

}  // namespace quell::study
