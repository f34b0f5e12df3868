#include "sw/study/sweep/axis.h"

#include "models/base/error.h"
#include "models/config/value_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace quell::study {
namespace {

using config::ValueText;

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.emplace_back(config::trimmed(text.substr(0, at)));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

class AxisParser {
public:
    explicit AxisParser(const std::string& text) : text_(text) {}

    Axis parse() {
        const auto equals = text_.find('=');
        if (equals == std::string::npos || equals == 0)
            throw UsageError("--axis {}: expected KEY=VALUES, as in denoiser.cores=1..16", text_);
        axis_.name = std::string(config::trimmed(std::string_view(text_).substr(0, equals)));
        const std::string values = text_.substr(equals + 1);
        if (config::trimmed(values).empty()) refuse("there are no values");
        const bool semicolons = values.find(';') != std::string::npos;
        const std::vector<std::string> elements = split(values, semicolons ? ';' : ',');
        for (const std::string& element : elements) {
            if (element.empty()) refuse("a value between two separators is missing");
            if (!semicolons && add_range(element)) continue;
            axis_.values.push_back(element);
        }
        if (axis_.interval && (elements.size() > 1))
            refuse("an interval without a step stands alone, expected FROM:TO:STEP in a list");
        refuse_repetition();
        return std::move(axis_);
    }

private:
    [[noreturn]] void refuse(const std::string& why) const { throw UsageError("--axis {}: {}", text_, why); }

    // True when the element is a range rather than a value.
    bool add_range(const std::string& element) {
        if (const auto dots = element.find(".."); dots != std::string::npos) {
            const auto first = ValueText<std::int64_t>::parse(std::string_view(element).substr(0, dots));
            const auto last = ValueText<std::int64_t>::parse(std::string_view(element).substr(dots + 2));
            if (!first || !last) return false;  // a path, for instance
            if (*last < *first) refuse(fmt::format("{} runs backwards and is empty", element));
            require_count(static_cast<double>(*last) - static_cast<double>(*first) + 1);
            for (std::int64_t value = *first; value <= *last; ++value)
                axis_.values.push_back(std::to_string(value));
            return true;
        }
        const std::vector<std::string> parts = split(element, ':');
        if (parts.size() != 2 && parts.size() != 3) return false;
        std::vector<double> numbers;
        for (const std::string& part : parts) {
            const auto number = ValueText<double>::parse(part);
            if (!number) return false;
            numbers.push_back(*number);
        }
        if (numbers[1] < numbers[0]) refuse(fmt::format("{} runs backwards and is empty", element));
        if (numbers.size() == 2) {
            axis_.interval = {numbers[0], numbers[1]};
            return true;
        }
        if (!(numbers[2] > 0)) refuse(fmt::format("{} has a step that is not above 0", element));
        // The end belongs to it when a step meets it, be it by a rounding error.
        constexpr double tolerance = 1e-9;
        const double steps = std::floor((numbers[1] - numbers[0]) / numbers[2] + tolerance);
        require_count(steps + 1);
        for (std::int64_t i = 0; i <= static_cast<std::int64_t>(steps); ++i)
            axis_.values.push_back(readable(numbers[0] + static_cast<double>(i) * numbers[2]));
        return true;
    }

    // 0.1 + 2 * 0.1 is typed 0.3, not 0.30000000000000004.
    static std::string readable(double value) { return fmt::format("{:.12g}", value == 0 ? 0.0 : value); }

    void require_count(double count) const {
        if (count + static_cast<double>(axis_.values.size()) <= static_cast<double>(most_axis_values)) return;
        refuse(fmt::format("has {:.0f} values, at most {} are expected", count, most_axis_values));
    }

    void refuse_repetition() const {
        std::unordered_set<std::string_view> seen;
        for (const std::string& value : axis_.values) {
            if (!seen.insert(value).second) refuse(fmt::format("has {} twice", value));
        }
    }

    const std::string& text_;
    Axis axis_;
};

}  // namespace

Axis parse_axis(const std::string& text) {
    return AxisParser(text).parse();
}

}  // namespace quell::study
