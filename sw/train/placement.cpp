#include "sw/train/placement.h"

#include "models/energy/energy_table.h"
#include "models/energy/event_counting.h"
#include "models/network/shape_inference.h"
#include "models/timing/block_timing.h"
#include "sw/train/analog_sites.h"
#include "sw/train/random_streams.h"

#include <algorithm>
#include <cmath>

namespace quell::train {
namespace {

double worth_of(const Candidate& candidate, Objective objective, Ranking ranking,
                std::int64_t network_parameters, std::uint64_t seed) {
    switch (ranking) {
        case Ranking::norm:
            return candidate.norm;
        case Ranking::norm_per_cost:
            return candidate.norm / cost_of(candidate, objective, network_parameters);
        case Ranking::random:
            return stream_words(seed, Stream::placement,
                                static_cast<std::uint64_t>(candidate.convolution))[0];
    }
    throw Error("placement: no such ranking");
}

const char* unit_of(Objective objective) {
    switch (objective) {
        case Objective::parameters:
            return "percent of the network's parameters";
        case Objective::cycles:
            return "thousand cycles";
        case Objective::energy:
            return "uJ";
    }
    throw Error("placement: no such objective");
}

// To four digits, so that the number printed is enough.
double rounded_up(double value) {
    const double step = std::pow(10.0, std::floor(std::log10(value)) - 3);
    return std::ceil(value / step) * step;
}

}  // namespace

std::vector<Candidate> candidates(const network::Graph& graph, const std::map<std::int64_t, double>& norms,
                                  const config::Configuration& configuration) {
    const network::ShapeMap shapes = network::infer_shapes(graph, 1);
    const energy::EnergyTable table = energy::default_energy_table(configuration.denoiser);
    std::vector<Candidate> result;
    for (const AnalogSite& site : analog_sites(graph)) {
        const auto norm = norms.find(site.convolution);
        if (site.convolution == 0 || norm == norms.end()) continue;
        const Shape& shape = shapes.at(graph.nodes[site.value_node].output);
        Candidate candidate;
        candidate.convolution = site.convolution;
        candidate.name = graph.nodes[site.product_node].name;
        candidate.geometry =
            denoiser::make_geometry(shape.at(1), shape.at(2), shape.at(3), configuration.denoiser);
        candidate.norm = norm->second;
        const timing::BlockTiming block = timing::time_block(candidate.geometry, configuration.denoiser);
        candidate.cycles = static_cast<std::int64_t>(block.cycles);
        candidate.energy_uj =
            energy::energy_uj(energy::count_events(block, candidate.geometry, configuration.denoiser), table);
        result.push_back(std::move(candidate));
    }
    return result;
}

std::vector<std::int64_t> Placement::convolutions() const {
    std::vector<std::int64_t> result;
    for (const Candidate& candidate : candidates) {
        if (candidate.chosen) result.push_back(candidate.convolution);
    }
    std::sort(result.begin(), result.end());
    return result;
}

double cost_of(const Candidate& candidate, Objective objective, std::int64_t network_parameters) {
    switch (objective) {
        case Objective::parameters:
            return 100.0 * static_cast<double>(candidate.geometry.parameters()) /
                   static_cast<double>(network_parameters);
        case Objective::cycles:
            return static_cast<double>(candidate.cycles) / 1000;
        case Objective::energy:
            return candidate.energy_uj;
    }
    throw Error("placement: no such objective");
}

Placement place(std::vector<Candidate> candidates, Objective objective, Ranking ranking, double budget,
                std::int64_t network_parameters, std::uint64_t seed) {
    if (candidates.empty())
        throw Error("placement: the network has no convolution that a block could follow");
    Placement result;
    result.objective = objective;
    result.network_parameters = network_parameters;
    result.budget = budget;
    // Of equals the one that comes first in the network.
    std::stable_sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
        return worth_of(a, objective, ranking, network_parameters, seed) >
               worth_of(b, objective, ranking, network_parameters, seed);
    });
    double least = cost_of(candidates.front(), objective, network_parameters);
    for (Candidate& candidate : candidates) {
        const double cost = cost_of(candidate, objective, network_parameters);
        least = std::min(least, cost);
        if (result.cost + cost > budget) continue;
        candidate.chosen = true;
        result.cost += cost;
    }
    result.candidates = std::move(candidates);
    if (result.convolutions().empty()) {
        throw Error("placement: a budget of {:g} {} is too small for any block, the smallest takes {:.4g}",
                    budget, unit_of(objective), rounded_up(least));
    }
    return result;
}

}  // namespace quell::train
