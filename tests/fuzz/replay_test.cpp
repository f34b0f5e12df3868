// The fuzzers' seeds and everything they ever found, replayed by the suite of every change.
#include "tests/fuzz/targets.h"
#include "tests/support/catch.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace {

void replay(const std::string& kind, void (*target)(quell::fuzz::Bytes), std::size_t least) {
    std::size_t count = 0;
    for (const char* folder : {"corpus", "regressions"}) {
        const std::filesystem::path path = std::filesystem::path(QUELL_FUZZ_FOLDER) / folder / kind;
        if (!std::filesystem::exists(path)) continue;
        std::set<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(path)) files.insert(entry.path());
        for (const auto& file : files) {
            std::ifstream stream(file, std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(stream),
                                          std::istreambuf_iterator<char>()};
            INFO(file.string());
            CHECK_NOTHROW(target({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
            ++count;
        }
    }
    CHECK(count >= least);
}

}  // namespace

TEST_CASE("ONNX files the fuzzer knows", "[fuzz]") {
    replay("onnx", quell::fuzz::run_onnx, 20);
}
TEST_CASE("configuration files the fuzzer knows", "[fuzz]") {
    replay("ini", quell::fuzz::run_ini, 2);
}
TEST_CASE("tensor files the fuzzer knows", "[fuzz]") {
    replay("tensor", quell::fuzz::run_tensor, 5);
}
