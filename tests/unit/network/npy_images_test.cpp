#include "models/network/dataset/npy_images.h"

#include "models/base/npy.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

using namespace quell;
using namespace quell::network;
using test::contains;

namespace {

class Pair : public test::TemporaryFolder {
public:
    void images(const NpyArray& array) const { write_npy(file("test_images.npy"), array); }
    void labels(const NpyArray& array) const { write_npy(file("test_labels.npy"), array); }
    void both() const {
        images(Tensor<std::uint8_t>({3, 1, 1, 2}, {1, 2, 3, 4, 5, 6}));
        labels(Tensor<std::uint8_t>({3}, {0, 7, 1}));
    }
    LabelledImages read(std::int64_t limit = 0) const { return read_npy_images(path(), "test", limit); }
};

}  // namespace

TEST_CASE("two arrays are a data set") {
    const Pair pair;
    pair.both();
    const LabelledImages images = pair.read();
    CHECK(images.image_shape == Shape{1, 1, 2});
    CHECK(images.labels == std::vector<std::int64_t>{0, 7, 1});
    CHECK(images.classes == 8);
    CHECK(images.image(1) == std::vector<std::uint8_t>{3, 4});
    const LabelledImages one = pair.read(1);
    CHECK(one.count() == 1);
    CHECK(one.classes == 8);
    pair.labels(Tensor<std::int64_t>({3}, {999, 300, 0}));
    CHECK(pair.read().labels == std::vector<std::int64_t>{999, 300, 0});
    CHECK(has_npy_images(pair.path(), "test"));
    CHECK(!has_npy_images(pair.path(), "train"));
}

TEST_CASE("arrays that are no data set are refused by a line with the file's name") {
    const Pair pair;
    CHECK_THROWS_WITH(pair.read(), contains("test_images.npy") && contains("cannot be opened"));
    pair.images(Tensor<float>({3, 1, 1, 2}));
    CHECK_THROWS_WITH(pair.read(), contains("test_images.npy: uint8 expected, float32 came"));
    pair.images(Tensor<std::uint8_t>({3, 2}));
    CHECK_THROWS_WITH(pair.read(), contains("test_images.npy: shape (N,C,H,W)") && contains("3x2 came"));
    pair.images(Tensor<std::uint8_t>({0, 1, 1, 2}));
    CHECK_THROWS_WITH(pair.read(), contains("at least one image expected, 0x1x1x2 came"));
    pair.both();
    CHECK_THROWS_WITH(pair.read(4), contains("test_images.npy: 4 images expected, 3 came"));
    CHECK(read_npy_images(pair.path(), "test", 4, Short::taken).count() == 3);
    pair.labels(Tensor<std::uint8_t>({2}, {0, 1}));
    CHECK_THROWS_WITH(pair.read(), contains("test_labels.npy: 3 labels expected, one per image, 2 came"));
    pair.labels(Tensor<std::uint8_t>({3, 1}, {0, 1, 2}));
    CHECK_THROWS_WITH(pair.read(), contains("test_labels.npy: shape (N) expected, 3x1 came"));
    pair.labels(Tensor<float>({3}));
    CHECK_THROWS_WITH(pair.read(), contains("test_labels.npy: uint8 or int64 expected, float32 came"));
    pair.labels(Tensor<std::int64_t>({3}, {0, -1, 0}));
    CHECK_THROWS_WITH(pair.read(), contains("test_labels.npy: image 1 has label -1"));
    std::filesystem::remove(pair.file("test_labels.npy"));
    CHECK_THROWS_WITH(pair.read(), contains("test_labels.npy"));
}
