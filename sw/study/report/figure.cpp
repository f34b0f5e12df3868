#include "sw/study/report/figure.h"

#include "sw/figure/gnuplot.h"
#include "sw/study/report/axis_ticks.h"
#include "sw/study/report/palette.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace quell::study {
namespace {

using figure::quoted;

constexpr int width = 560;

// Of what is drawn along one axis.
class Extent {
public:
    explicit Extent(bool positive_only) : positive_only_(positive_only) {}
    void add(double value) {
        if (!std::isfinite(value) || (positive_only_ && value <= 0)) return;
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
    }
    void complete(FigureAxis& axis) const {
        const bool empty = low_ > high_;
        if (axis.low == axis.high) choose_range(axis, empty ? 1 : low_, empty ? 1 : high_);
        if (axis.ticks.empty()) choose_ticks(axis);
    }

private:
    bool positive_only_;
    double low_ = INFINITY, high_ = -INFINITY;
};

// Shortest text that reads back; gnuplot knows no other spelling of it than ours.
std::string number(double value) {
    return fmt::format("{}", value);
}

std::string axis_lines(const char* name, const FigureAxis& axis) {
    std::vector<std::string> ticks;
    for (const FigureTick& tick : axis.ticks)
        ticks.push_back(fmt::format("{} {}", quoted(tick.label), number(tick.at)));
    // Names at a slant leave no room for the axis' own, which is in the title.
    std::string lines = fmt::format("set {}label {}{}\n", name, axis.slanted ? "''" : quoted(axis.label),
                                    std::string_view(name) == "x" ? " offset 0,0.3" : "");
    if (axis.logarithmic) lines += fmt::format("set logscale {}\n", name);
    lines += fmt::format("set {}range [{}:{}]\n", name, number(axis.low), number(axis.high));
    lines += fmt::format("set {}tics nomirror out{} ({})\n", name, axis.slanted ? " rotate by -40" : "",
                         fmt::join(ticks, ", "));
    return lines;
}

FigureBox inside(const FigureBox& box, const Figure& figure) {
    return {std::max(box.left, figure.x.low), std::min(box.right, figure.x.high),
            std::max(box.bottom, figure.y.low), std::min(box.top, figure.y.high)};
}

bool is_visible(const FigureBox& box) {
    return box.right > box.left && box.top > box.bottom;
}

std::string box_line(const FigureBox& box) {
    return fmt::format("{} {} {} {} {} {}", number((box.left + box.right) / 2),
                       number((box.bottom + box.top) / 2), number(box.left), number(box.right),
                       number(box.bottom), number(box.top));
}

// Data blocks and what is drawn from them.
struct Plot {
    std::string blocks;
    std::vector<std::string> parts;

    // Text without a line begins no block: gnuplot refuses empty ones.
    void add(const std::string& name, const std::string& lines, const std::string& part,
             const std::string& title) {
        if (lines.empty()) return;
        blocks += fmt::format("${} << END\n{}END\n", name, lines);
        parts.push_back(
            fmt::format("${} {} {}", name, part, title.empty() ? "notitle" : "title " + quoted(title)));
    }
};

void add_bars(const Figure& figure, Plot& plot) {
    for (std::size_t i = 0; i < figure.bars.size(); ++i) {
        const FigureBars& bars = figure.bars[i];
        std::string lines;
        for (const FigureBox& box : bars.boxes) {
            if (const FigureBox seen = inside(box, figure); is_visible(seen)) lines += box_line(seen) + '\n';
        }
        plot.add(
            fmt::format("bars{}", i), lines,
            fmt::format("using 1:2:3:4:5:6 with boxxyerror linewidth 0.4 linecolor rgb '{}'", bars.colour),
            bars.title);
    }
}

void add_cells(const Figure& figure, Plot& plot) {
    std::string lines;
    for (const FigureCell& cell : figure.cells)
        lines += fmt::format("{} {}\n", box_line(cell.box), number(cell.value));
    plot.add("cells", lines, "using 1:2:3:4:5:6:7 with boxxyerror linecolor palette", "");
}

void add_curves(const Figure& figure, Plot& plot) {
    for (std::size_t i = 0; i < figure.curves.size(); ++i) {
        const FigureCurve& curve = figure.curves[i];
        std::string lines, deviations;
        for (const FigurePoint& point : curve.points) {
            if ((figure.x.logarithmic && point.x <= 0) || (figure.y.logarithmic && point.y <= 0)) continue;
            lines += fmt::format("{} {}\n", number(point.x), number(point.y));
            if (point.deviation > 0) {
                // A bar down to zero has no end on a logarithmic axis.
                const double low = std::max(point.y - point.deviation, figure.y.low);
                deviations += fmt::format("{} {} {} {}\n", number(point.x), number(point.y), number(low),
                                          number(point.y + point.deviation));
            }
        }
        const std::string look =
            fmt::format("linecolor rgb '{}' linewidth 2", curve_colours[curve.style % curve_colours.size()]);
        plot.add(fmt::format("deviations{}", i), deviations,
                 "using 1:2:3:4 with yerrorbars pointtype 0 " + look, "");
        const std::string dashes = fmt::format("dashtype {}", curve.style % 5 + 1);
        const std::string points =
            fmt::format("pointtype {} pointsize 0.9", markers[curve.style % markers.size()]);
        const std::string with = curve.steps     ? "steps " + dashes
                                 : !curve.line   ? "points " + points
                                 : curve.markers ? "linespoints " + dashes + " " + points
                                                 : "lines " + dashes;
        plot.add(fmt::format("curve{}", i), lines, fmt::format("using 1:2 with {} {}", with, look),
                 curve.title);
    }
}

// In the middle of the figure: gnuplot's own titles stand over the middle of the graph, and are cut off where
// long names stand at its left.
std::string title_lines(const Figure& figure) {
    const auto lines = 1 + std::ranges::count(figure.title, '\n');
    const double first = 1 - 20.0 / figure.height;
    return fmt::format("set label {} at screen 0.5,{} center\nset tmargin {}\n", quoted(figure.title),
                       number(first), 1 + 1.4 * static_cast<double>(lines));
}

std::string text_lines(const Figure& figure) {
    std::string lines;
    for (const FigureText& text : figure.texts) {
        lines += fmt::format("set label {} at {},{} {} front textcolor rgb '{}'\n", quoted(text.text),
                             number(text.x), number(text.y), text.centred ? "center" : "left offset 0.6,0",
                             text.light ? "white" : "black");
    }
    return lines;
}

std::string output_lines(const Figure& figure, const std::string& drawing) {
    const double inches = 5.6;
    const auto one = [&](const std::string& terminal, const char* ending, const std::string& draw) {
        return fmt::format("set terminal {} noenhanced background 'white'\nset output {}\n{}\n", terminal,
                           quoted(figure.name + ending), draw);
    };
    return one(fmt::format("svg size {},{} font 'sans-serif,15'", width, figure.height), ".svg", drawing) +
           one(fmt::format("pdfcairo size {}in,{}in font 'Sans,11'", inches, inches * figure.height / width),
               ".pdf", "replot") +
           one(fmt::format("pngcairo size {},{} font 'Sans,11' fontscale 2 linewidth 2 pointscale 2",
                           2 * width, 2 * figure.height),
               ".png", "replot") +
           "set output\n";
}

std::size_t key_entries(const Figure& figure) {
    const auto titled = [](const auto& each) { return !each.title.empty(); };
    return static_cast<std::size_t>(std::ranges::count_if(figure.bars, titled) +
                                    std::ranges::count_if(figure.curves, titled));
}

// Below the graph, in lines of text: names at a slant and the key. gnuplot's own guess for SVG, which knows
// no fonts, takes half the figure for the names.
std::string margin_lines(const Figure& figure) {
    if (!figure.x.slanted) return {};
    std::size_t longest = 0;
    for (const FigureTick& tick : figure.x.ticks) longest = std::max(longest, tick.label.size());
    constexpr std::size_t entries_a_line = 5;
    const double names = 0.34 * static_cast<double>(longest) + 1.5;
    const auto key = static_cast<double>((key_entries(figure) + entries_a_line - 1) / entries_a_line);
    return fmt::format("set bmargin {:.1f}\n", names + 1.3 * key);
}

// Thin enough for their white borders to take most of them.
bool has_thin_bars(const Figure& figure) {
    constexpr std::size_t most = 40;
    return std::ranges::any_of(figure.bars, [](const FigureBars& bars) { return bars.boxes.size() > most; });
}

// The range of the colours; gnuplot takes none without extent.
std::string colour_lines(const Figure& figure) {
    FigureAxis colours;
    const auto [low, high] =
        std::ranges::minmax(figure.cells, {}, [](const FigureCell& cell) { return cell.value; });
    if (low.value == high.value) {
        choose_range(colours, low.value, high.value);
    } else {
        colours.low = low.value;
        colours.high = high.value;
    }
    choose_ticks(colours);
    return fmt::format("unset grid\nunset key\nset palette defined ({})\n{}", viridis,
                       axis_lines("cb", colours)) +
           fmt::format("set cblabel {}\n", quoted(figure.cells_label));
}

}  // namespace

void complete_axes(Figure& figure) {
    Extent x(figure.x.logarithmic), y(figure.y.logarithmic);
    const auto add = [&](const FigureBox& box) {
        x.add(box.left);
        x.add(box.right);
        y.add(box.bottom);
        y.add(box.top);
    };
    for (const FigureBars& bars : figure.bars) std::ranges::for_each(bars.boxes, add);
    for (const FigureCell& cell : figure.cells) add(cell.box);
    for (const FigureCurve& curve : figure.curves) {
        for (const FigurePoint& point : curve.points) {
            x.add(point.x);
            y.add(point.y - point.deviation);
            y.add(point.y + point.deviation);
        }
    }
    x.complete(figure.x);
    y.complete(figure.y);
    constexpr int room_for_slanted_names = 90;
    if (figure.x.slanted) figure.height += room_for_slanted_names;
}

std::string gnuplot_script(const Figure& figure) {
    Plot plot;
    add_bars(figure, plot);
    add_cells(figure, plot);
    add_curves(figure, plot);
    const std::string drawing = fmt::format("plot {}", fmt::join(plot.parts, ", \\\n     "));
    std::string script =
        "reset session\nset encoding utf8\nset border 3 linecolor rgb '#444444'\n"
        "set grid linecolor rgb '#dddddd' linewidth 1\n";
    script +=
        fmt::format("set style fill solid 1 {}\n", has_thin_bars(figure) ? "noborder" : "border rgb 'white'");
    script += title_lines(figure);
    script += axis_lines("x", figure.x) + axis_lines("y", figure.y) + text_lines(figure);
    script += margin_lines(figure);
    script += "set key below center horizontal reverse Left maxcols 5 samplen 2 height 0.5\n";
    if (!figure.cells.empty()) script += colour_lines(figure);
    return script + plot.blocks + output_lines(figure, drawing);
}

}  // namespace quell::study
