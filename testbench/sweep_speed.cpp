// How fast a sweep is: analytic points of ResNet-18 on one processor, with what a sweep remembers from point
// to point and without, and what a second worker adds to points that take their time. In CPU time where other
// programs may run beside, in wall time for the workers.
//
//     testbench_sweep_speed [workers]
#include "models/base/error.h"
#include "sw/study/sweep/local_workforce.h"
#include "sw/study/sweep/point_runner.h"
#include "sw/study/sweep/sweep_run.h"

#include <sys/resource.h>

#include <fmt/format.h>

#include <systemc>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace quell;

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Of this process and the workers that ended.
double cpu_seconds_of_all() {
    rusage children{};
    getrusage(RUSAGE_CHILDREN, &children);
    return cpu_seconds() + seconds(children.ru_utime) + seconds(children.ru_stime);
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

study::SweepPlan plan_of(const std::vector<std::string>& axes, const std::string& fidelity) {
    std::vector<study::Axis> parsed;
    for (const std::string& axis : axes) parsed.push_back(study::parse_axis(axis));
    study::SweepPlan plan{.design = study::Design::factorial(std::move(parsed))};
    plan.settings = {{"fidelity", fidelity, config::Origin::command_line}};
    plan.model = "resnet18";
    plan.blocks = {1, 20};
    plan.objectives = {"latency_us", "energy_uj"};
    return plan;
}

// A whole sweep, its database in memory.
void sweep(const study::SweepPlan& plan, int workers) {
    study::PointRunner runner(plan);
    study::SweepDatabase database("", runner.identity());
    study::LocalWorkforce workforce(runner, workers);
    study::SweepControl control;
    control.single_points = plan.settings[0].text != "analytic";
    control.progress = [](const study::SweepProgress&) {};
    control.interrupted = [] { return false; };
    const study::SweepOutcome outcome = run_sweep(plan.design, database, workforce, control);
    if (outcome.computed != plan.design.size()) throw Error("{} points were computed", outcome.computed);
}

void measure_analytic() {
    const study::SweepPlan plan = plan_of(
        {"denoiser.cores=1..16", "denoiser.lanes=1..16", "denoiser.unc_outputs=1,2", "clock_mhz=400:600:20"},
        "analytic");
    const auto points = static_cast<double>(plan.design.size());
    const double before_sweep = cpu_seconds_of_all();
    sweep(plan, 1);
    const double of_sweep = cpu_seconds_of_all() - before_sweep;

    study::PointRunner runner(plan);
    const double before_points = cpu_seconds();
    for (std::int64_t point = 0; point < plan.design.size(); ++point) runner.run(point);
    const double of_points = cpu_seconds() - before_points;

    // Every so many points: each by a runner that has not seen another, its start not counted.
    constexpr std::int64_t stride = 97;
    double of_fresh = 0, fresh_points = 0;
    for (std::int64_t point = 0; point < plan.design.size(); point += stride) {
        study::PointRunner fresh(plan);
        const double begin = cpu_seconds();
        fresh.run(point);
        of_fresh += cpu_seconds() - begin;
        ++fresh_points;
    }
    fmt::print("{:.0f} analytic points of ResNet-18, CPU time\n", points);
    fmt::print("  whole sweep, 1 worker          {:9.0f} points/s\n", points / of_sweep);
    fmt::print("  computing alone, remembering   {:9.0f} points/s\n", points / of_points);
    fmt::print("  computing alone, each afresh   {:9.0f} points/s, {:.1f} times slower\n",
               fresh_points / of_fresh, (of_fresh / fresh_points) / (of_points / points));
}

void measure_workers(int workers) {
    const study::SweepPlan plan = plan_of({"denoiser.cores=1..16", "denoiser.lanes=1..4"}, "transaction");
    struct Spent {
        double wall = 0, cpu = 0;
    };
    const auto spend = [&](int count, Spent& spent) {
        const double wall = wall_seconds(), cpu = cpu_seconds_of_all();
        sweep(plan, count);
        spent.wall += wall_seconds() - wall;
        spent.cpu += cpu_seconds_of_all() - cpu;
    };
    Spent first, one, many;
    spend(workers, first);  // for the caches
    // By turns, so that what runs beside hits both.
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round) {
        spend(1, one);
        spend(workers, many);
    }
    const auto points = static_cast<double>(rounds * plan.design.size());
    fmt::print("{} points of ResNet-18 in fidelity transaction\n", plan.design.size());
    const auto print = [&](int count, const Spent& spent) {
        fmt::print("  {:2} workers                     {:9.1f} points/s, {:.1f} ms of CPU time a point\n",
                   count, points / spent.wall, 1e3 * spent.cpu / points);
    };
    print(1, one);
    print(workers, many);
    fmt::print("  efficiency                     {:9.2f} (on an idle machine)\n",
               one.wall / many.wall / workers);
}

}  // namespace

int sc_main(int count, char* words[]) {
    try {
        const int workers = count > 1 ? std::atoi(words[1]) : 2;
        if (workers < 1) throw Error("usage: {} [workers]", words[0]);
        measure_analytic();
        measure_workers(workers);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", words[0], error.what());
        return 1;
    }
}
