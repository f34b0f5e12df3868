// What all data sets have in common: labels with an offset, the network's shape, calibration images, options.
#include "models/network/dataset/data_source.h"

#include "models/base/npy.h"
#include "models/config/configuration.h"
#include "models/network/dataset/data_arguments.h"
#include "tests/support/catch.h"
#include "tests/support/image_files.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>

using namespace quell;
using namespace quell::network;
using test::contains;

namespace {

const config::InputConfig input{};
const Shape shape{3, 2, 2};

void write_pair(const test::TemporaryFolder& folder, const std::string& part, std::uint8_t first_pixel) {
    Tensor<std::uint8_t> pixels({2, 3, 2, 2});
    pixels.values[0] = first_pixel;
    write_npy(folder.file(part + "_images.npy"), pixels);
    write_npy(folder.file(part + "_labels.npy"), Tensor<std::uint8_t>({2}, {0, 3}));
}

// What DataArguments makes of a command line.
DataSource parsed(const std::vector<std::string>& words) {
    config::OptionTable table;
    config::Configuration configuration;
    DataArguments data;
    config::register_options(table, configuration);
    data.register_arguments(table);
    table.parse_command_line(words);
    data.check(table);
    return data.source();
}

}  // namespace

TEST_CASE("an offset is added to the labels of any data set") {
    const test::TemporaryFolder folder;
    write_pair(folder, "test", 0);
    const LabelledImages images =
        read_dataset({Dataset::npy, folder.path(), Unreadable::fatal, "", 1}, Part::test, 0, shape, input);
    CHECK(images.labels == std::vector<std::int64_t>{1, 4});
    CHECK(images.classes == 5);
    CHECK_THROWS_WITH(
        read_dataset({Dataset::npy, folder.path(), Unreadable::fatal, "", -1}, Part::test, 0, shape, input),
        contains("--label-offset -1: the label of image 0 becomes -1"));
    const LabelledImages synthetic =
        read_dataset({Dataset::synthetic, "", Unreadable::fatal, "", 1}, Part::train, 11, {3, 32, 32}, input);
    CHECK(synthetic.labels[0] == 1);
    CHECK(synthetic.labels[9] == 10);
    CHECK(synthetic.classes == 11);
}

TEST_CASE("images of another shape than the network takes are refused by one line") {
    const test::TemporaryFolder folder;
    write_pair(folder, "test", 0);
    CHECK_THROWS_WITH(read_dataset({Dataset::npy, folder.path()}, Part::test, 0, {3, 4, 4}, input),
                      folder.path() + ": images of shape 3x2x2, the network takes 3x4x4");
    CHECK_THROWS_WITH(read_dataset({Dataset::synthetic, ""}, Part::test, 0, {3, 4, 4}, input),
                      "the synthetic set: images of shape 3x32x32, the network takes 3x4x4");
}

TEST_CASE("calibration takes images to train with, or says that there are none") {
    const test::TemporaryFolder pair;
    write_pair(pair, "test", 10);
    const DataSource npy{Dataset::npy, pair.path()};
    CalibrationImages calibration = read_calibration(npy, 16, shape, input);
    CHECK(calibration.missing == "train_images.npy");
    CHECK(calibration.images.count() == 2);
    CHECK(calibration.images.image(0)[0] == 10);
    write_pair(pair, "train", 20);
    calibration = read_calibration(npy, 1, shape, input);
    CHECK(calibration.missing.empty());
    CHECK(calibration.images.count() == 1);
    CHECK(calibration.images.image(0)[0] == 20);

    const test::TemporaryFolder folder;
    const auto picture = [&](const std::string& name, std::uint8_t value) {
        std::filesystem::create_directories(std::filesystem::path(folder.file(name)).parent_path());
        test::write_planes(folder.file(name), 2, 2, std::vector<std::uint8_t>(12, value));
    };
    picture("val/a/1.png", 30);
    const DataSource images{Dataset::images, folder.path()};
    CHECK(read_calibration(images, 16, shape, input).missing == "train");
    CHECK(read_calibration(images, 16, shape, input).images.image(0)[0] == 30);
    picture("train/a/1.png", 40);
    CHECK(read_calibration(images, 16, shape, input).missing.empty());
    CHECK(read_calibration(images, 16, shape, input).images.image(0)[0] == 40);

    CHECK(read_calibration({Dataset::synthetic, ""}, 30000, {3, 32, 32}, input).images.count() == 20000);
}

TEST_CASE("the options of data sets are for all commands alike") {
    CHECK(parsed({}).dataset == Dataset::cifar10);
    const DataSource source =
        parsed({"--data", "d", "--dataset", "images", "--unreadable", "skip", "--label-offset", "1",
                "--class-names", "n.txt", "--input.resize", "256"});
    CHECK(source.dataset == Dataset::images);
    CHECK(source.folder == "d");
    CHECK(source.unreadable == Unreadable::skip);
    CHECK(source.label_offset == 1);
    CHECK(source.class_names == "n.txt");
    CHECK_NOTHROW(parsed({"--dataset", "synthetic", "--label-offset", "1"}));

    CHECK_THROWS_WITH(parsed({"--dataset", "npy"}), contains("--dataset: there are no images to take"));
    CHECK_THROWS_WITH(parsed({"--unreadable", "skip"}),
                      contains("--unreadable: there are no images to take"));
    CHECK_THROWS_WITH(parsed({"--data", "d", "--dataset", "synthetic"}), contains("expected no folder"));
    CHECK_THROWS_WITH(parsed({"--data", "d", "--unreadable", "skip"}),
                      contains("--unreadable skip: without effect, expected --dataset images"));
    CHECK_THROWS_WITH(parsed({"--data", "d", "--dataset", "npy", "--class-names", "n.txt"}),
                      contains("--class-names n.txt: without effect"));
    CHECK_THROWS_WITH(parsed({"--data", "d", "--input.interpolation", "bicubic"}),
                      contains("input.interpolation = bicubic: without effect"));
    CHECK_THROWS_WITH(parsed({"--data", "d", "--dataset", "imagenet"}), contains("images"));
}
