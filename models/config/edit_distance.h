// How many letters to insert, delete or replace to turn one word into another (Levenshtein).
#pragma once

#include <cstddef>
#include <string_view>

namespace quell::config {

std::size_t edit_distance(std::string_view from, std::string_view to);

}  // namespace quell::config
