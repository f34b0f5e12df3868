// What the studies came to, beside what the papers say.
#pragma once

#include <string>
#include <vector>

namespace quell::study {

struct Finding {
    std::string what, paper, here;
};

// Of the results that are in the folder. Throws Error for a result that cannot be read.
std::vector<Finding> findings(const std::string& folder);

}  // namespace quell::study
