#include "models/base/interrupt.h"
#include "models/network/network_names.h"
#include "sw/cli/commands.h"
#include "sw/cli/sweep_arguments.h"
#include "sw/cli/sweep_progress.h"
#include "sw/cli/version.h"
#include "sw/reference/program.h"
#include "sw/study/sweep/local_workforce.h"
#include "sw/study/sweep/point_runner.h"
#include "sw/study/sweep/sweep_report.h"
#include "sw/study/sweep/sweep_run.h"

#include <algorithm>
#include <ostream>
#include <utility>

namespace quell::cli {
namespace {

std::unique_ptr<study::Workforce> local_workforce(study::PointRunner& runner, int workers) {
    return std::make_unique<study::LocalWorkforce>(runner, workers);
}

class SweepCommand final : public Command {
public:
    explicit SweepCommand(MakeWorkforce workforce) : make_workforce_(std::move(workforce)) {}

    std::string name() const override { return "sweep"; }
    std::string summary() const override {
        return "any options against any others, in parallel and resumable; Pareto front";
    }
    std::string synopsis() const override {
        return "[MODEL...] --axis KEY=VALUES [--axis ...] [--db FILE] [--jobs N] [options]";
    }
    std::string details() const override {
        return "Every combination of the axes' values is one `quell run` and, with --data, one `quell eval`. "
               "VALUES is a\n"
               "list (1,2,4), whole numbers from one to another (1..16), or from, to and step (0:8:2). "
               "Several networks\n"
               "are an axis. What is in --db is not computed again: stopped, the same command goes on.\n"
               "docs/sweeps.md says what is recorded; `quell report FILE` draws it.";
    }
    std::size_t most_operands() const override { return 1000; }
    std::vector<std::vector<std::string>> operand_words() const override {
        return {network::network_names()};
    }

    void register_arguments(config::OptionTable& table) override { asked_.register_arguments(table); }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        const study::SweepPlan plan = asked_.plan(arguments);
        study::PointRunner runner(plan);
        if (const auto shown = asked_.shown_point()) {
            if (*shown >= plan.design.size()) {
                throw UsageError("--show-configuration {}: expected a point, 0 to {}", *shown,
                                 plan.design.size() - 1);
            }
            runner.write_configuration(*shown, out);
            return 0;
        }
        study::StudyIdentity identity = runner.identity();
        identity.program_version = version;
        identity.program_build = reference::program_build();
        identity.any_build = asked_.any_build();
        study::SweepDatabase database(asked_.database(), identity);
        const InterruptWatch watch;
        const std::unique_ptr<study::Workforce> workforce =
            make_workforce_(runner, asked_.workers(plan.design.size()));
        SweepProgressLine line(err);
        study::SweepControl control;
        control.retry_failed = asked_.retry_failed();
        control.single_points =
            plan.data.has_value() || arguments.configuration.run.fidelity != config::Fidelity::analytic;
        control.progress = [&](const study::SweepProgress& progress) { line.show(progress); };
        control.interrupted = [&] { return watch.requested(); };
        const study::SweepOutcome outcome = study::run_sweep(plan.design, database, *workforce, control);
        line.clear();
        const study::StudyTable table = database.table();
        if (outcome.interrupted) {
            err << fmt::format(
                "quell: interrupted: {} of {} points are recorded{}\n", table.points.size(), table.planned,
                asked_.database().empty() ? "; with --db FILE the same command would go on"
                                          : " in " + asked_.database() + "; the same command goes on");
            return 1;
        }
        if (outcome.reused > 0)
            err << fmt::format("quell: {} points were there, {} computed\n", outcome.reused,
                               outcome.computed);
        switch (arguments.configuration.run.format) {
            case config::Format::json:
                study::write_sweep_json(out, table, outcome);
                break;
            case config::Format::csv:
                study::write_sweep_csv(out, table);
                break;
            case config::Format::table:
                study::write_sweep_table(out, table);
                break;
        }
        return any_done(table) ? 0 : nothing_done(table);
    }

private:
    static bool any_done(const study::StudyTable& table) {
        return std::ranges::any_of(table.points, [](const study::StudyPoint& point) {
            return point.status == study::PointStatus::done;
        });
    }

    static int nothing_done(const study::StudyTable& table) {
        throw Error("no point could be computed; the first: {}", table.points.front().message);
    }

    MakeWorkforce make_workforce_;
    SweepArguments asked_;
};

}  // namespace

std::unique_ptr<Command> make_sweep_command(MakeWorkforce workforce) {
    return std::make_unique<SweepCommand>(workforce ? std::move(workforce) : local_workforce);
}

}  // namespace quell::cli
