// quell-train as a program: what it says, the code it ends with, and Ctrl-C.
#include "models/base/npy.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/onnx_import.h"
#include "models/network/passes/remove_identities.h"
#include "tests/support/catch.h"
#include "tests/unit/train/workplace.h"

#include <chrono>
#include <thread>

using namespace quell;
using test::content;
using test::Workplace;

TEST_CASE("train interrupted by Ctrl-C and resumed writes the artefact of an uninterrupted run") {
    const Workplace place;
    const std::vector<std::string> plan{"--epochs", "30"};
    const auto whole = place.run(place.training("whole.onnx", plan));
    INFO(whole.err);
    REQUIRE(whole.code == 0);

    const pid_t child = place.start(place.training("parts.onnx", plan));
    // After a few epochs have been logged.
    for (int i = 0; i < 2000; ++i) {
        const std::string log = content(place.file("parts.log.csv"));
        if (std::count(log.begin(), log.end(), '\n') > 3) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill(child, SIGINT);
    const auto stopped = place.wait(child);
    INFO(stopped.err);
    CHECK(stopped.code == 1);
    CHECK_THAT(stopped.err, test::contains("--resume goes on from"));
    CHECK(content(place.file("parts.onnx")).empty());
    std::vector<std::string> more = plan;
    more.push_back("--resume");
    const auto resumed = place.run(place.training("parts.onnx", more));
    INFO(resumed.err);
    CHECK(resumed.code == 0);
    CHECK(content(place.file("parts.onnx")) == content(place.file("whole.onnx")));
    const std::string log = content(place.file("parts.log.csv"));
    CHECK(std::count(log.begin(), log.end(), '\n') == 31);

    // The artefact: the network as it was, to the bit, and blocks beside it.
    network::Graph graph = network::import_onnx(place.file("whole.onnx"));
    CHECK(network::take_blocks(graph).size() == 2);
    CHECK(graph.constants == network::import_onnx(place.file("small.onnx")).constants);
    const auto again = place.run({"place", place.file("whole.onnx"), "--data", place.file("")});
    CHECK(again.code == 1);
    CHECK_THAT(again.err, test::contains("has denoiser blocks"));
}

TEST_CASE("what cannot be is said in one line that names it") {
    const Workplace place;
    const auto refused = [&](const Workplace::Outcome& outcome, int code, const std::string& what) {
        INFO(outcome.err);
        CHECK(outcome.code == code);
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(what));
    };
    refused(place.run({}), 2, "a command is missing");
    refused(place.run({"train", place.file("small.onnx")}), 2, "--data DIR is expected");
    refused(place.run({"place", place.file("small.onnx"), "--data", place.file("none"), "--dataset", "npy"}),
            1, "none/train_images.npy");
    refused(
        place.run({"place", place.file("small.onnx"), "--data", place.file(""), "--noise.model", "device"}),
        2, "noise.model = device");
    const std::vector<std::string> cycles{
        "place", place.file("small.onnx"), "--data", place.file(""), "--dataset", "npy", "--objective",
        "cycles"};
    refused(place.run(cycles), 2, "need a --budget");
    auto poor = cycles;
    poor.push_back("--budget=0.001");
    refused(place.run(poor), 1, "a budget of 0.001 thousand cycles is too small for any block");
    refused(place.run(place.training("small.onnx")), 2, "the network that is trained, expected another file");
    refused(place.run(place.training("a.onnx", {"--denoiser.after", "7"})), 1, "convolution 7");
    refused(place.run(place.training("a.onnx", {"--denoiser.after", "1", "--resume"})), 1,
            "a.checkpoint.npz");
    std::ofstream(place.file("a.checkpoint.npz")) << "half of a checkpoint";
    refused(place.run(place.training("a.onnx", {"--denoiser.after", "1", "--resume"})), 1,
            "a.checkpoint.npz");
    write_npy(place.file("test_labels.npy"), Tensor<std::uint8_t>({3}, {0, 1, 2}));
    refused(place.run(place.training("a.onnx")), 1,
            "test_labels.npy: 64 labels expected, one per image, 3 came");
}
