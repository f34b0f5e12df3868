#include "sw/train/output_files.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace quell;
using namespace quell::train;
using test::content;

TEST_CASE("a file is replaced as a whole or not at all") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a");
    const auto write = [](const std::string& text) {
        return [text](const std::string& fresh) { std::ofstream(fresh) << text; };
    };
    replace_file(file, write("first"));
    replace_file(file, [&](const std::string& fresh) {
        write("second")(fresh);
        CHECK(content(file) == "first");
    });
    CHECK(content(file) == "second");
    CHECK_THROWS_WITH(replace_file(file,
                                   [&](const std::string& fresh) {
                                       write("half")(fresh);
                                       throw Error("the disk is full");
                                   }),
                      "the disk is full");
    CHECK(content(file) == "second");
    CHECK_FALSE(std::filesystem::exists(file + ".new"));
    CHECK_THROWS_WITH(replace_file(folder.file("none/a"), [](const std::string&) {}),
                      test::contains("none/a"));
}

TEST_CASE("places to write to are tried and left as they were") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a");
    std::ofstream(file) << "earlier";
    require_writable({{"--output", file}, {"--log", folder.file("b"), false}, {"--other", "c"}}, 200000);
    CHECK(content(file) == "earlier");
    CHECK_FALSE(std::filesystem::exists(file + ".new"));
    CHECK_FALSE(std::filesystem::exists(folder.file("b")));
    require_writable({{"--log", "/dev/null", false}}, 10);
    CHECK_THROWS_AS(require_writable({{"--output", "/dev/null"}}, 10), Error);
    CHECK_THROWS_AS(require_writable({{"--output", folder.path()}}, 10), Error);
    CHECK_THROWS_AS(require_writable({{"--output", file}, {"--log", folder.path() + "/./a"}}, 10),
                    UsageError);
}
