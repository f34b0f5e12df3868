// The files of a training that cannot be read, or cannot be written: said in one line, before the work, and
// nothing that was there is lost.
#include "models/network/builtin/builtin.h"
#include "tests/support/catch.h"
#include "tests/unit/train/workplace.h"

#include <filesystem>
#include <regex>

using namespace quell;
using test::content;
using test::Workplace;

namespace {

void refused(const Workplace::Outcome& outcome, int code, const std::string& what) {
    INFO(outcome.err);
    CHECK(outcome.code == code);
    CHECK(outcome.error_lines() == 1);
    CHECK_THAT(outcome.err, test::contains(what));
}

}  // namespace

TEST_CASE("outputs that cannot be written are refused before the training") {
    const Workplace place;
    std::filesystem::create_directory(place.file("folder"));
    refused(place.run(place.training("none/a.onnx")), 1,
            "--output " + place.file("none/a.onnx") + ": there is no folder");
    refused(place.run(place.training("folder")), 1, "a folder, not a file");
    refused(place.run(place.training("a.onnx", {"--log", place.file("none/a.csv")})), 1, "--log");
    refused(place.run(place.training("a.onnx", {"--checkpoint", place.file("folder")})), 1, "--checkpoint");
    refused(place.run(place.training("a.onnx", {"--checkpoint", "/dev/full"})), 1,
            "--checkpoint /dev/full: no regular file");
    refused(place.run(place.training("a.onnx", {"--log", "/dev/full"})), 1,
            "/dev/full: cannot be written: No space left");
    refused(place.run(place.training("a.onnx", {"--log", place.file("a.onnx")})), 2,
            "--output is the same file");
    refused(place.run(place.training("a.onnx", {"--figure", place.file("none/a.svg")})), 1, "--figure");
    refused(place.run(place.training("a.onnx", {"--figure", place.file("small.onnx")})), 2,
            "the network that is trained");
    refused(place.run(place.training("a.onnx", {"--figure", place.file("a.checkpoint.npz")})), 2,
            "is the same file");
    // A disk with room for 40,000 bytes, and an artefact of an earlier training.
    std::ofstream(place.file("a.onnx")) << "earlier";
    refused(place.wait(place.start(place.training("a.onnx"), 40000)), 1,
            "bytes cannot be written there: File too large");
    CHECK(content(place.file("a.onnx")) == "earlier");
    for (const auto& entry : std::filesystem::directory_iterator(place.file(""))) {
        CAPTURE(entry.path());
        CHECK(entry.path().extension() != ".new");
        CHECK(entry.path().extension() != ".npz");  // no training began
    }
}

TEST_CASE("a checkpoint that is none, or another training's, is refused and stays") {
    const Workplace place;
    const std::vector<std::string> two{"--epochs", "2"};
    REQUIRE(place.run(place.training("a.onnx", two)).code == 0);
    const std::string file = place.file("a.checkpoint.npz"), whole = content(file);
    const auto resume = [&](std::vector<std::string> options) {
        options.push_back("--resume");
        return place.run(place.training("a.onnx", options));
    };
    refused(resume({"--epochs", "3"}), 1, "'epochs = 3' expected, 'epochs = 2' came");
    refused(resume({"--epochs", "2", "--seed", "9"}), 1, "checkpoint of another training");
    refused(resume({"--epochs", "2", "--noise.mean_percent", "1"}), 1, "a.checkpoint.npz");
    refused(resume({"--epochs", "2", "--method", "baseline"}), 1, "a.checkpoint.npz");
    network::export_onnx(test::small_network(), place.file("other.onnx"));
    refused(resume({"--epochs", "2", "--checkpoint", place.file("other.onnx")}), 1, "other.onnx");
    refused(resume({"--epochs", "2", "--checkpoint", place.file("small.onnx")}), 2,
            "the network that is trained");
    network::export_onnx(test::small_network(7), place.file("small.onnx"));
    refused(resume(two), 1, "'network = ");
    network::export_onnx(test::small_network(), place.file("small.onnx"));
    CHECK(content(file) == whole);
    // Half of it, as a copy over a slow line that broke would leave it.
    std::ofstream(file, std::ios::binary) << whole.substr(0, whole.size() / 2);
    refused(resume(two), 1, "a.checkpoint.npz");
    std::ofstream(file, std::ios::binary) << whole;
    CHECK(resume(two).code == 0);
}

TEST_CASE("a loss that is no number ends the program and leaves the last good checkpoint") {
    const Workplace place;
    const auto outcome = place.run(place.training("a.onnx", {"--epochs", "2", "--learning-rate", "1e30"}));
    refused(outcome, 1, "a.checkpoint.npz has the last good state");
    CHECK(!content(place.file("a.checkpoint.npz")).empty());
    CHECK(!std::filesystem::exists(place.file("a.onnx")));
}

TEST_CASE("a budget too small for any block says the least that would do") {
    const Workplace place;
    std::vector<std::string> words{
        "place", place.file("small.onnx"), "--data", place.file(""), "--dataset", "npy", "--budget", "0.01"};
    const auto poor = place.run(words);
    refused(poor, 1, "too small for any block");
    std::smatch least;
    REQUIRE(std::regex_search(poor.err, least, std::regex("the smallest takes ([-+.e0-9]+)")));
    words.back() = least[1];
    const auto enough = place.run(words);
    INFO(words.back() << enough.err);
    CHECK(enough.code == 0);
}

TEST_CASE("another network's images, and a GPU that is not there") {
    const Workplace place;
    refused(place.run({"eval", "resnet20_cifar10", "--data", place.file(""), "--dataset", "npy"}), 1,
            "3x32x32");
    // Where there is a GPU the training runs.
    const auto outcome = place.run(place.training("a.onnx", {"--epochs", "1", "--device", "cuda"}));
    if (outcome.code != 0) refused(outcome, 1, "--device cuda");
    refused(place.run(place.training("a.onnx", {"--device", "gpu"})), 2, "--device gpu");
}
