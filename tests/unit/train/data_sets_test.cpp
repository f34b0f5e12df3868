// quell-train on image folders.
#include "models/base/npy.h"
#include "models/network/onnx_export.h"
#include "tests/support/catch.h"
#include "tests/support/image_files.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace quell;
using test::contains;

namespace fs = std::filesystem;

namespace {

// The same images as folders of PNG files and as arrays; classes take turns in both.
struct SameImages {
    test::TemporaryFolder folder, pair;

    SameImages() {
        network::export_onnx(test::small_network(), pair.file("small.onnx"));
        write("train", "train", test::bright_planes(96));
        write("val", "test", test::bright_planes(30, 2));
    }

    struct Outcome {
        int code;
        std::string text;
        auto lines() const { return std::count(text.begin(), text.end(), '\n'); }
    };

    // quell-train COMMAND small.onnx WORDS; what both streams get.
    Outcome run(const std::string& command, const std::string& words,
                const std::string& model = "small.onnx") const {
        const std::string text = pair.file("text");
        const int status = std::system(
            fmt::format("'{}' {} '{}' {} --input.mean 0.5 --input.std 0.25 --threads 1 > '{}' 2>&1",
                        QUELL_TRAIN, command, pair.file(model), words, text)
                .c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::file_bytes(text)};
    }

    std::string images() const { return fmt::format("--dataset images --data '{}'", folder.path()); }
    std::string arrays() const { return fmt::format("--dataset npy --data '{}'", pair.path()); }

private:
    void write(const std::string& part, const std::string& array_part,
               const network::LabelledImages& images) const {
        std::vector<std::vector<std::int64_t>> by_class(3);
        for (std::int64_t i = 0; i < images.count(); ++i)
            by_class[static_cast<std::size_t>(images.labels[static_cast<std::size_t>(i)])].push_back(i);
        Tensor<std::uint8_t> pixels({images.count(), 3, 8, 8});
        Tensor<std::int64_t> labels({images.count()});
        std::size_t place = 0;
        for (std::size_t turn = 0; place < labels.values.size(); ++turn) {
            for (std::size_t c = 0; c < 3; ++c) {
                if (turn >= by_class[c].size()) continue;
                const std::vector<std::uint8_t> planes = images.image(by_class[c][turn]);
                const std::string path = folder.file(fmt::format("{}/class{}/{:03}.png", part, c, turn));
                fs::create_directories(fs::path(path).parent_path());
                test::write_planes(path, 8, 8, planes);
                std::ranges::copy(planes,
                                  pixels.values.begin() + static_cast<std::ptrdiff_t>(place * planes.size()));
                labels.values[place++] = static_cast<std::int64_t>(c);
            }
        }
        write_npy(pair.file(array_part + "_images.npy"), pixels);
        write_npy(pair.file(array_part + "_labels.npy"), labels);
    }
};

}  // namespace

TEST_CASE("training, placement and evaluation on a folder of images come to what arrays of them give") {
    const SameImages same;
    const std::string training = " --budget 60 --epochs 2 --batch-size 16 --noise.sigma_percent 20 --output ";
    for (const auto& [data, name] :
         {std::pair(same.images(), "a.onnx"), std::pair(same.arrays(), "b.onnx")}) {
        const auto trained = same.run("train", data + training + same.pair.file(name));
        INFO(trained.text);
        REQUIRE(trained.code == 0);
    }
    CHECK(test::file_bytes(same.pair.file("a.onnx")).size() > 1000);
    CHECK(test::file_bytes(same.pair.file("a.onnx")) == test::file_bytes(same.pair.file("b.onnx")));
    const auto placed = same.run("place", same.images() + " --budget 60");
    CHECK(placed.code == 0);
    CHECK(placed.text == same.run("place", same.arrays() + " --budget 60").text);
    const auto evaluated = same.run("eval", same.images(), "a.onnx");
    INFO(evaluated.text);
    CHECK(evaluated.code == 0);
    CHECK_THAT(evaluated.text, contains("of 30 images right"));
    CHECK(evaluated.text == same.run("eval", same.arrays(), "a.onnx").text);
}

TEST_CASE("what training cannot do with a folder of images is said in one line") {
    const SameImages same;
    const auto refused = [&](const std::string& command, const std::string& words, const std::string& what) {
        const auto outcome = same.run(command, words);
        INFO(outcome.text);
        CHECK(outcome.code != 0);
        CHECK(outcome.lines() == 1);
        CHECK_THAT(outcome.text, contains(what));
    };
    // A class that only one part has.
    fs::create_directories(same.folder.file("val/class9"));
    test::write_planes(same.folder.file("val/class9/1.png"), 8, 8, std::vector<std::uint8_t>(192));
    refused("place", same.images(),
            "comes no more to train with and 'class9' to test with");
    fs::remove_all(same.folder.file("val/class9"));
    refused("place", same.images() + " --label-offset 1",
            "the network has 3 outputs, the data set 4 classes");
    refused("eval", same.images() + " --label-offset 1", "the network has 3 outputs, the data set 4 classes");
    refused("place", fmt::format("--dataset images --data '{}'", same.folder.file("val")),
            "train: no such folder");

    test::write_bytes(same.folder.file("train/class1/000.png"), "no image");
    refused("place", same.images(), "train/class1/000.png: cannot be read as an image");
    const auto skipping = same.run("place", same.images() + " --unreadable skip --budget 60");
    INFO(skipping.text);
    CHECK(skipping.code == 0);
    CHECK_THAT(skipping.text,
               contains("left out: 1; the first: " + same.folder.file("train/class1/000.png")));
}
