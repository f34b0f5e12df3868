// `quell report`: stored results as a page with figures.
#pragma once

#include <string>
#include <vector>

namespace quell::study {

struct ReportRequest {
    std::vector<std::string> inputs;   // files: runs (JSON) and sweeps (SQLite)
    std::string folder;                // made where it is not there; empty: after the first input
    std::vector<std::string> metrics;  // of sweeps; none: their objectives
    std::string program_version;
};

struct ReportFiles {
    std::string page;
    bool drawn = true;  // false: gnuplot is not installed, and the page has tables alone
};

// Throws Error when an input is neither, or is broken, before anything is written; and when the folder cannot
// be written to.
ReportFiles write_report(const ReportRequest& request);

}  // namespace quell::study
