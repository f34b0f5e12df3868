// A figure: boxes, curves and numbers on two axes, and the gnuplot script that draws it as SVG, PDF and PNG.
#pragma once

#include "sw/study/report/data_table.h"

#include <string>
#include <vector>

namespace quell::study {

struct FigureTick {
    double at;
    std::string label;
};

struct FigureAxis {
    std::string label;  // with its unit
    bool logarithmic = false;
    bool from_zero = false;              // the range begins there
    double low = 0, high = 0;            // the range; found from what is drawn where both are the same
    std::vector<FigureTick> ticks = {};  // chosen where there are none
    bool slanted = false;                // long labels of ticks
};

// A rectangle; the axis' low end for a side at or below it, as of a bar on a logarithmic axis.
struct FigureBox {
    double left, right, bottom, top;
};

struct FigureBars {
    std::string title;  // in the legend; empty: not there
    std::string colour;
    std::vector<FigureBox> boxes;
};

struct FigurePoint {
    double x, y, deviation = 0;
};

struct FigureCurve {
    std::string title;
    std::size_t style = 0;  // colour, marker and dashes: see palette.h
    bool line = true, markers = true, steps = false;
    std::vector<FigurePoint> points;
};

// A cell of a map, its value as its colour.
struct FigureCell {
    FigureBox box;
    double value;
};

struct FigureText {
    double x, y;
    std::string text;
    bool light = false;  // on a dark ground
    bool centred = false;
};

struct Figure {
    std::string name;     // "cycles-per-layer": of its files
    std::string title;    // line breaks allowed
    std::string caption;  // below it, on the page
    FigureAxis x, y;
    std::vector<FigureBars> bars;
    std::vector<FigureCurve> curves;
    std::vector<FigureCell> cells;
    std::string cells_label;
    std::vector<FigureText> texts;
    int height = 390;  // of 560
    DataTable data;
};

// Ranges and ticks that are not given, found from what is drawn.
void complete_axes(Figure& figure);

// Writes NAME.svg, NAME.pdf and NAME.png of gnuplot's working folder; its data are in the script.
std::string gnuplot_script(const Figure& figure);

}  // namespace quell::study
