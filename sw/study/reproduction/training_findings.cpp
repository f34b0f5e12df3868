#include "sw/study/reproduction/training_findings.h"

#include "models/base/csv.h"
#include "models/base/error.h"
#include "models/config/value_text.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "models/network/onnx_import.h"
#include "sw/study/report/sweep_grid.h"
#include "sw/study/reproduction/results.h"
#include "sw/study/reproduction/training_studies.h"
#include "sw/study/sweep/sweep_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace quell::study {
namespace {

// arXiv 2409.18553, abstract: averages over its networks.
constexpr const char* paper_average_parameters = "2.03 %";
constexpr const char* paper_average_drop = "31.7 / 1.15 points";

struct BlockCount {
    std::size_t blocks = 0;
    double parameters_percent = 0;  // of the network's without blocks
};

BlockCount count_blocks(const std::string& file) {
    network::Graph graph = network::import_onnx(file);
    const double all = static_cast<double>(network::statistics(graph).parameters);
    BlockCount count;
    count.blocks = network::take_blocks(graph).size();
    const double own = static_cast<double>(network::statistics(graph).parameters);
    count.parameters_percent = 100 * (all - own) / own;
    return count;
}

std::string shown(const BlockCount& count) {
    return fmt::format("{} blocks, {:.2f} % more parameters", count.blocks, count.parameters_percent);
}

// Accuracies under each noise of the axis, mean over the seeds: "88.9 / 88.5 / ...".
std::string over_noise(const Results& results, const std::string& model) {
    std::vector<std::string> list;
    for (const std::string& sigma : results.values("noise.sigma_percent")) {
        list.push_back(fmt::format(
            "{:.2f}",
            mean_of(results.of({{model_axis, model}, {"noise.sigma_percent", sigma}}, "accuracy_percent"))
                .mean));
    }
    return fmt::format("{}", fmt::join(list, " / "));
}

struct CurveRow {
    std::string method, noise, sigma, accuracy, spread, seeds, midpoint, midpoint_spread;
};

// As `quell harden --format csv` prints it.
std::vector<CurveRow> read_curves(const std::string& file) {
    std::ifstream in(file);
    std::vector<CurveRow> rows;
    std::string line;
    std::getline(in, line);
    for (int number = 2; std::getline(in, line); ++number) {
        const auto fields = split_csv_line(line);
        if (!fields || fields->size() != 8)
            throw Error(
                "{}:{}: is no line of `quell harden --format csv`; take the file away to print it again",
                file, number);
        const std::vector<std::string>& f = *fields;
        rows.push_back({f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]});
    }
    return rows;
}

// "95.8 +- 0.3"; "-" of nothing.
std::string rounded(const std::string& mean, const std::string& deviation, int digits) {
    const auto value = config::ValueText<double>::parse(mean),
               spread = config::ValueText<double>::parse(deviation);
    if (!value || !spread) return "-";
    return fmt::format("{:.{}f} +- {:.{}f}", *value, digits, *spread, digits);
}

// Clean, at the noise it was trained for, on a chip, and the midpoint; the whole curve is in the CSV file.
void hardening_findings_of(const std::string& network, const std::string& file, std::vector<Finding>& found) {
    const std::vector<CurveRow> rows = read_curves(file);
    for (const CurveRow& row : rows) {
        if (row.noise != "clean") continue;
        const auto at = [&](const char* noise, const char* sigma) {
            const auto point = std::ranges::find_if(rows, [&](const CurveRow& each) {
                return each.method == row.method && each.noise == noise && each.sigma == sigma;
            });
            return point == rows.end() ? "-" : rounded(point->accuracy, point->spread, 1);
        };
        found.push_back(
            {fmt::format("{}, {}: accuracy clean / 6 % / PCM; midpoint noise in % ({} seeds)", network,
                         row.method, row.seeds),
             "",
             fmt::format("{} / {} / {}; {}", rounded(row.accuracy, row.spread, 1), at("gaussian", "6"),
                         at("device", ""), rounded(row.midpoint, row.midpoint_spread, 2))});
    }
}

}  // namespace

void noise_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/noise.sqlite"));
    const std::string sigmas = fmt::format("{}", fmt::join(results.values("noise.sigma_percent"), " / "));
    for (const std::string& model : results.values(model_axis)) {
        found.push_back({fmt::format("accuracy at {} % of noise, `{}`", sigmas, network::display_name(model)),
                         "", over_noise(results, model)});
    }
}

void pcm_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/pcm.sqlite"));
    for (const char* blocks : {"none", "auto"}) {
        std::vector<std::string> list;
        for (const std::string& time : results.values("noise.time_s"))
            list.push_back(mean_and_deviation(
                results.of({{"denoiser.after", blocks}, {"noise.time_s", time}}, "accuracy_percent")));
        found.push_back(
            {fmt::format("accuracy on PCM after 25 s / 1 d / 1 y, {} (5 chips)",
                         std::string_view(blocks) == "none" ? "without blocks"
                                                            : "with blocks made for PCM a day old"),
             "", fmt::format("{}", fmt::join(list, " / "))});
    }
}

void placement_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/placements.sqlite"));
    std::vector<std::pair<std::string, std::string>> variants{{denoised_network, "gradient norm, 4 %"}};
    for (const PlacedVariant& variant : placed_variants()) variants.emplace_back(variant.name, variant.title);
    for (const auto& [name, title] : variants) {
        const std::string file = folder + "/" + name + ".onnx";
        found.push_back(
            {fmt::format("placement: {}", title), "",
             fmt::format("{}, {}, {:.0f} cycles",
                         mean_and_deviation(results.of({{model_axis, file}}, "accuracy_percent")),
                         shown(count_blocks(file)), results.one({{model_axis, file}}, "denoiser_cycles"))});
    }
}

void scratch_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/scratch.sqlite"));
    double parameters = 0, noisy_drop = 0, denoised_drop = 0;
    const auto count = static_cast<double>(results.values(model_axis).size());
    for (const std::string& model : results.values(model_axis)) {
        const auto accuracies = [&](const char* blocks, const char* sigma) {
            return results.of(
                {{model_axis, model}, {"denoiser.after", blocks}, {"noise.sigma_percent", sigma}},
                "accuracy_percent");
        };
        const std::vector<double> clean = accuracies("none", "0"), noisy = accuracies("none", "6"),
                                  denoised = accuracies("auto", "6");
        const BlockCount blocks = count_blocks(model);
        found.push_back({fmt::format("{}: clean / noisy / denoised", network::display_name(model)), "",
                         fmt::format("{:.2f} / {} / {}, {}", mean_of(clean).mean, mean_and_deviation(noisy),
                                     mean_and_deviation(denoised), shown(blocks))});
        parameters += blocks.parameters_percent / count;
        noisy_drop += (mean_of(clean).mean - mean_of(noisy).mean) / count;
        denoised_drop += (mean_of(clean).mean - mean_of(denoised).mean) / count;
    }
    found.push_back({"networks from scratch on average: more parameters", paper_average_parameters,
                     fmt::format("{:.2f} %", parameters)});
    found.push_back({"the same: points lost to noise without / with blocks", paper_average_drop,
                     fmt::format("{:.2f} / {:.2f} points", noisy_drop, denoised_drop)});
}

void hardening_findings(const std::string& folder, std::vector<Finding>& found) {
    std::vector<std::pair<std::string, std::string>> studies{{"the network", "hardening"}};
    for (const std::string& name : scratch_networks()) studies.emplace_back(name, "hardening-" + name);
    for (const auto& [network, name] : studies) {
        const std::string file = folder + "/" + name + ".csv";
        if (std::filesystem::exists(file)) hardening_findings_of(network, file, found);
    }
}

}  // namespace quell::study
