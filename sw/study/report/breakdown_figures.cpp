#include "sw/study/report/breakdown_figures.h"

#include "sw/study/report/figure_parts.h"
#include "sw/study/report/stacks.h"

#include <fmt/format.h>

namespace quell::study {

std::optional<Figure> breakdown_figure(const SweepGrid& grid, const std::string& whose,
                                       const GridAxis& axis) {
    const std::string head = whose + "_", tail = "_cycles";
    Figure figure;
    figure.data.columns = {axis.name};
    std::vector<Stack> stacks(axis.values.size());
    figure.data.rows.resize(axis.values.size());
    for (std::size_t i = 0; i < axis.values.size(); ++i) {
        stacks[i].position = static_cast<double>(i);
        figure.data.rows[i].emplace_back(axis.values[i]);
    }
    bool moves = false;
    for (std::size_t m = 0; m < grid.study().metrics.size(); ++m) {
        const std::string& name = grid.study().metrics[m].name;
        // denoiser_cycles itself is their sum.
        if (!name.starts_with(head) || !name.ends_with(tail) || name.size() <= head.size() + tail.size())
            continue;
        figure.data.columns.push_back(name);
        const auto means = grid.means(m, axis, nullptr)[0];
        std::optional<double> before;
        for (std::size_t i = 0; i < means.size(); ++i) {
            figure.data.rows[i].push_back(cell_if(means[i].has_value(), means[i] ? means[i]->mean : 0));
            if (!means[i]) continue;
            moves = moves || (before && *before != means[i]->mean);
            before = means[i]->mean;
            stacks[i].parts.emplace_back(name.substr(head.size(), name.size() - head.size() - tail.size()),
                                         means[i]->mean);
        }
    }
    if (!moves) return std::nullopt;
    figure.name = fmt::format("{}-cycles-over-{}", whose, axis.name);
    const std::string fixed = grid.fixed(axis, nullptr);
    figure.title = title_with(fmt::format("Where the {}'s cycles went", whose), fixed);
    figure.caption =
        fmt::format("Cycles of the {} by what they were spent on.", whose) + fixed_sentence(fixed);
    figure.x = SweepGrid::even_axis(axis);
    figure.y = {"cycles", false, true};
    figure.bars = stacked_bars(stacks, true);
    return figure;
}

}  // namespace quell::study
