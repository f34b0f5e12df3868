#include "sw/train/harden_store.h"

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "models/config/value_text.h"
#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "sw/train/line_difference.h"
#include "sw/train/output_files.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <sstream>
#include <system_error>

namespace quell::train {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

void require_same_plan(const std::string& path, const std::string& found, const std::string& expected) {
    const LineDifference lines = first_difference(expected, found);
    if (lines.expected == lines.found) return;
    throw Error("{}: the plan of another study: '{}' expected, '{}' came", path, lines.expected, lines.found);
}

}  // namespace

HardenStore::HardenStore(std::string folder, const std::string& plan, bool resume)
    : folder_(std::move(folder)) {
    std::error_code failure;
    fs::create_directories(folder_, failure);
    if (failure) throw Error("{}: cannot be made: {}", folder_, failure.message());
    lock_.emplace(folder_);
    const std::string path = file("plan.txt");
    if (const auto found = read(path)) {
        if (!resume) throw UsageError("--output {}: a study is there, --resume goes on with it", folder_);
        require_same_plan(path, *found, plan);
    } else {
        write(path, plan);
    }
}

std::string HardenStore::stem(const HardenRun& run) const {
    return file(fmt::format("{}-{}", run.method, run.seed));
}

std::optional<network::Graph> HardenStore::find_network(const HardenRun& run) const {
    const std::string path = stem(run) + ".onnx";
    if (!fs::exists(path)) return std::nullopt;
    try {
        return network::import_onnx(path);
    } catch (const Error& error) {
        std::cerr << fmt::format("trained again, its file cannot be read: {}\n", error.what());
        return std::nullopt;
    }
}

void HardenStore::keep_network(const HardenRun& run, const network::Graph& graph) const {
    const std::string path = stem(run) + ".onnx";
    replace_file(path, [&](const std::string& fresh) { network::export_onnx(graph, fresh); });
}

namespace {

const std::string network_line = "# network ", header = "noise,sigma_percent,accuracy_percent";

std::string digest(const std::string& path) {
    const auto bytes = read(path);
    if (!bytes) throw Error("{}: cannot be read", path);
    return sha256(std::as_bytes(std::span(*bytes)));
}

}  // namespace

std::map<TestNoise, double> HardenStore::find_accuracies(const HardenRun& run) const {
    const auto text = read(stem(run) + ".accuracy.csv");
    if (!text) return {};
    std::istringstream in(*text);
    std::string line;
    if (!std::getline(in, line) || line != network_line + digest(stem(run) + ".onnx")) return {};
    if (!std::getline(in, line) || line != header) return {};
    std::map<TestNoise, double> accuracies;
    while (std::getline(in, line)) {
        std::istringstream row(line);
        std::string noise, sigma, accuracy;
        std::getline(row, noise, ',');
        std::getline(row, sigma, ',');
        std::getline(row, accuracy);
        const auto s = config::ValueText<double>::parse(sigma),
                   a = config::ValueText<double>::parse(accuracy);
        if (s && a) accuracies[{noise, *s}] = *a;
    }
    return accuracies;
}

void HardenStore::keep_accuracies(const HardenRun& run, const std::map<TestNoise, double>& accuracies) const {
    std::string text = network_line + digest(stem(run) + ".onnx") + "\n" + header + "\n";
    for (const auto& [noise, accuracy] : accuracies)
        text += fmt::format("{},{},{}\n", noise.first, noise.second, accuracy);
    write(stem(run) + ".accuracy.csv", text);
}

void HardenStore::write(const std::string& path, const std::string& text) const {
    replace_file(path, [&](const std::string& fresh) {
        std::ofstream out(fresh, std::ios::trunc | std::ios::binary);
        out << text;
        out.close();
        if (!out) throw Error("{}: cannot be written", path);
    });
}

}  // namespace quell::train
