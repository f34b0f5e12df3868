// What a `harden` study found, as a table, JSON, CSV and curves.
#pragma once

#include "sw/train/accuracy_curve.h"
#include "sw/train/figure.h"
#include "sw/train/harden_store.h"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quell::train {

struct HardenRow {
    std::string method;
    std::int64_t parameters = 0;                          // blocks included
    std::vector<std::map<TestNoise, double>> accuracies;  // percent, by seed
};

struct HardenResult {
    std::string model;
    std::int64_t images = 0, test_images = 0;
    std::vector<std::uint64_t> seeds;
    double trained_sigma_percent = 0, chance_percent = 0;
    std::vector<double> sigmas;  // of gaussian noise; may be empty
    bool device = false;         // measured on device noise too
    std::vector<HardenRow> rows;
};

// Of every seed; nothing beyond the range of sigmas, and where the network is not above chance without noise.
std::vector<std::optional<double>> midpoints(const HardenResult& result, const HardenRow& row);

void print_table(const HardenResult& result, std::ostream& out);
void print_json(const HardenResult& result, std::ostream& out);
// Means and spreads: method,noise,sigma_percent,accuracy_percent,spread_percent,seeds,midpoint_percent,
// midpoint_spread_percent; the last two are empty where a seed's curve does not come down to it.
void print_csv(const HardenResult& result, std::ostream& out);
// method,seed,noise,sigma_percent,accuracy_percent
std::string every_accuracy(const HardenResult& result);
Figure curves(const HardenResult& result);

}  // namespace quell::train
