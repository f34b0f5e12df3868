// A sweep as it comes out of its database: axes, metrics and points (docs/sweeps.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

enum class Better { less, more, none };

struct Metric {
    std::string name;   // "latency_us"
    std::string unit;   // "us"; empty: a number without one
    std::string title;  // "latency of one image", for figures
    Better better = Better::none;
};

struct StudyAxis {
    std::string name;                 // an option, or "model"
    std::string unit;                 // the option's, or empty
    std::vector<std::string> values;  // each once, in the order asked for; of a list of points: as they come
};

enum class PointStatus { done, failed, lost };
inline constexpr std::array status_names{"done", "failed", "lost"};
inline const char* status_name(PointStatus status) {
    return status_names[static_cast<std::size_t>(status)];
}

struct StudyPoint {
    std::int64_t number = 0;  // from 0, in the order of the design
    PointStatus status = PointStatus::done;
    std::string message;                         // why not done
    std::vector<std::string> values;             // one per axis
    std::vector<std::optional<double>> metrics;  // one per metric; empty unless done
};

struct StudyTable {
    std::string program_version;
    std::string program_build;    // or those, with commas between, in the order in which they took part
    std::string design;           // "factorial", "latin", "list"
    std::int64_t planned = 0;     // points of the whole study; more than points.size() while it is not done
    std::vector<StudyAxis> axes;  // slowest first
    std::vector<Metric> metrics;
    std::vector<std::string> objectives;         // names of metrics
    std::map<std::string, std::string> options;  // the configuration that all points start from
    std::vector<StudyPoint> points;              // in order of their numbers
};

// Throws Error naming the file: not there, no database, another program's or version's.
StudyTable read_study(const std::string& file);

}  // namespace quell::study
