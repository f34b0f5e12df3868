#include "sw/cli/sweep_arguments.h"

#include "models/base/error.h"
#include "sw/cli/default_run.h"
#include "sw/study/sweep/pareto.h"
#include "sw/study/sweep/run_metrics.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace quell::cli {
namespace {

// Between 1 and 16 an option of whole numbers has these sixteen.
void take_whole_numbers(const config::OptionTable& table, study::Axis& axis) {
    if (!axis.interval) return;
    const std::vector<std::string> names = table.names();
    if (std::ranges::find(names, axis.name) == names.end()) return;
    if (table.at(axis.name).expectation().find("a whole number") == std::string::npos) return;
    const double first = std::ceil(axis.interval->first), last = std::floor(axis.interval->second);
    if (last < first || last - first >= static_cast<double>(study::most_axis_values)) return;
    for (auto value = static_cast<std::int64_t>(first); value <= static_cast<std::int64_t>(last); ++value)
        axis.values.push_back(std::to_string(value));
    axis.interval.reset();
}

}  // namespace

void SweepArguments::register_arguments(config::OptionTable& table) {
    table.add_flag("any-build", any_build_)
        .help("Go on in a database that another build of this version began; without it that is refused");
    table.add_repeated("axis", axes_)
        .help(
            "KEY=VALUES: an option and the values it takes, as 1,2,4 or 1..16 or 0:8:2; once for every axis");
    data_.register_arguments(table);
    table.add_argument("db", database_)
        .help("SQLite file of the results; the same command on it goes on where it was stopped");
    table.add_argument("images", images_)
        .range(0, 1e9)
        .unit("images")
        .help("How many of the data set's images, from the first; 0: all");
    table.add_argument("jobs", jobs_)
        .range(0, 1024)
        .unit("processes")
        .help("Worker processes, 0 for as many as the machine has processors");
    table.add_argument("latin", latin_)
        .range(0, 1e7)
        .unit("points")
        .help("A Latin hypercube of so many points in place of every combination; 0: every combination");
    table.add_argument("latin-seed", latin_seed_).help("Seed of the Latin hypercube");
    table.add_argument("limit", limit_)
        .range(1, 1e9)
        .unit("points")
        .help("More points than this are refused");
    table.add_argument("objectives", objectives_)
        .help(
            "Metrics whose Pareto front is shown; none: latency_us,energy_uj and, with images, "
            "accuracy_percent");
    table.add_argument("points", points_)
        .help("CSV file of the points, a header of option names and one point a line, in place of --axis");
    table.add_flag("retry-failed", retry_failed_).help("Compute points that failed before once more");
    table.add_argument("show-configuration", shown_point_)
        .range(0, 1e9)
        .help("Compute nothing; print the whole configuration of this point as a file for --config");
}

int SweepArguments::workers(std::int64_t points) const {
    const int wanted = jobs_ > 0 ? jobs_ : static_cast<int>(std::thread::hardware_concurrency());
    return static_cast<int>(std::min<std::int64_t>(std::max(wanted, 1), points));
}

study::Design SweepArguments::design(const Arguments& arguments) const {
    if (arguments.table.is_given("latin-seed") && latin_ == 0)
        throw UsageError("--latin-seed {}: without effect, expected --latin N with it", latin_seed_);
    if (!points_.empty()) {
        if (!axes_.values.empty() || latin_ > 0 || arguments.operands.size() > 1) {
            throw UsageError("--points {}: is all of the design, expected no {} with it", points_,
                             !axes_.values.empty() ? "--axis"
                             : latin_ > 0          ? "--latin"
                                                   : "second network");
        }
        return study::Design::list(points_);
    }
    std::vector<study::Axis> axes;
    for (const std::string& model : arguments.operands) {
        if (std::ranges::count(arguments.operands, model) > 1)
            throw UsageError("{}: given twice, expected every network once", model);
    }
    if (arguments.operands.size() > 1) axes.push_back({study::model_axis, arguments.operands, std::nullopt});
    for (const std::string& text : axes_.values) {
        axes.push_back(study::parse_axis(text));
        if (latin_ > 0) take_whole_numbers(arguments.table, axes.back());
    }
    return latin_ > 0 ? study::Design::latin(std::move(axes), latin_, latin_seed_)
                      : study::Design::factorial(std::move(axes));
}

study::SweepPlan SweepArguments::plan(const Arguments& arguments) const {
    const config::OptionTable& table = arguments.table;
    data_.check(table);
    if (database_.empty() && table.is_given("db")) throw UsageError("--db: expected the name of a file");
    if (!data_.has_images() && table.is_given("images"))
        throw UsageError("--images: there are no images to take, expected --data DIR with it");
    study::SweepPlan plan{.design = design(arguments)};
    if (plan.design.size() > limit_) {
        throw UsageError(
            "the axes have {} points, more than --limit {}; expected fewer, --latin N of them, or "
            "a larger --limit",
            plan.design.size(), limit_);
    }
    const std::vector<const config::Option*> own = table.arguments();
    for (std::size_t a = 0; a < plan.design.axes(); ++a) {
        const std::string& name = plan.design.names()[a];
        if (std::ranges::find(own, name, [](const config::Option* option) { return option->name(); }) ==
            own.end())
            continue;
        throw UsageError(
            "{}: is an argument of the command, one for all points; expected an option that a point has",
            plan.design.place(a));
    }
    for (const std::string& name : table.names()) {
        const config::Option& option = table.at(name);
        if (option.origin() == config::Origin::standard) continue;
        plan.settings.push_back({name, option.text(), option.origin()});
    }
    const auto& names = plan.design.names();
    const bool model_is_axis = std::ranges::find(names, study::model_axis) != names.end();
    if (model_is_axis && arguments.operands.size() == 1)
        throw UsageError("{}: the network is an axis as well, expected one of both", arguments.operands[0]);
    if (!model_is_axis && arguments.operands.empty()) {
        plan.model = default_network;
        plan.blocks.assign(default_blocks.begin(), default_blocks.end());
    } else if (!model_is_axis) {
        plan.model = arguments.operands[0];
    }
    if (data_.has_images()) plan.data = data_.source();
    plan.images = images_;
    plan.objectives = objectives_;
    if (objectives_.empty()) {
        plan.objectives = {"latency_us", "energy_uj"};
        if (plan.data) plan.objectives.emplace_back(study::accuracy_metric);
    }
    for (const std::string& objective : plan.objectives) {
        if (std::ranges::count(plan.objectives, objective) > 1)
            throw UsageError("--objectives: {} is there twice, expected once", objective);
        if (objective == study::accuracy_metric && !plan.data) {
            throw UsageError(
                "--objectives {}: there are no images, expected --data DIR (or --dataset synthetic) with it",
                objective);
        }
    }
    // Names are tried before the first point is computed.
    study::StudyTable nothing;
    nothing.metrics = study::sweep_metrics(plan.data.has_value());
    study::pareto_front(nothing, plan.objectives);
    return plan;
}

}  // namespace quell::cli
