// The real data sets and networks beside the project, for tests that can do without them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace quell::test {

// The path of `name` under ../shared/data from the project's root. When it is not there: nothing, and CTest
// is told that the test was skipped.
//
//     const auto images = test::shared_data("cifar10/test_batch.bin");
//     if (!images) return;
std::optional<std::filesystem::path> shared_data(const std::string& name);

}  // namespace quell::test
