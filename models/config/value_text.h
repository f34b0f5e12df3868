// Text to value and back, for every type an option may have. Printing a value and parsing it again gives the
// same value, bit for bit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quell::config {

// parse() returns nothing when the text as a whole is not such a value. kind() completes "expected ...".
// numbers() is what a range applies to.
template <typename T>
struct ValueText;

template <>
struct ValueText<bool> {
    static std::optional<bool> parse(std::string_view text);
    static std::string print(bool value) { return value ? "true" : "false"; }
    static std::string kind() { return "true or false"; }
    static std::vector<double> numbers(bool) { return {}; }
};

template <>
struct ValueText<std::int64_t> {
    static std::optional<std::int64_t> parse(std::string_view text);
    static std::string print(std::int64_t value) { return std::to_string(value); }
    static std::string kind() { return "a whole number"; }
    static std::vector<double> numbers(std::int64_t value) { return {static_cast<double>(value)}; }
};

template <>
struct ValueText<int> {
    static std::optional<int> parse(std::string_view text);
    static std::string print(int value) { return std::to_string(value); }
    static std::string kind() { return "a whole number"; }
    static std::vector<double> numbers(int value) { return {static_cast<double>(value)}; }
};

template <>
struct ValueText<std::uint64_t> {
    static std::optional<std::uint64_t> parse(std::string_view text);
    static std::string print(std::uint64_t value) { return std::to_string(value); }
    static std::string kind() { return "a whole number, 0 to 18446744073709551615"; }
    static std::vector<double> numbers(std::uint64_t value) { return {static_cast<double>(value)}; }
};

// Finite numbers only. Printed as the shortest text that parses back to the same value.
template <>
struct ValueText<double> {
    static std::optional<double> parse(std::string_view text);
    static std::string print(double value);
    static std::string kind() { return "a number"; }
    static std::vector<double> numbers(double value) { return {value}; }
};

// A '#' would begin a comment in a configuration file and a line break end the value: neither is a legal
// string.
template <>
struct ValueText<std::string> {
    static std::optional<std::string> parse(std::string_view text);
    static std::string print(const std::string& value) { return value; }
    static std::string kind() { return "a text without '#' and line breaks"; }
    static std::vector<double> numbers(const std::string&) { return {}; }
};

// The elements between the commas, without surrounding blanks. "none" is the empty list.
std::vector<std::string> split_list(std::string_view text);
std::string_view trimmed(std::string_view text);

template <typename T>
struct ValueText<std::vector<T>> {
    static std::optional<std::vector<T>> parse(std::string_view text) {
        std::vector<T> values;
        for (const std::string& element : split_list(text)) {
            std::optional<T> value = ValueText<T>::parse(element);
            if (!value || element.empty()) return std::nullopt;
            values.push_back(std::move(*value));
        }
        return values;
    }
    static std::string print(const std::vector<T>& values) {
        std::string text;
        for (const T& value : values) text += (text.empty() ? "" : ",") + ValueText<T>::print(value);
        return text.empty() ? "none" : text;
    }
    static std::string kind() { return "none or a list separated by commas, each " + ValueText<T>::kind(); }
    static std::vector<double> numbers(const std::vector<T>& values) {
        std::vector<double> all;
        for (const T& value : values) {
            for (double number : ValueText<T>::numbers(value)) all.push_back(number);
        }
        return all;
    }
};

// "auto": the program decides from its other input.
template <typename T>
struct ValueText<std::optional<T>> {
    static std::optional<std::optional<T>> parse(std::string_view text) {
        if (trimmed(text) == "auto") return std::optional<T>{};
        std::optional<T> value = ValueText<T>::parse(text);
        if (!value) return std::nullopt;
        return std::optional<std::optional<T>>{std::move(value)};
    }
    static std::string print(const std::optional<T>& value) {
        return value ? ValueText<T>::print(*value) : "auto";
    }
    static std::string kind() { return "auto, or " + ValueText<T>::kind(); }
    static std::vector<double> numbers(const std::optional<T>& value) {
        return value ? ValueText<T>::numbers(*value) : std::vector<double>{};
    }
};

}  // namespace quell::config
