#include "models/base/memory_file.h"
#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <iterator>

using namespace quell;

namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("words in hexadecimal, two's complement, as many digits as they need", "[memory]") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("a.hex");
    {
        MemoryFile file(path, 16);
        file.comment("three words");
        file.words(std::vector<std::int16_t>{0, -1, -32768});
        CHECK(file.size() == 3);
        file.close();
    }
    CHECK(read_text(path) == "// three words\n0000\nffff\n8000\n");
    {
        MemoryFile file(path, 18);  // replaces; 18 bits are five digits
        file.row({-1, 1}, "a note");
        file.row({0x12345});
        CHECK(file.size() == 3);
        file.close();
    }
    CHECK(read_text(path) == "3ffff 00001  // a note\n12345\n");
    {
        MemoryFile file(path, 64);
        file.row({-2});
        file.close();
    }
    CHECK(read_text(path) == "fffffffffffffffe\n");
}

TEST_CASE("a memory file that cannot be written says so", "[memory]") {
    const test::TemporaryFolder folder;
    CHECK_THROWS_WITH(MemoryFile(folder.path(), 16), folder.path() + ": a folder, not a file");
    CHECK_THROWS_WITH(MemoryFile(folder.file("no/a.hex"), 16),
                      folder.file("no/a.hex") + ": cannot be written: No such file or directory");
    const auto fill = [](std::size_t words) {
        MemoryFile file("/dev/full", 16);
        file.words(std::vector<std::int16_t>(words));
        file.close();
    };
    for (const std::size_t words : {std::size_t{1}, std::size_t{1000000}})
        CHECK_THROWS_WITH(fill(words), "/dev/full: cannot be written: No space left on device");
}
