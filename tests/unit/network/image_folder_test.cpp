#include "models/network/dataset/image_folder.h"

#include "models/base/error.h"
#include "models/network/dataset/class_folders.h"
#include "models/network/dataset/class_names.h"
#include "tests/support/catch.h"
#include "tests/support/image_files.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>

using namespace quell;
using namespace quell::network;
using test::contains;

namespace fs = std::filesystem;

namespace {

class Folder : public test::TemporaryFolder {
public:
    // 4x4 pixels of one value, as PNG.
    void gray(const std::string& name, std::uint8_t value, int size = 4) const {
        fs::create_directories(fs::path(file(name)).parent_path());
        const auto count = static_cast<std::size_t>(size * size);
        test::write_png(file(name),
                        {size, size, test::PngKind::gray, 8, std::vector<std::uint8_t>(count, value), {}});
    }
    void text(const std::string& name, const std::string& bytes) const {
        fs::create_directories(fs::path(file(name)).parent_path());
        test::write_bytes(file(name), bytes);
    }
    LabelledImages read(
        const ImageFolderRequest& request = {0, Short::refused, {3, 4, 4}, "", Unreadable::fatal, 1},
        const config::InputConfig& input = {}) const {
        return read_image_folder(path(), request, input);
    }
};

std::vector<int> first_pixels(const LabelledImages& images) {
    std::vector<int> values;
    for (std::int64_t i = 0; i < images.count(); ++i) values.push_back(images.image(i).at(0));
    return values;
}

const Shape small{3, 4, 4};

}  // namespace

TEST_CASE("classes are numbered in the order of their folders' names, and take turns") {
    const Folder folder;
    folder.gray("b/2.png", 12);
    folder.gray("b/10.png", 11);  // "10" comes before "2"
    folder.gray("a/x.PNG", 21);
    folder.gray("C/y.png", 31);  // capitals come before small letters
    folder.gray("b/deeper/0.png", 13);
    folder.text("b/notes.txt", "nothing");
    folder.text("b/.hidden.png", "nothing");
    folder.text("list.txt", "nothing");
    fs::create_directories(folder.file(".cache"));
    const LabelledImages images = folder.read();
    CHECK(images.class_names == std::vector<std::string>{"C", "a", "b"});
    CHECK(images.classes == 3);
    CHECK(images.image_shape == small);
    CHECK(images.labels == std::vector<std::int64_t>{0, 1, 2, 2, 2});
    CHECK(first_pixels(images) == std::vector<int>{31, 21, 11, 12, 13});
    CHECK(images.source->is_slow());

    const LabelledImages two = folder.read({2, Short::refused, small, "", Unreadable::fatal, 1});
    CHECK(first_pixels(two) == std::vector<int>{31, 21});
    CHECK_THROWS_WITH(folder.read({6, Short::refused, small, "", Unreadable::fatal, 1}),
                      contains(folder.path()) && contains("6 images expected, 5 came"));
    CHECK(folder.read({6, Short::taken, small, "", Unreadable::fatal, 1}).count() == 5);
}

TEST_CASE("images are brought to the network's extent, but for those that have it") {
    const Folder folder;
    // Left half dark, right half bright, 8 pixels wide.
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < 64; ++i) bytes.push_back(i % 8 < 4 ? 0 : 200);
    fs::create_directories(folder.file("a"));
    test::write_png(folder.file("a/1.png"), {8, 8, test::PngKind::gray, 8, bytes, {}});
    CHECK(folder.read({0, Short::refused, {3, 8, 8}, "", Unreadable::fatal, 1}).image(0)[3] == 0);
    // To 7 pixels (round(256/224 x 6) = 7), of which the middle 6: scale 8/7, the middle pixel takes both
    // halves alike.
    const auto six =
        folder.read({0, Short::refused, {3, 7, 6}, "", Unreadable::fatal, 1}, {1, {0}, {1}, 7}).image(0);
    CHECK(six.size() == 3 * 42);
    CHECK(six[3] == 100);
    const auto derived = folder.read({0, Short::refused, {3, 6, 6}, "", Unreadable::fatal, 1}).image(0);
    CHECK(std::vector<std::uint8_t>(derived.begin(), derived.begin() + 6) ==
          std::vector<std::uint8_t>(six.begin(), six.begin() + 6));
    // An image of the network's extent is enlarged and cut where input.resize says so.
    const auto enlarged =
        folder.read({0, Short::refused, {3, 8, 8}, "", Unreadable::fatal, 1}, {1, {0}, {1}, 16}).image(0);
    // Between pixels 3 and 4 of 8: a quarter of the way and three quarters.
    CHECK(std::vector<std::uint8_t>(enlarged.begin(), enlarged.begin() + 8) ==
          std::vector<std::uint8_t>{0, 0, 0, 50, 150, 200, 200, 200});
    CHECK_THROWS_WITH(folder.read({0, Short::refused, {3, 8, 8}, "", Unreadable::fatal, 1}, {1, {0}, {1}, 7}),
                      contains("input.resize = 7") && contains("at least 8"));
    CHECK_THROWS_WITH(folder.read({0, Short::refused, {1, 8, 8}, "", Unreadable::fatal, 1}),
                      contains("3xHxW") && contains("1x8x8"));
}

TEST_CASE("class names give folders the numbers of a network") {
    const Folder folder;
    folder.gray("goldfish/1.png", 1);
    folder.gray("n01440764/1.png", 2);
    folder.gray("hen/1.png", 3);
    folder.text("names.txt",
                "background\nn01440764 tench, Tinca tinca\r\ngoldfish, Carassius auratus\nhen\nhen house\n");
    const ImageFolderRequest request{0, Short::refused, small, folder.file("names.txt"), Unreadable::fatal,
                                     1};
    const LabelledImages images = folder.read(request);
    CHECK(images.labels == std::vector<std::int64_t>{2, 3, 1});
    CHECK(images.classes == 5);
    folder.gray("ostrich/1.png", 1);
    CHECK_THROWS_WITH(folder.read(request), contains("names.txt") && contains("no line is called ostrich"));
    folder.text("names.txt", "crane\ncrane, a machine\n");
    CHECK_THROWS_WITH(find_class(read_class_names(folder.file("names.txt")), "crane", "names.txt"),
                      contains("lines 1 and 2 are both called crane"));
    folder.text("names.txt", "");
    CHECK_THROWS_WITH(folder.read(request), contains("names.txt") && contains("none"));
    CHECK_THROWS_WITH(read_class_names(folder.file("none.txt")), contains("none.txt: cannot be read"));
    CHECK_THROWS_WITH(read_class_names(folder.path()), contains("a folder, not a file"));
}

TEST_CASE("a folder without classes, or a class without an image, is refused by a line with its name") {
    const Folder folder;
    CHECK_THROWS_WITH(folder.read(), contains(folder.path() + ": no folder in it"));
    folder.gray("1.png", 1);
    CHECK_THROWS_WITH(folder.read(), contains(folder.path() + ": no folder in it"));
    folder.gray("a/1.png", 1);
    fs::create_directories(folder.file("b/empty"));
    CHECK_THROWS_WITH(folder.read(), contains(folder.file("b") + ": no image in it"));
    folder.text("b/notes.txt", "");
    CHECK_THROWS_WITH(folder.read(), contains(folder.file("b") + ": no image in it"));
    // It is not an unreadable image.
    CHECK_THROWS_WITH(folder.read({0, Short::refused, small, "", Unreadable::skip, 1}),
                      contains("no image in it"));
    CHECK_THROWS_WITH(list_class_folders(folder.file("none")), contains("none: no such folder"));
    CHECK_THROWS_WITH(list_class_folders(folder.file("1.png")), contains("1.png") && contains("a file came"));
}

TEST_CASE("links are followed, but not in circles") {
    const Folder folder, elsewhere;
    elsewhere.gray("1.png", 1);
    elsewhere.gray("more/2.png", 2);
    fs::create_directory_symlink(elsewhere.path(), folder.file("a"));
    fs::create_directory_symlink("..", elsewhere.file("more/up"));
    fs::create_directory_symlink(".", elsewhere.file("self"));
    fs::create_symlink("loop", elsewhere.file("loop"));
    fs::create_symlink(elsewhere.file("1.png"), elsewhere.file("3.png"));
    CHECK(first_pixels(folder.read()) == std::vector<int>{1, 1, 2});
}

TEST_CASE("an unreadable image is fatal and named, or left out and counted") {
    const Folder folder;
    folder.gray("a/1.png", 1);
    folder.gray("a/3.png", 3);
    folder.gray("b/1.png", 11);
    folder.text("a/2.png", "no image");
    folder.text("b/2.jpg", "\xFF\xD8\xFF");
    fs::create_symlink("gone", folder.file("b/3.png"));
    const LabelledImages images = folder.read();
    CHECK(images.count() == 6);
    CHECK_THROWS_WITH(images.image(2), contains(folder.file("a/2.png")));
    for (const int threads : {1, 3}) {
        const LabelledImages rest = folder.read({0, Short::refused, small, "", Unreadable::skip, threads});
        CHECK(first_pixels(rest) == std::vector<int>{1, 11, 3});
        CHECK(rest.labels == std::vector<std::int64_t>{0, 1, 0});
        CHECK(rest.skipped.count == 3);
        CHECK_THAT(rest.skipped.first, contains(folder.file("a/2.png")));
        // Looked for until there are enough.
        CHECK(folder.read({2, Short::refused, small, "", Unreadable::skip, threads}).skipped.count == 0);
        CHECK_THROWS_WITH(folder.read({4, Short::refused, small, "", Unreadable::skip, threads}),
                          contains("4 images expected, 3 came"));
    }
    const Folder hopeless;
    hopeless.text("a/1.png", "no image");
    CHECK_THROWS_WITH(hopeless.read({0, Short::refused, small, "", Unreadable::skip, 1}),
                      contains("not one of 1 images can be read") && contains("1.png"));
}

TEST_CASE("the folders of both parts") {
    const Folder folder;
    folder.gray("tabby/1.png", 1);
    CHECK(image_part_folder(folder.path(), Part::test) == folder.path());
    CHECK_THROWS_WITH(image_part_folder(folder.path(), Part::train), contains(folder.file("train")));
    // A class may be called train.
    folder.gray("train/1.png", 1);
    CHECK(image_part_folder(folder.path(), Part::test) == folder.path());
    const Folder split;
    split.gray("train/a/1.png", 1);
    CHECK_THROWS_WITH(image_part_folder(split.path(), Part::test), contains(split.file("val")));
    split.gray("val/a/1.png", 1);
    CHECK(image_part_folder(split.path(), Part::train) == split.file("train"));
    CHECK(image_part_folder(split.path(), Part::test) == split.file("val"));
}
