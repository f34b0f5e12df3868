#include "models/analog/device/programming_table.h"

#include "models/base/byte_order_mark.h"
#include "models/base/error.h"
#include "models/base/files.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace quell::analog {
namespace {

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_relative(const std::optional<double>& value) {
    return value && *value >= 0 && *value <= 1;
}

}  // namespace

ProgrammingTable::ProgrammingTable(const std::filesystem::path& file) {
    refuse_folder(file);
    std::ifstream in(file);
    if (!in) throw Error("{}: cannot be opened, expected a CSV file of target,sigma", file.string());
    std::string text;
    for (std::size_t line = 1; std::getline(in, text); ++line) {
        if (line == 1) remove_byte_order_mark(text);
        const std::string_view row = without_blanks(text);
        if (row.empty() || row.front() == '#') continue;
        if (targets_.empty() && row == "target,sigma") continue;
        const auto comma = row.find(',');
        const auto target = number(without_blanks(row.substr(0, comma)));
        const auto sigma =
            comma == std::string_view::npos ? std::nullopt : number(without_blanks(row.substr(comma + 1)));
        if (!is_relative(target) || !is_relative(sigma)) {
            throw Error("{}, line {}: \"{}\", expected target,sigma, two numbers from 0 to 1 (of Gmax)",
                        file.string(), line, row.substr(0, 80));
        }
        if (!targets_.empty() && *target <= targets_.back()) {
            throw Error("{}, line {}: target {} after {}, expected rising targets", file.string(), line,
                        *target, targets_.back());
        }
        targets_.push_back(*target);
        sigmas_.push_back(*sigma);
    }
    if (in.bad()) throw Error("{}: cannot be read to its end", file.string());
    if (targets_.size() < 2) {
        throw Error("{}: {} lines of target,sigma, expected at least 2", file.string(), targets_.size());
    }
}

double ProgrammingTable::sigma(double target) const {
    const auto above = std::upper_bound(targets_.begin(), targets_.end(), target);
    if (above == targets_.begin()) return sigmas_.front();
    if (above == targets_.end()) return sigmas_.back();
    const auto i = static_cast<std::size_t>(above - targets_.begin());
    const double share = (target - targets_[i - 1]) / (targets_[i] - targets_[i - 1]);
    return sigmas_[i - 1] + share * (sigmas_[i] - sigmas_[i - 1]);
}

}  // namespace quell::analog
