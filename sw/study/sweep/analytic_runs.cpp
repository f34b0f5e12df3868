#include "sw/study/sweep/analytic_runs.h"

#include "models/energy/energy_table_file.h"
#include "sw/study/run_steps.h"

#include <algorithm>

namespace quell::study {
namespace {

// A sweep whose axes alternate meets a network again after as many others as one axis has values.
constexpr std::size_t most_networks = 16;

config::DenoiserConfig block_shape(const config::DenoiserConfig& config) {
    config::DenoiserConfig shape;
    shape.bottleneck_ratio = config.bottleneck_ratio;
    shape.heads = config.heads;
    shape.sampling = config.sampling;
    shape.bias = config.bias;
    return shape;
}

// The entry with this key, now the latest, or nothing.
template <typename Entries, typename Key>
auto* find_latest(Entries& entries, const Key& key) {
    const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == key; });
    if (found == entries.end()) return static_cast<decltype(&entries.front().second)>(nullptr);
    entries.splice(entries.begin(), entries, found);
    return &entries.front().second;
}

template <typename Entries, typename Key, typename Value>
auto& insert_latest(Entries& entries, std::size_t most, Key key, Value value) {
    if (entries.size() == most) entries.pop_back();
    entries.emplace_front(std::move(key), std::move(value));
    return entries.front().second;
}

}  // namespace

const NetworkRun& AnalyticRuns::run(const std::string& model, const network::Graph& graph,
                                    const std::vector<std::int64_t>& blocks_after,
                                    const config::Configuration& c) {
    NetworkKey key{model, blocks_after, c.platform, c.tile, c.run.clock_mhz, block_shape(c.denoiser)};
    NetworkRun* run = find_latest(networks_, key);
    if (run == nullptr) {
        NetworkRun fresh = lowered_run(graph, blocks_after, c);
        time_layers(c, fresh);
        count_layers(c, fresh);
        run = &insert_latest(networks_, most_networks, std::move(key), std::move(fresh));
    }
    run->energy_table = energy::energy_table_of(c.energy, c.denoiser);
    check_srams(*run, c);
    time_blocks(
        c, [this](const auto& geometry, const auto& config) { return blocks_.time(geometry, config); }, *run);
    count_blocks(c, *run);
    run->batch = one_after_the_other(*run, 1, "one image");
    return *run;
}

}  // namespace quell::study
