// A file's bytes; none where there is no such file.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace quell::test {

inline std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace quell::test
