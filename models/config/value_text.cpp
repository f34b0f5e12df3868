#include "models/config/value_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace quell::config {
namespace {

template <typename T>
std::optional<T> parse_number(std::string_view text) {
    text = trimmed(text);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split_list(std::string_view text) {
    text = trimmed(text);
    std::vector<std::string> elements;
    if (text == "none") return elements;
    while (true) {
        const auto comma = text.find(',');
        elements.emplace_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return elements;
        text.remove_prefix(comma + 1);
    }
}

std::optional<bool> ValueText<bool>::parse(std::string_view text) {
    text = trimmed(text);
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::optional<std::int64_t> ValueText<std::int64_t>::parse(std::string_view text) {
    return parse_number<std::int64_t>(text);
}

std::optional<int> ValueText<int>::parse(std::string_view text) {
    return parse_number<int>(text);
}

std::optional<std::uint64_t> ValueText<std::uint64_t>::parse(std::string_view text) {
    return parse_number<std::uint64_t>(text);
}

std::optional<double> ValueText<double>::parse(std::string_view text) {
    const std::optional<double> value = parse_number<double>(text);
    if (value && !std::isfinite(*value)) return std::nullopt;
    return value;
}

std::string ValueText<double>::print(double value) {
    return fmt::format("{}", value);
}

std::optional<std::string> ValueText<std::string>::parse(std::string_view text) {
    text = trimmed(text);
    if (text.find_first_of("#\n\r") != std::string_view::npos) return std::nullopt;
    return std::string(text);
}

}  // namespace quell::config
