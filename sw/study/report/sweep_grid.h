// A sweep's done points by the levels of its axes, and means over its seeds.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/sweep/study_table.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

// An axis with two values or more.
struct GridAxis {
    std::size_t column = 0;  // among the study's axes
    std::string name, label;
    bool numeric = false;             // every value is a number
    bool seeds = false;               // its values are draws of the same thing
    std::vector<std::string> values;  // in rising order where they are numbers
    std::vector<double> numbers;      // of a numeric axis
    std::vector<std::string> labels;  // of the values, for ticks and legends: "1 h"
};

// "noise.seed", "device.chip_seed": draws of the same thing.
bool is_seed(const std::string& name);

// Whether a name says its unit itself: "latency_us", "noise.sigma_percent".
bool names_unit(const std::string& name, const std::string& unit);

struct SeedMean {
    double mean = 0, deviation = 0;  // standard deviation of the sample; 0 for a single value
    std::size_t count = 0;
};

class SweepGrid {
public:
    explicit SweepGrid(const StudyTable& study);

    const StudyTable& study() const { return study_; }
    const std::vector<GridAxis>& axes() const { return axes_; }
    std::vector<const GridAxis*> plain_axes() const;  // without those of seeds
    std::vector<const GridAxis*> seed_axes() const;
    // A point's value of an axis, as its place among the axis' values.
    std::size_t level(std::size_t point, const GridAxis& axis) const {
        return levels_[point][static_cast<std::size_t>(&axis - axes_.data())];
    }
    bool is_factorial() const { return study_.design == "factorial"; }

    // Metric `metric` by the levels of `x` and, unless null, of `series`: means over the seeds, every other
    // axis at the value of the first done point. [series][x]; a single series without that axis.
    std::vector<std::vector<std::optional<SeedMean>>> means(std::size_t metric, const GridAxis& x,
                                                            const GridAxis* series) const;
    // The values themselves, by the levels of `group` (one group without).
    std::vector<std::vector<double>> values(std::size_t metric, const GridAxis* group) const;
    // "denoiser.lanes = 4, ...": the axes that are neither of them, nor seeds. Empty: none.
    std::string fixed(const GridAxis& x, const GridAxis* series) const;

    // Where a numeric axis' values stand in a figure, and the axis without its range.
    FigureAxis figure_axis(const GridAxis& axis) const;
    std::vector<double> positions(const GridAxis& axis) const;
    // The same with its values side by side, half a place free at both ends.
    static FigureAxis even_axis(const GridAxis& axis);

private:
    template <typename Visit>
    void visit(std::size_t metric, const GridAxis* x, const GridAxis* series, Visit&& visit) const;

    const StudyTable& study_;
    std::vector<GridAxis> axes_;
    std::vector<std::vector<std::size_t>> levels_;  // of a point, by axes_
    std::optional<std::size_t> first_done_;
};

// Of at least one value.
SeedMean mean_of(const std::vector<double>& values);

// "latency of one image, us"
std::string metric_label(const Metric& metric);

}  // namespace quell::study
