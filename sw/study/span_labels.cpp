#include "sw/study/span_labels.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {
namespace {

template <typename Span>
void sort_by_begin(std::vector<const Span*>& spans) {
    std::ranges::stable_sort(spans,
                             [](const Span* a, const Span* b) { return a->time.begin < b->time.begin; });
}

template <typename Span>
const Span* at(const std::vector<const Span*>& spans, timing::Cycles cycle) {
    const auto behind =
        std::ranges::upper_bound(spans, cycle, {}, [](const Span* s) { return s->time.begin; });
    if (behind == spans.begin()) return nullptr;
    const Span* span = *std::prev(behind);
    return cycle < span->time.end ? span : nullptr;
}

}  // namespace

SpanLabels::SpanLabels(const compiler::MachineNetwork& network, const RunObservation& observation)
    : network_(network) {
    for (const LayerSpan& span : observation.layers) {
        if (span.time.length() > 0) layers_[span.counter].push_back(&span);
    }
    for (const BlockSpan& span : observation.blocks) blocks_.push_back(&span);
    for (auto& [counter, spans] : layers_) sort_by_begin(spans);
    sort_by_begin(blocks_);
}

const LayerSpan* SpanLabels::layer_at(tlm::CounterNumber counter, timing::Cycles cycle) const {
    const auto found = layers_.find(counter);
    return found == layers_.end() ? nullptr : at(found->second, cycle);
}

const BlockSpan* SpanLabels::block_at(timing::Cycles cycle) const {
    return at(blocks_, cycle);
}

std::string SpanLabels::name(const LayerSpan& span) const {
    return network_.layers[span.layer].name;
}

std::string SpanLabels::name(const BlockSpan& span) {
    return fmt::format("block {}", span.site);
}

}  // namespace quell::study
