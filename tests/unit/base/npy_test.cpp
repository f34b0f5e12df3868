#include "models/base/npy.h"
#include "models/base/sha256.h"
#include "tests/support/catch.h"

#include <cstring>
#include <filesystem>
#include <fstream>

using namespace quell;

namespace {

std::string temporary(const std::string& name) {
    return (std::filesystem::temp_directory_path() / ("quell-npy-test-" + name)).string();
}

// An array as NumPy 1.24 writes np.arange(6, dtype='<i2').reshape(2, 3).
std::string numpy_file() {
    std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
    std::string header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }";
    header.append(117 - header.size(), ' ');
    bytes += header + "\n";
    for (char value = 0; value < 6; ++value) bytes += {value, '\0'};
    return bytes;
}

NpyArray parse(const std::string& bytes) {
    return parse_npy(std::as_bytes(std::span(bytes)), "a.npy");
}

}  // namespace

TEST_CASE("an array that NumPy wrote is read", "[npy]") {
    const auto array = expect<std::int16_t>(parse(numpy_file()), "a.npy");
    CHECK(array.shape == Shape{2, 3});
    CHECK(array.values == std::vector<std::int16_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("written arrays are NumPy's bytes", "[npy]") {
    const std::string path = temporary("written.npy");
    write_npy(path, Tensor<std::int16_t>({2, 3}, {0, 1, 2, 3, 4, 5}));
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    CHECK(bytes == numpy_file());
    std::filesystem::remove(path);
}

TEST_CASE("scalars, vectors and empty arrays come back", "[npy]") {
    const std::string path = temporary("shapes.npy");
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{5}, Shape{0}, Shape{3, 0, 2}, Shape{2, 1, 2}}) {
        Tensor<double> tensor(shape);
        for (std::size_t k = 0; k < tensor.values.size(); ++k)
            tensor.values[k] = 1.5 * static_cast<double>(k);
        write_npy(path, tensor);
        const auto back = expect<double>(read_npy(path), path);
        CHECK(back.shape == shape);
        CHECK(back.values == tensor.values);
    }
    std::filesystem::remove(path);
}

TEST_CASE("damaged arrays are refused", "[npy]") {
    const std::string good = numpy_file();
    CHECK_THROWS_WITH(parse(""), test::contains("not a .npy array"));
    CHECK_THROWS_WITH(parse("hello, this is text"), test::contains("not a .npy array"));
    CHECK_THROWS_WITH(parse(good.substr(0, 40)), test::contains("cut off"));
    CHECK_THROWS_WITH(parse(good.substr(0, good.size() - 1)),
                      test::contains("12 bytes, 11 came") || test::contains("has 12"));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string bytes = good;
        bytes.replace(bytes.find(from), from.size(), to);
        return bytes;
    };
    CHECK_THROWS_WITH(parse(with("False", "True ")), test::contains("Fortran"));
    CHECK_THROWS_WITH(parse(with("<i2", "<c8")), test::contains("'<c8' is not known"));
    CHECK_THROWS_WITH(parse(with("(2, 3)", "(9999999999999,)")), test::contains("dimension above"));
    CHECK_THROWS_WITH(parse(with("(2, 3)", "(99999, 99999)")), test::contains("more than"));
    CHECK_THROWS_WITH(parse(with("'shape'", "'shade'")), test::contains("'shape'"));
}

TEST_CASE("archives keep their arrays and refuse damage", "[npy]") {
    const std::string path = temporary("archive.npz");
    write_npz(path, {{"a", Tensor<float>({2}, {1.0F, -2.5F})}, {"b.c", Tensor<std::int32_t>({}, {7})}});
    const auto arrays = read_npz(path);
    REQUIRE(arrays.size() == 2);
    CHECK(expect<float>(arrays.at("a"), "a").values == std::vector<float>{1.0F, -2.5F});
    CHECK(expect<std::int32_t>(arrays.at("b.c"), "b.c").values.front() == 7);
    CHECK_THROWS_WITH(expect<float>(arrays.at("b.c"), "here"),
                      test::contains("here: float32 expected, int32 came"));

    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, size / 2);
    CHECK_THROWS_AS(read_npz(path), Error);
    CHECK_THROWS_WITH(read_npz("/nowhere/a.npz"), test::contains("/nowhere/a.npz"));
    std::filesystem::remove(path);
}

TEST_CASE("a folder is no array and no archive", "[npy]") {
    CHECK_THROWS_WITH(read_npy("/tmp"), "/tmp: a folder, not a file");
    CHECK_THROWS_WITH(read_npz("/tmp"), "/tmp: a folder, not a file");
    CHECK_THROWS_WITH(write_npz("/tmp", {}), "/tmp: a folder, not a file");
}

TEST_CASE("digests are those of the standard", "[sha256]") {
    // FIPS 180-2, appendix B.1.
    const std::string abc = "abc";
    CHECK(sha256(std::as_bytes(std::span(abc))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
