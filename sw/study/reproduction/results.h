// Results of a reproduction, read back.
#pragma once

#include "sw/study/sweep/study_table.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace quell::study {

// Points of a sweep by the values of their axes.
class Results {
public:
    explicit Results(StudyTable table) : table_(std::move(table)) {}

    using Choice = std::map<std::string, std::string>;

    // The metric of the done points that have these values, in order.
    std::vector<double> of(const Choice& choice, const std::string& metric) const;
    // The first of them; not a number when there is none.
    double one(const Choice& choice, const std::string& metric) const;
    const std::vector<std::string>& values(const std::string& axis) const;

private:
    bool matches(const StudyPoint& point, const Choice& choice) const;

    StudyTable table_;
};

// "86.66 +- 0.08": mean and standard deviation of a sample.
std::string mean_and_deviation(const std::vector<double>& values);

// What `quell run --format json` printed. Throws Error naming the file.
nlohmann::json read_run(const std::string& file);

}  // namespace quell::study
