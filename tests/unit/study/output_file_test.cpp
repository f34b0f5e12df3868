#include "sw/study/output_file.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace quell;

TEST_CASE("a file is written as it is, over an old one", "[study]") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a.json");
    study::require_writable(file);
    CHECK_FALSE(std::filesystem::exists(file));  // asking leaves nothing behind
    study::write_file(file, "something longer");
    study::require_writable(file);
    study::write_file(file, "short\n");
    std::ostringstream content;
    content << std::ifstream(file).rdbuf();
    CHECK(content.str() == "short\n");
}

TEST_CASE("a file that cannot be written is said to be so", "[study]") {
    const test::TemporaryFolder folder;
    const std::string nowhere = folder.file("no/a.json");
    CHECK_THROWS_WITH(study::require_writable(nowhere),
                      nowhere + ": cannot be written: No such file or directory");
    CHECK_THROWS_AS(study::require_writable(folder.path()), Error);
    CHECK_THROWS_WITH(study::write_file("/dev/full", "text"),
                      "/dev/full: cannot be written to its end: No space left on device");
}
