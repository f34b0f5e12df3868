// `quell eval` and `quell run` on every kind of data set.
#include "models/base/npy.h"
#include "models/network/dataset/image_file.h"
#include "models/network/dataset/synthetic.h"
#include "tests/support/catch.h"
#include "tests/support/image_files.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace fs = std::filesystem;

namespace {

constexpr const char* network_name = "resnet20_cifar10";

// The first 20 images of the synthetic set as a folder per class, every other one as JPEG, in `folder`; and
// what the files hold, in the folder's order, as two arrays in `pair`.
struct SameImages {
    test::TemporaryFolder folder, pair;

    SameImages() {
        const auto images = network::synthetic_images(network::SyntheticPart::test, 20);
        Tensor<std::uint8_t> pixels({20, 3, 32, 32});
        Tensor<std::int64_t> labels({20});
        for (std::int64_t i = 0; i < 20; ++i) {
            labels.values[static_cast<std::size_t>(i)] = images.labels[static_cast<std::size_t>(i)];
            const std::string path = name(i);
            fs::create_directories(fs::path(path).parent_path());
            const std::vector<std::uint8_t> planes = images.image(i);
            if (i % 2 == 0) {
                test::write_planes(path, 32, 32, planes);
            } else {
                test::JpegImage jpeg{32, 32, 3, {}, 95};
                for (std::size_t p = 0; p < 1024; ++p) {
                    for (std::size_t c = 0; c < 3; ++c) jpeg.bytes.push_back(planes[c * 1024 + p]);
                }
                test::write_jpeg(path, jpeg);
            }
            const network::RgbImage held = network::read_image_file(path);
            for (std::size_t p = 0; p < 1024; ++p) {
                for (std::size_t c = 0; c < 3; ++c)
                    pixels.values[static_cast<std::size_t>(i) * 3072 + c * 1024 + p] = held.pixels[p * 3 + c];
            }
        }
        write_npy(pair.file("test_images.npy"), pixels);
        write_npy(pair.file("test_labels.npy"), labels);
    }

    // Classes take turns in the synthetic set and in a folder.
    std::string name(std::int64_t i) const {
        return folder.file(fmt::format("class{}/{}.{}", i % 10, i / 10, i % 2 == 0 ? "png" : "JPEG"));
    }
};

nlohmann::json evaluated(const std::vector<std::string>& more) {
    std::vector<std::string> words{"eval", network_name, "--format", "json", "--noise.model", "gaussian"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = run_quell(words);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return nlohmann::json::parse(outcome.out);
}

std::vector<float> logits(const std::string& file) {
    return std::get<Tensor<float>>(read_npy(file)).values;
}

void refused(const std::vector<std::string>& words, int code, const std::string& what) {
    const Outcome outcome = run_quell(words);
    INFO(outcome.err);
    CHECK(outcome.code == code);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, contains(what));
    CHECK(outcome.error_lines() == 1);
}

}  // namespace

TEST_CASE("an image folder gives what two arrays of the same pixels give") {
    const SameImages same;
    const std::string one = same.pair.file("one.npy"), other = same.pair.file("other.npy");
    const auto folder = evaluated(
        {"--dataset", "images", "--data", same.folder.path(), "--dump-logits", one, "--threads", "2"});
    const auto pair = evaluated({"--dataset", "npy", "--data", same.pair.path(), "--dump-logits", other});
    CHECK(folder["images"] == 20);
    CHECK(folder["correct"] == pair["correct"]);
    CHECK(logits(one).size() == 200);
    CHECK(logits(one) == logits(other));
}

TEST_CASE_METHOD(test::SystemCFixture, "run takes the data sets of eval") {
    const SameImages same;
    const auto values = [&](const std::vector<std::string>& data) {
        std::vector<std::string> words{"run", network_name, "--noise.model", "none", "--format", "json"};
        words.insert(words.end(), data.begin(), data.end());
        const Outcome outcome = run_quell(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return nlohmann::json::parse(outcome.out);
    };
    CHECK_NOTHROW(values({"--dataset", "images", "--data", same.folder.path(), "--limit", "3"}));
    CHECK_NOTHROW(values({"--dataset", "synthetic", "--limit", "2"}));
    refused({"run", network_name, "--dataset", "images"}, 2, "--dataset: there are no images to take");
}

TEST_CASE("the synthetic set needs no folder") {
    const auto json = evaluated({"--dataset", "synthetic", "--limit", "12"});
    CHECK(json["images"] == 12);
}

TEST_CASE("an unreadable image ends eval, or is left out, counted and named") {
    const SameImages same;
    const std::string whole = test::file_bytes(same.name(3));
    test::write_bytes(same.name(3), whole.substr(0, whole.size() / 2));
    const std::vector<std::string> words{"eval",   network_name,       "--dataset", "images",
                                         "--data", same.folder.path(), "--format",  "json"};
    const Outcome fatal = run_quell(words);
    INFO(fatal.err);
    CHECK(fatal.code == 1);
    CHECK(fatal.out.empty());
    CHECK_THAT(fatal.err, contains(same.name(3) + ": cannot be read as an image: "));

    std::vector<std::string> skipping = words;
    skipping.insert(skipping.end(), {"--unreadable", "skip"});
    const Outcome rest = run_quell(skipping);
    INFO(rest.err);
    REQUIRE(rest.code == 0);
    CHECK_THAT(rest.err,
               contains("images that cannot be read and were left out: 1; the first: " + same.name(3)));
    const auto json = nlohmann::json::parse(rest.out);
    CHECK(json["images"] == 19);
    CHECK(json["unreadable"] == 1);
}

TEST_CASE("images that do not fit the network are refused by one line") {
    const test::TemporaryFolder pair, folder;
    write_npy(pair.file("test_images.npy"), Tensor<std::uint8_t>({1, 3, 8, 8}));
    write_npy(pair.file("test_labels.npy"), Tensor<std::uint8_t>({1}));
    refused({"eval", network_name, "--dataset", "npy", "--data", pair.path()}, 1,
            "images of shape 3x8x8, the network takes 3x32x32");
    refused({"eval", network_name, "--dataset", "images", "--data", folder.path()}, 1, "no folder in it");
    refused({"eval", network_name, "--dataset", "images", "--data", folder.file("none")}, 1,
            "no such folder");
    refused({"eval", network_name, "--dataset", "images", "--data", pair.file("test_labels.npy")}, 1,
            "a file came");
    for (int c = 0; c < 11; ++c) {
        fs::create_directories(folder.file(fmt::format("{}", c)));
        test::write_planes(folder.file(fmt::format("{}/1.png", c)), 32, 32, std::vector<std::uint8_t>(3072));
    }
    refused({"eval", network_name, "--dataset", "images", "--data", folder.path()}, 1,
            "the network has 10 outputs, the data set 11 classes");
    refused({"eval", network_name, "--dataset", "images", "--data", folder.path(), "--input.resize", "16"}, 2,
            "input.resize = 16");
    fs::create_directories(folder.file("empty"));
    refused({"eval", network_name, "--dataset", "images", "--data", folder.path()}, 1,
            folder.file("empty") + ": no image in it");
}
