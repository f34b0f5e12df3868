#include "sw/study/wave_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace quell::study {
namespace {

// Identifiers of VCD: printable characters, as few as will do.
std::string identifier(std::size_t number) {
    constexpr std::size_t first = 33, count = 94;
    std::string text;
    do {
        text += static_cast<char>(first + number % count);
        number /= count;
    } while (number > 0);
    return text;
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts(1);
    for (const char c : path) {
        if (c == '.') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::string value_text(std::int64_t value, int width, const std::string& id) {
    const std::int64_t largest = (std::int64_t{1} << width) - 1;
    value = std::clamp<std::int64_t>(value, 0, largest);
    if (width == 1) return fmt::format("{}{}\n", value, id);
    return fmt::format("b{:b} {}\n", value, id);
}

}  // namespace

WaveFile::Signal WaveFile::add(const std::string& path, int width) {
    wires_.push_back({path, width, {}});
    return wires_.size() - 1;
}

void WaveFile::raise(Signal signal, std::int64_t begin, std::int64_t end, std::int64_t by) {
    if (end <= begin) return;
    wires_[signal].steps[begin] += by;
    wires_[signal].steps[end] -= by;
}

std::string WaveFile::text(std::int64_t from, std::int64_t to) const {
    std::string text = "$version quell $end\n$timescale 1 ps $end\n";
    const auto out = std::back_inserter(text);
    // A scope is opened once: wires come by their scopes.
    std::vector<std::size_t> order(wires_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::vector<std::vector<std::string>> parts;
    std::map<std::string, std::size_t> scope_rank;
    for (const Wire& wire : wires_) {
        parts.push_back(split(wire.path));
        std::string scope;
        for (std::size_t i = 0; i + 1 < parts.back().size(); ++i) {
            scope += (i > 0 ? "." : "") + parts.back()[i];
            scope_rank.emplace(scope, scope_rank.size());
        }
    }
    const auto ranks = [&](std::size_t wire) {
        std::vector<std::size_t> all;
        std::string scope;
        for (std::size_t i = 0; i + 1 < parts[wire].size(); ++i) {
            scope += (i > 0 ? "." : "") + parts[wire][i];
            all.push_back(scope_rank[scope]);
        }
        return all;
    };
    std::vector<std::vector<std::size_t>> keys;
    for (std::size_t i = 0; i < wires_.size(); ++i) keys.push_back(ranks(i));
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });

    std::vector<std::string> open;
    for (const std::size_t i : order) {
        const std::vector<std::string> scopes(parts[i].begin(), parts[i].end() - 1);
        std::size_t common = 0;
        while (common < std::min(open.size(), scopes.size()) && open[common] == scopes[common]) ++common;
        for (; open.size() > common; open.pop_back()) text += "$upscope $end\n";
        for (; open.size() < scopes.size(); open.push_back(scopes[open.size()]))
            fmt::format_to(out, "$scope module {} $end\n", scopes[open.size()]);
        fmt::format_to(out, "$var wire {} {} {}{} $end\n", wires_[i].width, identifier(i), parts[i].back(),
                       wires_[i].width == 1 ? "" : fmt::format(" [{}:0]", wires_[i].width - 1));
    }
    for (; !open.empty(); open.pop_back()) text += "$upscope $end\n";
    text += "$enddefinitions $end\n";

    std::vector<std::tuple<std::int64_t, std::size_t, std::int64_t>> changes;  // time, wire, value
    fmt::format_to(out, "#{}\n$dumpvars\n", from);
    for (std::size_t i = 0; i < wires_.size(); ++i) {
        std::int64_t value = 0;
        bool dumped = false;
        const auto dump = [&] {
            if (!dumped) text += value_text(value, wires_[i].width, identifier(i));
            dumped = true;
        };
        for (const auto& [time, step] : wires_[i].steps) {
            if (time > from) dump();
            value += step;
            if (time > from && time <= to && step != 0) changes.emplace_back(time, i, value);
        }
        dump();
    }
    text += "$end\n";
    std::ranges::stable_sort(changes, {}, [](const auto& change) { return std::get<0>(change); });
    std::int64_t now = from;
    for (const auto& [time, wire, value] : changes) {
        if (time != now) fmt::format_to(out, "#{}\n", now = time);
        text += value_text(value, wires_[wire].width, identifier(wire));
    }
    if (now < to) fmt::format_to(out, "#{}\n", to);
    return text;
}

}  // namespace quell::study
