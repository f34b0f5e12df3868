#include "sw/cli/schedule_report.h"

#include "models/timing/roofline.h"
#include "sw/cli/block_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>

namespace quell::cli {

namespace {

using Json = nlohmann::ordered_json;

timing::Roofline roofline_of(const ScheduledOutcome& s) {
    return timing::roofline(s.outcome.plan, s.outcome.timing, s.machine);
}

double ratio(timing::Cycles part, timing::Cycles whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
}

// A line of the table and of the CSV: one quantity in every schedule.
struct Row {
    std::string key;    // in the CSV
    std::string title;  // in the table; of an empty one there is no line
    std::vector<std::string> values;
};

class Rows {
public:
    explicit Rows(const std::vector<ScheduledOutcome>& schedules) : schedules_(schedules) {}

    void add(const std::string& key, const std::string& title,
             const std::function<std::string(const ScheduledOutcome&)>& value) {
        Row row{key, title, {}};
        for (const ScheduledOutcome& schedule : schedules_) row.values.push_back(value(schedule));
        rows_.push_back(std::move(row));
    }
    void heading(const std::string& title) { rows_.push_back({"", title, {}}); }

    const std::vector<Row>& all() const { return rows_; }

private:
    const std::vector<ScheduledOutcome>& schedules_;
    std::vector<Row> rows_;
};

std::vector<Row> rows(const std::vector<ScheduledOutcome>& schedules, double clock_mhz) {
    Rows rows(schedules);
    const auto cycles = [](const ScheduledOutcome& s) { return s.outcome.timing.cycles; };
    const auto bound = [](const ScheduledOutcome& s) { return roofline_of(s).bound(s.machine.schedule); };

    rows.add("cycles", "cycles", [&](const auto& s) { return fmt::format("{}", cycles(s)); });
    rows.add("latency_us", fmt::format("us at {:g} MHz", clock_mhz), [&](const auto& s) {
        return fmt::format("{:.2f}", static_cast<double>(cycles(s)) / clock_mhz);
    });
    rows.add("times_bound", "times the multipliers' bound", [&](const auto& s) {
        return fmt::format("{:.3f}", ratio(cycles(s), s.outcome.timing.bound_cycles));
    });
    rows.add("pointwise_utilisation_percent", "multipliers used by the 1x1 convolutions, %",
             [](const auto& s) {
                 return fmt::format("{:.1f}", 100 * s.outcome.timing.pointwise_utilisation(s.machine.cores));
             });
    rows.add("cores_used", "cores used",
             [](const auto& s) { return fmt::format("{}", s.outcome.plan.cores); });
    rows.add("lanes_used", "lanes used",
             [](const auto& s) { return fmt::format("{}", s.outcome.plan.lanes); });

    rows.heading("where the cycles went");
    const Json parts = breakdown_json({});
    for (const auto& [name, unused] : parts.items()) {
        rows.add("breakdown." + name, "  " + name, [part = name](const auto& s) {
            return fmt::format("{}",
                               breakdown_json(s.outcome.timing.breakdown)[part].template get<std::int64_t>());
        });
    }
    rows.heading("each phase, cycles active");
    for (std::size_t k = 0; k < timing::kPhases; ++k) {
        const std::string name(timing::phase_name(static_cast<timing::Phase>(k)));
        rows.add("phase." + name, "  " + name,
                 [k](const auto& s) { return fmt::format("{}", s.outcome.timing.phases[k]); });
    }
    rows.heading("each resource alone would need");
    const auto resources = timing::Roofline{}.entries();
    for (std::size_t k = 0; k < resources.size(); ++k) {
        const std::string name(resources[k].first);
        rows.add("roofline." + name, "  " + name,
                 [k](const auto& s) { return fmt::format("{}", roofline_of(s).entries()[k].second); });
    }
    rows.add("roofline_binding", "  the one that binds",
             [](const auto& s) { return std::string(roofline_of(s).binding().first); });
    rows.add("roofline_bound", "no fewer cycles are possible than",
             [&](const auto& s) { return fmt::format("{}", bound(s)); });
    rows.add("times_roofline_bound", "times that",
             [&](const auto& s) { return fmt::format("{:.3f}", ratio(cycles(s), bound(s))); });
    return rows.all();
}

std::vector<std::string> names(const std::vector<ScheduledOutcome>& schedules) {
    std::vector<std::string> names(schedules.size());
    std::ranges::transform(schedules, names.begin(), &ScheduledOutcome::name);
    return names;
}

void write_table(const std::vector<ScheduledOutcome>& schedules, const config::Configuration& c,
                 std::ostream& out) {
    const timing::BlockTiming& t = schedules.front().outcome.timing;
    const denoiser::Geometry& g = schedules.front().outcome.plan.geometry;
    out << fmt::format(
        "denoiser block {}x{}x{}, bottleneck {}, {} cores, {} lanes: {} MACs, {} cycles of all "
        "multipliers\n\n",
        g.channels, g.height, g.width, g.bottleneck, c.denoiser.cores, c.denoiser.lanes, t.macs,
        t.bound_cycles);
    const auto line = [&](const std::string& title, const std::vector<std::string>& values) {
        out << fmt::format("{:<44}", title);
        for (const std::string& value : values) out << fmt::format("{:>24}", value);
        out << '\n';
    };
    line("", names(schedules));
    for (const Row& row : rows(schedules, c.run.clock_mhz)) {
        if (row.values.empty()) {
            out << row.title << '\n';
        } else {
            line(row.title, row.values);
        }
    }
    out << fmt::format("\nsimulated in {:.3f} s ({})\n", schedules.front().outcome.seconds,
                       fidelity_name(c.run.fidelity));
}

void write_csv(const std::vector<ScheduledOutcome>& schedules, double clock_mhz, std::ostream& out) {
    const auto line = [&](const std::string& key, const std::vector<std::string>& values) {
        out << key;
        for (const std::string& value : values) out << ',' << value;
        out << '\n';
    };
    line("quantity", names(schedules));
    for (const Row& row : rows(schedules, clock_mhz)) {
        if (!row.values.empty()) line(row.key, row.values);
    }
}

Json json(const std::vector<ScheduledOutcome>& schedules, const config::Configuration& c) {
    const denoiser::Geometry& g = schedules.front().outcome.plan.geometry;
    Json list = Json::array();
    for (const ScheduledOutcome& s : schedules) {
        Json entry = {{"schedule", s.name}};
        entry.update(outcome_json(s.outcome, s.machine, c.run.clock_mhz));
        const timing::Roofline roofline = roofline_of(s);
        const timing::Cycles bound = roofline.bound(s.machine.schedule);
        entry["times_bound"] = ratio(s.outcome.timing.cycles, s.outcome.timing.bound_cycles);
        entry["roofline_binding"] = roofline.binding().first;
        entry["roofline_bound_cycles"] = bound;
        entry["times_roofline_bound"] = ratio(s.outcome.timing.cycles, bound);
        list.push_back(std::move(entry));
    }
    return {{"schema", "quell.block_schedules/1"},
            {"fidelity", fidelity_name(c.run.fidelity)},
            {"channels", g.channels},
            {"height", g.height},
            {"width", g.width},
            {"cores", c.denoiser.cores},
            {"lanes", c.denoiser.lanes},
            {"schedules", list},
            {"sim_seconds", schedules.front().outcome.seconds}};
}

}  // namespace

void write_schedule_report(const std::vector<ScheduledOutcome>& schedules, const config::Configuration& c,
                           std::ostream& out) {
    switch (c.run.format) {
        case config::Format::json:
            out << json(schedules, c).dump(2) << '\n';
            break;
        case config::Format::csv:
            write_csv(schedules, c.run.clock_mhz, out);
            break;
        case config::Format::table:
            write_table(schedules, c, out);
            break;
    }
}

}  // namespace quell::cli
