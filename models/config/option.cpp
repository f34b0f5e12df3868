#include "models/config/option.h"

#include "models/base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

namespace quell::config {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

bool lies_within(double number, const Range& range) {
    return number <= range.maximum &&
           (range.minimum_excluded ? number > range.minimum : number >= range.minimum);
}

std::string describe(const Range& range) {
    if (range.maximum < unbounded && range.minimum_excluded)
        return fmt::format("above {}, at most {}", range.minimum, range.maximum);
    if (range.maximum < unbounded) return fmt::format("{} to {}", range.minimum, range.maximum);
    return fmt::format("{}{}", range.minimum_excluded ? "above " : "at least ", range.minimum);
}

// A number with something behind it is most often a number with its unit.
bool begins_with_number(std::string_view text) {
    const std::string_view body = trimmed(text);
    return !body.empty() && (body[0] == '-' || body[0] == '.' || (body[0] >= '0' && body[0] <= '9'));
}

}  // namespace

Option& Option::at_least(double minimum) {
    range_ = Range{minimum, unbounded};
    return *this;
}

Option& Option::above(double minimum) {
    range_ = Range{minimum, unbounded, true};
    return *this;
}

Option& Option::above(double minimum, double maximum) {
    range_ = Range{minimum, maximum, true};
    return *this;
}

std::string Option::section() const {
    const auto dot = name_.find('.');
    return dot == std::string::npos ? std::string() : name_.substr(0, dot);
}

std::string Option::key() const {
    const auto dot = name_.find('.');
    return dot == std::string::npos ? name_ : name_.substr(dot + 1);
}

std::string Option::legal_values() const {
    if (!choices_.empty()) return fmt::format("{}", fmt::join(choices_, ", "));
    return range_ ? describe(*range_) : kind_;
}

std::vector<std::string> Option::words() const {
    if (kind_ == ValueText<bool>::kind() && !flag_) return {"true", "false"};
    return choices_;
}

std::string Option::expectation() const {
    if (!choices_.empty()) return kind_ + " " + legal_values();
    std::string text = kind_;
    if (!unit_.empty()) text += " (" + unit_ + ")";
    if (range_) text += ", " + describe(*range_);
    return text;
}

Option::Option(std::string name, Repeated& field)
    : name_(std::move(name)),
      kind_("a text, as often as needed"),
      parse_([&field](std::string_view text) -> std::optional<Assignment> {
          return Assignment{[&field, held = std::string(text)] { field.values.push_back(held); }, {}};
      }),
      print_([&field] { return fmt::format("{}", fmt::join(field.values, " ")); }),
      repeated_(true) {}

void Option::assign(std::string_view text, const std::string& context, Origin origin) {
    const std::optional<Assignment> assignment = parse_(text);
    if (!assignment) {
        const bool unit_given =
            !unit_.empty() && choices_.empty() && begins_with_number(text) &&
            (std::isalpha(static_cast<unsigned char>(text.back())) != 0 || text.back() == '%');
        throw UsageError("{}: expected {}{}", context, expectation(),
                         unit_given ? "; write it without a unit" : "");
    }
    for (double number : assignment->numbers) {
        if (range_ && !lies_within(number, *range_)) {
            throw UsageError("{}: out of range, expected {}", context, expectation());
        }
    }
    assignment->store();
    origin_ = origin;
}

}  // namespace quell::config
