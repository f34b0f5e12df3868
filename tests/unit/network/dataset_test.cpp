#include "models/network/dataset/cifar10.h"
#include "models/network/dataset/preprocessing.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"

#include <unistd.h>

#include <fstream>

using namespace quell;
using namespace quell::network;

namespace {

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "quell_cifar10_XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    // Records with these labels; pixel p of record r is (r + p) mod 251.
    std::filesystem::path write(const std::string& name, const std::vector<int>& labels,
                                std::size_t cut = 0) const {
        std::string bytes;
        for (std::size_t r = 0; r < labels.size(); ++r) {
            bytes += static_cast<char>(labels[r]);
            for (std::size_t p = 0; p < 3072; ++p) bytes += static_cast<char>((r + p) % 251);
        }
        bytes.resize(bytes.size() - cut);
        std::ofstream(path_ / name, std::ios::binary) << bytes;
        return path_ / name;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("CIFAR-10's records") {
    const Folder folder;
    folder.write("test_batch.bin", {3, 0, 9});
    const auto images = read_cifar10(folder.path(), Cifar10Part::test, 3);
    CHECK(images.labels == std::vector<std::int64_t>{3, 0, 9});
    CHECK(images.image_shape == Shape{3, 32, 32});
    CHECK(images.image(2)[5] == 7);
    CHECK(images.image(2).size() == 3072);
    CHECK(read_cifar10(folder.path(), Cifar10Part::test, 2).count() == 2);
    CHECK(read_cifar10_calibration(folder.path(), 2).labels == std::vector<std::int64_t>{3, 0});
    CHECK(read_cifar10_calibration(folder.path(), 100).count() == 3);

    for (int batch = 1; batch <= 2; ++batch) {
        folder.write("data_batch_" + std::to_string(batch) + ".bin", std::vector<int>(10000, batch));
    }
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::train), test::contains("data_batch_3.bin"));
    const auto some = read_cifar10(folder.path(), Cifar10Part::train, 10001);
    CHECK(some.count() == 10001);
    CHECK(some.labels[9999] == 1);
    CHECK(some.labels[10000] == 2);
    CHECK(read_cifar10_calibration(folder.path(), 1).labels == std::vector<std::int64_t>{1});
}

TEST_CASE("bad CIFAR-10 files are refused by one line") {
    const Folder folder;
    CHECK_THROWS_WITH(read_cifar10(folder.path() / "none", Cifar10Part::test),
                      test::contains("no such folder"));
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::test), test::contains("test_batch.bin"));
    const auto cut = folder.write("cut.bin", {1, 2}, 100);
    CHECK_THROWS_WITH(read_cifar10_file(cut), test::contains("cut.bin") && test::contains("3073"));
    const auto empty = folder.write("empty.bin", {});
    CHECK_THROWS_WITH(read_cifar10_file(empty), test::contains("empty.bin"));
    const auto label = folder.write("label.bin", {1, 200});
    CHECK_THROWS_WITH(read_cifar10_file(label, 2), test::contains("image 1 has label 200"));
    CHECK_THROWS_WITH(read_cifar10_file(folder.path()), test::contains("a folder, not a file"));
}

TEST_CASE("a file with fewer images than asked for is refused, not taken for the whole") {
    const Folder folder;
    folder.write("test_batch.bin", {1, 2, 3, 4, 5});
    CHECK(read_cifar10(folder.path(), Cifar10Part::test, 5).count() == 5);
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::test, 6),
                      test::contains("test_batch.bin: 6 images expected, 5 came"));
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::test),
                      test::contains("test_batch.bin: 10000 images expected, 5 came"));
    folder.write("data_batch_1.bin", {1, 2});
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::train, 3),
                      test::contains("data_batch_1.bin: 3 images expected, 2 came"));
    CHECK_THROWS_WITH(read_cifar10_calibration(folder.path(), 3),
                      test::contains("data_batch_1.bin: 3 images expected, 2 came"));
    CHECK_THROWS_WITH(read_cifar10(folder.path(), Cifar10Part::train, 50001), test::contains("50000"));
}

TEST_CASE("the real test set") {
    const auto path = test::shared_data("cifar10");
    if (!path) return;
    const auto images = read_cifar10(*path, Cifar10Part::test);
    CHECK(images.count() == 10000);
    // A thousand of every class, as published.
    std::vector<int> counts(10);
    for (const auto label : images.labels) ++counts[static_cast<std::size_t>(label)];
    CHECK(counts == std::vector<int>(10, 1000));
}

TEST_CASE("pixels become (x scale - mean) / std") {
    const std::vector<std::uint8_t> pixels{0, 255, 51, 102};
    const auto image = preprocess(pixels, {2, 1, 2}, {1.0 / 255, {0.5, 0.2}, {0.25, 0.1}});
    CHECK(image.values[0] == -2);
    CHECK(image.values[1] == 2);
    CHECK(image.values[2] == Approx(0).margin(1e-6));
    CHECK(image.values[3] == Approx(2));
    CHECK(preprocess(pixels, {2, 1, 2}, {1, {0}, {1}}).values == std::vector<float>{0, 255, 51, 102});
    CHECK_THROWS_AS(preprocess(pixels, {2, 1, 2}, {1, {0, 0, 0}, {1}}), UsageError);
}
