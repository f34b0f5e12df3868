#include "models/energy/area.h"
#include "models/energy/energy_table_file.h"
#include "sw/cli/commands.h"

#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace quell::cli {
namespace {

using Json = nlohmann::ordered_json;

Json area_json(const std::vector<energy::AreaRow>& rows) {
    Json json = Json::array();
    for (const energy::AreaRow& row : rows)
        json.push_back({{"component", row.component}, {"mm2", row.mm2}, {"source", row.source}});
    return json;
}

class EnergyCommand final : public Command {
public:
    std::string name() const override { return "energy"; }
    std::string summary() const override { return "what every event costs, with its source, and the area"; }
    std::string details() const override {
        return "The table that quell run charges its events by, with the rows of --energy.table FILE in "
               "place, and the\n"
               "area of the configuration. --format csv prints the table alone, as such a file: `quell "
               "energy --format csv\n"
               "> mine.csv`, then `quell run --energy.table mine.csv`. Rows that a file leaves out stay.";
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        const config::Configuration& c = arguments.configuration;
        const energy::EnergyTable table = energy::energy_table_of(c.energy, c.denoiser);
        const energy::Area area = energy::area_of(c.platform, c.tile);
        switch (c.run.format) {
            case config::Format::csv:
                energy::write_energy_table(out, table);
                break;
            case config::Format::json:
                write_json(out, table, area);
                break;
            case config::Format::table:
                write_table(out, table, area);
                break;
        }
        return 0;
    }

private:
    static void write_json(std::ostream& out, const energy::EnergyTable& table, const energy::Area& area) {
        Json events = Json::array();
        for (std::size_t i = 0; i < energy::events; ++i) {
            const auto event = static_cast<energy::Event>(i);
            events.push_back({{"event", energy::name(event)},
                              {"module", energy::name(energy::module_of(event))},
                              {"picojoules", table.at(event).picojoules},
                              {"source", table.at(event).source}});
        }
        const Json json = {{"schema", "quell.energy/1"},    {"events", std::move(events)},
                           {"pe_area_mm2", area.pe_mm2()},  {"chip_area_mm2", area.chip_mm2()},
                           {"pe_area", area_json(area.pe)}, {"chip_area", area_json(area.chip)}};
        out << json.dump(2) << '\n';
    }

    static void write_table(std::ostream& out, const energy::EnergyTable& table, const energy::Area& area) {
        fmt::print(out, "{:<22} {:<24} {:>11}  {}\n", "event", "module", "pJ", "source");
        for (std::size_t i = 0; i < energy::events; ++i) {
            const auto event = static_cast<energy::Event>(i);
            fmt::print(out, "{:<22} {:<24} {:>11.5g}  {}\n", energy::name(event),
                       energy::name(energy::module_of(event)), table.at(event).picojoules,
                       table.at(event).source);
        }
        const auto print = [&](const char* title, const std::vector<energy::AreaRow>& rows, double total) {
            fmt::print(out, "\n{:<22} {:>11}  {}\n", title, "mm2", "ISAAC, ISCA 2016, table I, 32 nm");
            for (const energy::AreaRow& row : rows)
                fmt::print(out, "{:<22} {:>11.5f}  {}\n", row.component, row.mm2, row.source);
            fmt::print(out, "{:<22} {:>11.5f}\n", "together", total);
        };
        print("area of a PE", area.pe, area.pe_mm2());
        print("area of the chip", area.chip, area.chip_mm2());
        out << "The denoiser unit's area has no public source and is in neither.\n";
    }
};

}  // namespace

std::unique_ptr<Command> make_energy_command() {
    return std::make_unique<EnergyCommand>();
}

}  // namespace quell::cli
