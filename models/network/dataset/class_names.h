// What a network's classes are called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quell::network {

// A line per class, from class 0. Throws Error for a file that cannot be read or has no line.
std::vector<std::string> read_class_names(const std::string& file);

// The class of the line that is `name`, begins with it and a comma, or begins with it and a space where it is
// a synset's number ("n01443537"). Throws Error naming `file` when no line is, or more than one.
std::int64_t find_class(const std::vector<std::string>& lines, const std::string& name,
                        const std::string& file);

}  // namespace quell::network
