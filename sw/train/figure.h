// Curves as an SVG, drawn by gnuplot where it is installed.
#pragma once

#include <string>
#include <vector>

namespace quell::train {

struct FigurePoint {
    double x = 0, y = 0, deviation = 0;
};

struct FigureSeries {
    std::string title;
    std::vector<FigurePoint> points;
    bool on_second_axis = false;
};

struct Figure {
    std::string title, x_label, y_label, second_y_label;
    std::vector<FigureSeries> series;
};

// The whole gnuplot script, data included, that writes `svg`.
std::string figure_script(const Figure& figure, const std::string& svg);

// Where the script of a figure goes: beside it, its ending .gnuplot.
std::string figure_script_file(const std::string& svg);

// Writes the script there and runs it. False where there is no gnuplot: one line
// on standard error says so. Throws Error when a file cannot be written or gnuplot fails.
bool draw_figure(const Figure& figure, const std::string& svg);

// Loss and accuracies over the epochs of a training's log (progress.h).
Figure log_figure(const std::string& log_file, const std::string& title);

}  // namespace quell::train
