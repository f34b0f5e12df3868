#include "sw/study/report/sweep_part.h"

#include "models/base/error.h"
#include "sw/study/report/sweep_figures.h"
#include "sw/study/report/sweep_tables.h"
#include "sw/study/sweep/pareto.h"
#include "sw/study/sweep/sweep_report.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

namespace quell::study {
namespace {

std::int64_t count(const StudyTable& study, PointStatus status) {
    return std::ranges::count(study.points, status, &StudyPoint::status);
}

std::string option(const StudyTable& study, const std::string& name) {
    const auto found = study.options.find(name);
    return found == study.options.end() ? "" : found->second;
}

// The objectives, and accuracy where it was measured.
std::vector<std::string> usual_metrics(const StudyTable& study) {
    std::vector<std::string> names = study.objectives;
    const auto found = std::ranges::find(study.metrics, "accuracy_percent", &Metric::name);
    if (found == study.metrics.end()) return names;
    const auto number = static_cast<std::size_t>(found - study.metrics.begin());
    if (std::ranges::any_of(study.points, [&](const StudyPoint& point) {
            return point.status == PointStatus::done && point.metrics.at(number);
        }))
        names.push_back(found->name);
    return names;
}

// A study whose points do not have what its axes and metrics promise would be read beyond its end.
void require_whole(const StudyTable& study, const std::string& file) {
    for (const StudyPoint& point : study.points) {
        const bool done = point.status == PointStatus::done;
        if (point.values.size() != study.axes.size() ||
            (done && point.metrics.size() != study.metrics.size()))
            throw Error("{}: point {} has not a value for every axis and metric", file, point.number);
    }
}

}  // namespace

ReportPart sweep_part(const StudyTable& study, const std::string& file,
                      const std::vector<std::string>& metrics) {
    require_whole(study, file);
    const auto done = count(study, PointStatus::done), failed = count(study, PointStatus::failed),
               lost = count(study, PointStatus::lost);
    if (done == 0) {
        throw Error(
            "{}: none of its {} points is done{}, there is nothing to report", file, study.planned,
            failed + lost > 0 ? fmt::format(" ({} failed: {})", failed + lost, study.points[0].message) : "");
    }
    ReportPart part;
    part.title = fmt::format("Sweep {}", file);
    if (done + failed < study.planned)
        part.banner = fmt::format("{} of {} points: this sweep is not finished", done, study.planned);
    std::vector<std::string> axes;
    for (const StudyAxis& axis : study.axes) axes.push_back(axis.name);
    part.paragraphs.push_back(fmt::format(
        "{} over {}; computed by quell {}{}{}. ISAAC/PUMA parameters in an MX-CGRA organisation.",
        study.design == "factorial" ? "Every combination"
        : study.design == "latin"   ? "A Latin hypercube"
                                    : "A list of points",
        fmt::join(axes, ", "), study.program_version,
        study.program_build.empty() ? "" : fmt::format(" (build {})", study.program_build),
        option(study, "fidelity").empty() ? "" : fmt::format(", {} fidelity", option(study, "fidelity"))));
    part.highlights = {{readable(static_cast<double>(study.planned)), "points planned"},
                       {readable(static_cast<double>(done)), "done"},
                       {readable(static_cast<double>(failed)), "failed"}};
    if (lost > 0)
        part.highlights.emplace_back(readable(static_cast<double>(lost)), "lost, to be computed again");
    if (const auto missing = study.planned - done - failed - lost; missing > 0)
        part.highlights.emplace_back(readable(static_cast<double>(missing)), "not computed yet");

    std::vector<std::size_t> drawn;
    for (const std::string& name : metrics.empty() ? usual_metrics(study) : metrics) {
        const std::size_t number = metric_number(study.metrics, name);
        if (std::ranges::find(drawn, number) == drawn.end()) drawn.push_back(number);
    }
    const std::vector<bool> front = pareto_front(study, study.objectives);
    const SweepGrid grid(study);
    SweepFigures figures = sweep_figures(grid, drawn, front);
    part.figures = std::move(figures.figures);
    part.remarks = std::move(figures.remarks);
    part.tables.push_back(axes_table(study));
    if (!study.objectives.empty()) part.tables.push_back(front_table(study, front));
    part.tables.push_back(sensitivity_table(study, drawn));
    if (ReportTable failures = failures_table(study); !failures.table.rows.empty())
        part.tables.push_back(std::move(failures));
    part.tables.push_back(points_table(study, drawn));
    std::ostringstream points;
    write_sweep_csv(points, study);
    part.files.emplace_back("points", points.str());
    return part;
}

}  // namespace quell::study
