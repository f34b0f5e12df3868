#include "sw/study/report/data_table.h"

#include "models/base/csv.h"
#include "models/config/value_text.h"
#include "sw/figure/printable.h"

#include <fmt/format.h>

#include <cmath>

namespace quell::study {
namespace {

std::string field(const DataCell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return config::ValueText<double>::print(*number);
    if (const auto* text = std::get_if<std::string>(&cell)) return csv_field(*text);
    return {};
}

std::string field(const std::string& text) {
    return csv_field(text);
}

template <typename Fields>
std::string csv_line(const Fields& fields) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) line += (i > 0 ? "," : "") + field(fields[i]);
    return line + '\n';
}

std::string grouped(std::string digits) {
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        if (digits[i - 1] != '-') digits.insert(i, "\u202F");  // narrow, no line break
    }
    return digits;
}

bool is_numeric(const DataTable& table, std::size_t column) {
    bool any = false;
    for (const auto& row : table.rows) {
        if (std::holds_alternative<std::string>(row[column])) return false;
        any = any || std::holds_alternative<double>(row[column]);
    }
    return any;
}

}  // namespace

DataCell cell(const std::optional<double>& value) {
    return cell_if(value.has_value(), value.value_or(0));
}

DataCell cell_if(bool there, double value) {
    if (!there) return {};
    return value;
}

std::string csv(const DataTable& table) {
    std::string text = csv_line(table.columns);
    for (const auto& row : table.rows) text += csv_line(row);
    return text;
}

std::string readable(double value) {
    if (!std::isfinite(value)) return fmt::format("{}", value);
    const double size = std::fabs(value);
    if (size >= 1e15) return fmt::format("{:.4e}", value);
    if (size >= 9999.5) return grouped(fmt::format("{:.0f}", value));
    if (value == std::round(value)) return fmt::format("{:.0f}", value);
    return fmt::format("{:.5g}", value);
}

std::string html_escaped(std::string_view text) {
    std::string result;
    for (const char c : figure::printable(text)) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string html(const DataTable& table, const std::string& caption) {
    const auto& heads = table.titles.empty() ? table.columns : table.titles;
    std::vector<std::string> classes;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        classes.push_back(is_numeric(table, i) ? " class=\"n\"" : "");
    // The frame scrolls by the keyboard as well.
    std::string text = "<div class=\"scroll\" tabindex=\"0\"><table>";
    if (!caption.empty()) text += fmt::format("<caption>{}</caption>", html_escaped(caption));
    text += "<thead><tr>";
    for (std::size_t i = 0; i < heads.size(); ++i)
        text += fmt::format("<th scope=\"col\"{}>{}</th>", classes[i], html_escaped(heads[i]));
    text += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
        text += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            std::string shown;
            if (const auto* number = std::get_if<double>(&row[i])) shown = readable(*number);
            if (const auto* words = std::get_if<std::string>(&row[i])) shown = html_escaped(*words);
            // What is read rather than compared may be broken.
            const bool prose = shown.size() > 40 && shown.find(' ') != std::string::npos;
            text += fmt::format("<td{}>{}</td>", prose ? " class=\"long\"" : classes[i], shown);
        }
        text += "</tr>\n";
    }
    return text + "</tbody></table></div>\n";
}

}  // namespace quell::study
