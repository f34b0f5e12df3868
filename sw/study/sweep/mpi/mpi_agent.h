// A rank that computes: takes chunks from rank 0 for the workers it has, and sends what they say.
#pragma once

#include "sw/study/sweep/workforce.h"

#include <cstddef>
#include <string>

namespace quell::study {

// Until rank 0 says stop.
void serve_rank_zero(Workforce& workforce, std::size_t workers);

// For a rank that cannot compute: says why, and waits for the end.
void refuse_rank_zero(const std::string& why);

}  // namespace quell::study
