#include "sw/train/harden_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace quell::train {
namespace {

std::vector<double> of_seeds(const HardenRow& row, const TestNoise& noise) {
    std::vector<double> values;
    for (const auto& accuracies : row.accuracies) values.push_back(accuracies.at(noise));
    return values;
}

std::vector<TestNoise> noises(const HardenResult& result) {
    std::vector<TestNoise> list{{"clean", 0}};
    for (const double sigma : result.sigmas) list.emplace_back("gaussian", sigma);
    if (result.device) list.emplace_back("device", 0);
    return list;
}

bool learnt(const HardenResult& result, const std::map<TestNoise, double>& accuracies) {
    return accuracies.at({"clean", 0}) > result.chance_percent;
}

// Over the seeds; nothing when one of them is beyond the range.
std::optional<Spread> midpoint(const HardenResult& result, const HardenRow& row) {
    std::vector<double> values;
    for (const auto& one : midpoints(result, row)) {
        if (!one) return std::nullopt;
        values.push_back(*one);
    }
    return spread_of(values);
}

std::string cell(const Spread& spread, std::size_t seeds) {
    return seeds > 1 ? fmt::format("{:.2f} +-{:.2f}", spread.mean, spread.deviation)
                     : fmt::format("{:.2f}", spread.mean);
}

}  // namespace

std::vector<std::optional<double>> midpoints(const HardenResult& result, const HardenRow& row) {
    std::vector<std::optional<double>> found;
    for (const auto& accuracies : row.accuracies) {
        // A network that knows nothing has nothing to lose halfway.
        if (!learnt(result, accuracies)) {
            found.emplace_back();
            continue;
        }
        std::vector<CurvePoint> points;
        for (const double sigma : result.sigmas)
            points.push_back({sigma, accuracies.at({"gaussian", sigma})});
        found.push_back(midpoint_level(accuracies.at({"clean", 0}), result.chance_percent, points));
    }
    return found;
}

void print_table(const HardenResult& result, std::ostream& out) {
    const std::size_t seeds = result.seeds.size();
    out << fmt::format(
        "{}: accuracy in % of {} images, {} seed{}, trained on {} images (noise {:g} %)\n\n{:<10}",
        result.model, result.test_images, seeds, seeds > 1 ? "s, mean +-deviation" : "", result.images,
        result.trained_sigma_percent, "sigma, %");
    const auto width = [&](const HardenRow& row) {
        return std::max<std::size_t>(row.method.size(), seeds > 1 ? 14 : 9);
    };
    const auto line = [&](const std::string& head, auto&& text) {
        out << fmt::format("{:<10}", head);
        for (const HardenRow& row : result.rows) out << fmt::format("  {:>{}}", text(row), width(row));
        out << '\n';
    };
    for (const HardenRow& row : result.rows) out << fmt::format("  {:>{}}", row.method, width(row));
    out << '\n';
    for (const TestNoise& noise : noises(result)) {
        line(noise.first == "gaussian" ? fmt::format("{:g}", noise.second) : noise.first,
             [&](const HardenRow& row) { return cell(spread_of(of_seeds(row, noise)), seeds); });
    }
    if (!result.sigmas.empty()) {
        line("midpoint", [&](const HardenRow& row) {
            const auto level = midpoint(result, row);
            if (level) return cell(*level, seeds);
            const bool all_learnt = std::ranges::all_of(
                row.accuracies, [&](const auto& accuracies) { return learnt(result, accuracies); });
            return all_learnt ? fmt::format("> {:g}", result.sigmas.back()) : std::string("-");
        });
    }
    line("parameters", [](const HardenRow& row) { return std::to_string(row.parameters); });
    if (!result.sigmas.empty()) {
        out << fmt::format(
            "\nmidpoint: sigma in % where accuracy is halfway between clean and chance ({:g} %); '>': beyond "
            "the range; '-': not above chance without noise\n",
            result.chance_percent);
    }
}

void print_json(const HardenResult& result, std::ostream& out) {
    nlohmann::ordered_json json{{"schema", "quell.harden/1"},
                                {"model", result.model},
                                {"train_images", result.images},
                                {"test_images", result.test_images},
                                {"seeds", result.seeds},
                                {"trained_sigma_percent", result.trained_sigma_percent},
                                {"chance_percent", result.chance_percent},
                                {"methods", nlohmann::ordered_json::array()}};
    const auto or_null = [](const std::optional<double>& value) {
        return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
    };
    for (const HardenRow& row : result.rows) {
        nlohmann::ordered_json method{{"method", row.method},
                                      {"parameters", row.parameters},
                                      {"points", nlohmann::ordered_json::array()}};
        for (const TestNoise& noise : noises(result)) {
            const auto values = of_seeds(row, noise);
            const Spread spread = spread_of(values);
            nlohmann::ordered_json point{{"noise", noise.first}};
            if (noise.first == "gaussian") point["sigma_percent"] = noise.second;
            point["accuracy_percent"] = spread.mean;
            point["spread_percent"] = spread.deviation;
            point["accuracy_percent_by_seed"] = values;
            method["points"].push_back(std::move(point));
        }
        if (!result.sigmas.empty()) {
            const auto level = midpoint(result, row);
            method["midpoint_percent"] = level ? nlohmann::ordered_json(level->mean) : nullptr;
            method["midpoint_spread_percent"] = level ? nlohmann::ordered_json(level->deviation) : nullptr;
            method["midpoint_percent_by_seed"] = nlohmann::ordered_json::array();
            for (const auto& one : midpoints(result, row))
                method["midpoint_percent_by_seed"].push_back(or_null(one));
        }
        json["methods"].push_back(std::move(method));
    }
    out << json.dump(2) << '\n';
}

void print_csv(const HardenResult& result, std::ostream& out) {
    out << "method,noise,sigma_percent,accuracy_percent,spread_percent,seeds,midpoint_percent,"
           "midpoint_spread_percent\n";
    for (const HardenRow& row : result.rows) {
        const auto level = result.sigmas.empty() ? std::nullopt : midpoint(result, row);
        for (const TestNoise& noise : noises(result)) {
            const Spread spread = spread_of(of_seeds(row, noise));
            out << fmt::format("{},{},{},{},{},{},{},{}\n", row.method, noise.first,
                               noise.first == "gaussian" ? fmt::format("{}", noise.second) : "", spread.mean,
                               spread.deviation, result.seeds.size(),
                               level ? fmt::format("{}", level->mean) : "",
                               level ? fmt::format("{}", level->deviation) : "");
        }
    }
}

std::string every_accuracy(const HardenResult& result) {
    std::string text = "method,seed,noise,sigma_percent,accuracy_percent\n";
    for (const HardenRow& row : result.rows) {
        for (std::size_t i = 0; i < result.seeds.size(); ++i) {
            for (const TestNoise& noise : noises(result)) {
                text += fmt::format("{},{},{},{},{}\n", row.method, result.seeds[i], noise.first,
                                    noise.first == "gaussian" ? fmt::format("{}", noise.second) : "",
                                    row.accuracies[i].at(noise));
            }
        }
    }
    return text;
}

Figure curves(const HardenResult& result) {
    Figure figure{result.model, "sigma of the noise, % of the magnitude", "accuracy, %", "", {}};
    for (const HardenRow& row : result.rows) {
        FigureSeries series{row.method, {}};
        for (const double sigma : result.sigmas) {
            const Spread spread = spread_of(of_seeds(row, {"gaussian", sigma}));
            series.points.push_back({sigma, spread.mean, spread.deviation});
        }
        figure.series.push_back(std::move(series));
    }
    return figure;
}

}  // namespace quell::train
