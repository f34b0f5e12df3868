#include "sw/train/figure.h"

#include "models/base/error.h"
#include "models/config/value_text.h"
#include "sw/figure/gnuplot.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

namespace quell::train {
namespace {

using figure::quoted;

// gnuplot warns of a range without extent, as of one epoch: such a one is widened by 1 either way.
std::string range_of(const Figure& figure, const char* axis, bool second, double FigurePoint::*coordinate) {
    std::optional<double> low, high;
    for (const FigureSeries& series : figure.series) {
        if (coordinate == &FigurePoint::y && series.on_second_axis != second) continue;
        for (const FigurePoint& point : series.points) {
            low = std::min(low.value_or(point.*coordinate), point.*coordinate);
            high = std::max(high.value_or(point.*coordinate), point.*coordinate);
        }
    }
    if (!low || *low != *high) return "";
    return fmt::format("set {}range [{}:{}]\n", axis, *low - 1, *high + 1);
}

}  // namespace

std::string figure_script_file(const std::string& svg) {
    return std::filesystem::path(svg).replace_extension(".gnuplot").string();
}

std::string figure_script(const Figure& figure, const std::string& svg) {
    std::string script = fmt::format(
        "set terminal svg size 800,500 noenhanced\nset output {}\nset title {}\nset xlabel {}\nset ylabel "
        "{}\n"
        "set key outside right\nset grid\n",
        quoted(svg), quoted(figure.title), quoted(figure.x_label), quoted(figure.y_label));
    if (!figure.second_y_label.empty())
        script +=
            fmt::format("set y2label {}\nset ytics nomirror\nset y2tics\n", quoted(figure.second_y_label));
    script += range_of(figure, "x", false, &FigurePoint::x) + range_of(figure, "y", false, &FigurePoint::y) +
              range_of(figure, "y2", true, &FigurePoint::y);
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
        const FigureSeries& series = figure.series[i];
        script += fmt::format("$series{} << END\n", i);
        bool spread = false;
        for (const FigurePoint& point : series.points) {
            script += fmt::format("{} {} {}\n", point.x, point.y, point.deviation);
            spread = spread || point.deviation > 0;
        }
        script += "END\n";
        const char* axes = series.on_second_axis ? "x1y2" : "x1y1";
        parts.push_back(fmt::format("$series{} using 1:2 axes {} with linespoints linecolor {} title {}", i,
                                    axes, i + 1, quoted(series.title)));
        if (spread) {
            parts.push_back(fmt::format("$series{} using 1:2:3 axes {} with yerrorbars linecolor {} notitle",
                                        i, axes, i + 1));
        }
    }
    return script + fmt::format("plot {}\n", fmt::join(parts, ", \\\n     "));
}

bool draw_figure(const Figure& figure, const std::string& svg) {
    const std::string script = figure_script_file(svg);
    {
        std::ofstream out(script, std::ios::trunc);
        out << figure_script(figure, svg);
        out.flush();
        if (!out) throw Error("{}: cannot be written", script);
    }
    if (!figure::run_gnuplot("", {script})) {
        std::cerr << fmt::format("no figure, gnuplot is not installed: `gnuplot {}` draws it\n", script);
        return false;
    }
    return true;
}

Figure log_figure(const std::string& log_file, const std::string& title) {
    std::ifstream in(log_file);
    if (!in) throw Error("{}: cannot be read", log_file);
    Figure figure{
        title, "epoch", "accuracy, %", "loss", {{"training", {}}, {"test", {}}, {"loss", {}, true}}};
    std::string line;
    std::getline(in, line);  // the header
    while (std::getline(in, line)) {
        std::istringstream row(line);
        std::vector<std::optional<double>> cells;
        for (std::string cell; std::getline(row, cell, ',');)
            cells.push_back(config::ValueText<double>::parse(cell));
        if (cells.size() < 4 || !cells[0] || !cells[1] || !cells[2])
            throw Error("{}: '{}': epoch, loss and accuracy expected", log_file, line);
        figure.series[0].points.push_back({*cells[0], *cells[2]});
        if (cells[3]) figure.series[1].points.push_back({*cells[0], *cells[3]});
        figure.series[2].points.push_back({*cells[0], *cells[1]});
    }
    std::erase_if(figure.series, [](const FigureSeries& series) { return series.points.empty(); });
    return figure;
}

}  // namespace quell::train
