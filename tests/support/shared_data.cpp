#include "tests/support/shared_data.h"

#include <iostream>

namespace quell::test {

std::optional<std::filesystem::path> shared_data(const std::string& name) {
    // CTest runs every test in the project's root.
    const std::filesystem::path path = std::filesystem::path("../shared/data") / name;
    if (std::filesystem::exists(path)) return path;
    std::cout << "[skipped] needs " << path.string() << '\n';
    return std::nullopt;
}

}  // namespace quell::test
