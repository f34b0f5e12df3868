// The report's page: one HTML file with everything in it.
#pragma once

#include "sw/study/report/figure.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quell::study {

// A table under a heading of its own; `text` before it.
struct ReportTable {
    std::string heading, text;
    DataTable table;
};

struct ReportPart {
    std::string title;
    std::string banner;  // prominent, before everything: what is not there yet
    std::vector<std::string> paragraphs;
    std::vector<std::pair<std::string, std::string>> highlights;  // a figure and what it is
    std::vector<Figure> figures;
    std::vector<std::string> remarks;  // after the figures
    std::vector<ReportTable> tables;
    std::vector<std::pair<std::string, std::string>>
        files;  // further CSV files: name without ending, content
};

struct Report {
    std::string title, command, version;
    std::vector<std::string> paragraphs;
    std::vector<ReportTable> tables;  // before the parts
    std::vector<ReportPart> parts;
};

// `drawings` are SVG files' contents in the order of the figures of all parts; none: nothing is drawn.
std::string html(const Report& report, const std::vector<std::string>& drawings);

}  // namespace quell::study
