#include "models/energy/energy_table_file.h"

#include "models/base/byte_order_mark.h"
#include "models/base/csv.h"
#include "models/base/error.h"
#include "models/base/files.h"
#include "models/config/edit_distance.h"
#include "models/config/value_text.h"

#include <fmt/ostream.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <vector>

namespace quell::energy {
namespace {

// A joule, far beyond any event: sums of all events of the largest runs stay finite.
constexpr double most_picojoules = 1e12;

const std::vector<std::string> header{"event", "picojoules", "source"};

std::string nearest_event(const std::string& unknown) {
    std::string_view nearest;
    for (std::size_t i = 0; i < events; ++i) {
        const std::string_view candidate = name(static_cast<Event>(i));
        if (nearest.empty() ||
            config::edit_distance(unknown, candidate) < config::edit_distance(unknown, nearest)) {
            nearest = candidate;
        }
    }
    return std::string(nearest);
}

std::optional<Event> find_event(const std::string& word) {
    for (std::size_t i = 0; i < events; ++i) {
        if (name(static_cast<Event>(i)) == word) return static_cast<Event>(i);
    }
    return std::nullopt;
}

class Reader {
public:
    Reader(const std::string& file, EnergyTable& table) : file_(file), table_(table) {}

    void line(const std::string& text) {
        ++number_;
        if (config::trimmed(text).empty()) return;
        const std::optional<std::vector<std::string>> fields = split_csv_line(text);
        if (!fields) refuse("a quote without its end, or with something behind it");
        if (!has_header_) {
            if (*fields != header) refuse("expected the header event,picojoules,source");
            has_header_ = true;
            return;
        }
        if (fields->size() != header.size()) {
            refuse(fmt::format("{} columns, expected event,picojoules,source{}", fields->size(),
                               fields->size() > header.size() ? "; a text with commas goes in quotes" : ""));
        }
        row((*fields)[0], (*fields)[1], (*fields)[2]);
    }

    void end() const {
        if (!has_header_) throw Error("{}: empty, expected the header event,picojoules,source", file_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error("{}:{}: {}", file_, number_, what);
    }

    void row(const std::string& event_name, const std::string& figure, const std::string& source) {
        const std::optional<Event> event = find_event(event_name);
        if (!event) {
            refuse(fmt::format("there is no event '{}'; the nearest is {}", event_name,
                               nearest_event(event_name)));
        }
        if (!seen_.insert(*event).second) refuse(fmt::format("{} a second time", event_name));
        const std::optional<double> picojoules = config::ValueText<double>::parse(figure);
        if (!picojoules || *picojoules < 0 || *picojoules > most_picojoules) {
            refuse(fmt::format("{} = '{}' pJ, expected a number from 0 to {:g}", event_name, figure,
                               most_picojoules));
        }
        if (source.empty()) refuse(fmt::format("{} without a source", event_name));
        table_.at(*event) = {*picojoules, source};
    }

    const std::string& file_;
    EnergyTable& table_;
    std::size_t number_ = 0;
    bool has_header_ = false;
    std::set<Event> seen_;
};

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += c;
        result += c;
    }
    return result + '"';
}

}  // namespace

void read_energy_table(const std::string& file, EnergyTable& table) {
    refuse_folder(file);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be read: {}", file, std::strerror(errno));
    Reader reader(file, table);
    bool first = true;
    for (std::string line; std::getline(stream, line); first = false) {
        if (first) remove_byte_order_mark(line);
        reader.line(line);
    }
    if (stream.bad()) throw Error("{}: cannot be read to its end", file);
    reader.end();
}

EnergyTable energy_table_of(const config::EnergyConfig& energy, const config::DenoiserConfig& denoiser) {
    EnergyTable table = default_energy_table(denoiser);
    if (!energy.table.empty()) read_energy_table(energy.table, table);
    return table;
}

void write_energy_table(std::ostream& out, const EnergyTable& table) {
    out << "event,picojoules,source\n";
    for (std::size_t i = 0; i < events; ++i) {
        fmt::print(out, "{},{},{}\n", name(static_cast<Event>(i)),
                   config::ValueText<double>::print(table.rows[i].picojoules), quoted(table.rows[i].source));
    }
}

}  // namespace quell::energy
