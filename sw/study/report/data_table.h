// Numbers and texts in rows and columns: what a figure shows, as CSV, and what the page shows, as HTML.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace quell::study {

using DataCell = std::variant<std::monostate, double, std::string>;

// Nothing, where there is none. Not inline: GCC 12 takes the text that a cell has not for one without a
// beginning.
DataCell cell(const std::optional<double>& value);
DataCell cell_if(bool there, double value);

struct DataTable {
    std::vector<std::string> columns;  // "latency_us"; the page shows `titles` where there are any
    std::vector<std::vector<DataCell>> rows;
    std::vector<std::string> titles;
};

// RFC 4180 with line feeds; numbers as the shortest text that reads back to the same value.
std::string csv(const DataTable& table);

// In five digits, whole numbers in all of theirs, in groups of three from 10000.
std::string readable(double value);

std::string html_escaped(std::string_view text);

// In a frame of its own that scrolls; columns of numbers to the right.
std::string html(const DataTable& table, const std::string& caption = {});

}  // namespace quell::study
