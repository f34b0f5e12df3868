// Which convolutions get a denoiser block: the best ranked under a budget.
#pragma once

#include "models/config/configuration.h"
#include "models/denoiser/geometry.h"
#include "models/network/graph.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::train {

// What a block is bought with.
enum class Objective {
    parameters,  // budget: percent of the network's parameters
    cycles,      // budget: thousands of cycles for one image
    energy       // budget: microjoules for one image
};

// Which candidate is asked first.
enum class Ranking {
    norm,           // the largest norm, the paper's
    norm_per_cost,  // the largest norm for what is paid
    random          // in an order drawn from a seed: what a ranking has to beat
};
// The paper's for the paper's budget, otherwise by cost.
constexpr Ranking usual_ranking(Objective objective) {
    return objective == Objective::parameters ? Ranking::norm : Ranking::norm_per_cost;
}

struct Candidate {
    std::int64_t convolution = 0;  // from 1
    std::string name;              // the node's
    denoiser::Geometry geometry;
    double norm = 0;  // of the loss's gradient (gradient_norms.h)
    std::int64_t cycles = 0;
    double energy_uj = 0;
    bool chosen = false;
};

// A candidate for every convolution with a norm, in order of their numbers.
std::vector<Candidate> candidates(const network::Graph& graph, const std::map<std::int64_t, double>& norms,
                                  const config::Configuration& configuration);

struct Placement {
    std::vector<Candidate> candidates;  // the first that was asked first
    Objective objective = Objective::parameters;
    std::int64_t network_parameters = 0;
    double budget = 0, cost = 0;  // in the objective's unit

    std::vector<std::int64_t> convolutions() const;  // chosen, in order
};

double cost_of(const Candidate& candidate, Objective objective, std::int64_t network_parameters);

// Greedy: by rank, each that still fits. `seed` orders at random. Throws Error, saying the least that would
// do, when none fits.
Placement place(std::vector<Candidate> candidates, Objective objective, Ranking ranking, double budget,
                std::int64_t network_parameters, std::uint64_t seed);

}  // namespace quell::train
