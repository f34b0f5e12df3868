// Which convolutions get a denoiser block: the most worth under a budget.
#pragma once

#include "models/config/configuration.h"
#include "models/denoiser/geometry.h"
#include "models/network/graph.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::train {

// What a block costs, and what it is bought with.
enum class Objective {
    parameters,  // budget: percent of the network's parameters; worth: the norm
    cycles,      // budget: thousands of cycles for one image; worth: the norm per cycle
    energy       // budget: microjoules for one image; worth: the norm per microjoule
};

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
    std::vector<Candidate> candidates;  // by worth, the most first
    Objective objective = Objective::parameters;
    std::int64_t network_parameters = 0;
    double budget = 0, cost = 0;  // in the objective's unit

    std::vector<std::int64_t> convolutions() const;  // chosen, in order
};

double cost_of(const Candidate& candidate, Objective objective, std::int64_t network_parameters);

// Greedy: by worth, each that still fits. Throws Error, saying the least that would do, when none fits.
Placement place(std::vector<Candidate> candidates, Objective objective, double budget,
                std::int64_t network_parameters);

}  // namespace quell::train
