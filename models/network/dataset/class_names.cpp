#include "models/network/dataset/class_names.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace quell::network {
namespace {

bool is_synset(const std::string& name) {
    return name.size() == 9 && name[0] == 'n' &&
           std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> read_class_names(const std::string& file) {
    refuse_folder(file);
    std::ifstream in(file);
    if (!in) throw Error("{}: cannot be read: {}", file, std::strerror(errno));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        lines.push_back(line);
    }
    if (lines.empty()) throw Error("{}: a line per class expected, the file has none", file);
    return lines;
}

std::int64_t find_class(const std::vector<std::string>& lines, const std::string& name,
                        const std::string& file) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (!line.starts_with(name)) continue;
        const bool whole = line.size() == name.size();
        if (!whole && line[name.size()] != ',' && !(is_synset(name) && line[name.size()] == ' ')) continue;
        if (found) {
            throw Error("{}: lines {} and {} are both called {}, one was expected", file, *found + 1, i + 1,
                        name);
        }
        found = i;
    }
    if (!found) throw Error("{}: no line is called {}, as a class's folder is", file, name);
    return static_cast<std::int64_t>(*found);
}

}  // namespace quell::network
