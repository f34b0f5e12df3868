#include "sw/train/command_inputs.h"
#include "sw/train/commands.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>

namespace quell::train {
namespace {

const char* word_of(Objective objective) {
    return objective == Objective::parameters ? "parameters"
           : objective == Objective::cycles   ? "cycles"
                                              : "energy";
}

const char* unit_of(Objective objective) {
    return objective == Objective::parameters ? "% of the parameters"
           : objective == Objective::cycles   ? "thousand cycles"
                                              : "uJ";
}

void print_table(const Placement& placement) {
    fmt::print("{:>4} {:<28} {:>8} {:>9} {:>12} {:>11} {:>12} {:>10} {:>10}\n", "conv", "name", "channels",
               "map", "norm", "parameters", "cycles", "energy uJ", "");
    for (const Candidate& c : placement.candidates) {
        fmt::print("{:>4} {:<28} {:>8} {:>9} {:>12.5g} {:>11} {:>12} {:>10.3f} {:>10}\n", c.convolution,
                   c.name, c.geometry.channels, fmt::format("{}x{}", c.geometry.height, c.geometry.width),
                   c.norm, c.geometry.parameters(), c.cycles, c.energy_uj, c.chosen ? "block" : "");
    }
    fmt::print("blocks after {}: {:.3f} of {:g} {}\n", fmt::join(placement.convolutions(), ","),
               placement.cost, placement.budget, unit_of(placement.objective));
}

void print_json(const std::string& model, const Placement& placement) {
    nlohmann::ordered_json json{{"schema", "quell.place/1"},
                                {"model", model},
                                {"objective", word_of(placement.objective)},
                                {"budget", placement.budget},
                                {"cost", placement.cost},
                                {"network_parameters", placement.network_parameters},
                                {"after", placement.convolutions()}};
    json["candidates"] = nlohmann::ordered_json::array();
    for (const Candidate& c : placement.candidates) {
        json["candidates"].push_back({{"convolution", c.convolution},
                                      {"name", c.name},
                                      {"channels", c.geometry.channels},
                                      {"height", c.geometry.height},
                                      {"width", c.geometry.width},
                                      {"norm", c.norm},
                                      {"block_parameters", c.geometry.parameters()},
                                      {"block_cycles", c.cycles},
                                      {"block_energy_uj", c.energy_uj},
                                      {"chosen", c.chosen}});
    }
    std::cout << json.dump(2) << '\n';
}

void print_csv(const Placement& placement) {
    std::cout << "convolution,name,channels,height,width,norm,block_parameters,block_cycles,block_energy_uj,"
                 "chosen\n";
    for (const Candidate& c : placement.candidates) {
        std::cout << fmt::format("{},{},{},{},{},{},{},{},{},{}\n", c.convolution, c.name,
                                 c.geometry.channels, c.geometry.height, c.geometry.width, c.norm,
                                 c.geometry.parameters(), c.cycles, c.energy_uj, c.chosen ? 1 : 0);
    }
}

}  // namespace

int place_command(const Request& request) {
    CommandInputs inputs;
    if (request.described(inputs.table())) return 0;
    inputs.load(request.words);
    const Placement placement = inputs.find_placement();
    switch (inputs.configuration().run.format) {
        case config::Format::table:
            print_table(placement);
            break;
        case config::Format::json:
            print_json(inputs.model(), placement);
            break;
        case config::Format::csv:
            print_csv(placement);
            break;
    }
    return 0;
}

}  // namespace quell::train
