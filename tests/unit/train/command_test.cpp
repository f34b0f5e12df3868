// quell-train as a program: what it says, the code it ends with, and Ctrl-C.
#include "models/base/npy.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "models/network/passes/remove_identities.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

using namespace quell;

namespace {

std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A folder with the small network and images for it, where quell-train runs.
class Workplace {
public:
    Workplace() {
        network::export_onnx(test::small_network(), file("small.onnx"));
        write("train", test::bright_planes(320));
        write("test", test::bright_planes(64, 2));
    }

    std::string file(const std::string& name) const { return folder_.file(name); }

    struct Outcome {
        int code = -1;
        std::string out, err;
        auto error_lines() const { return std::count(err.begin(), err.end(), '\n'); }
    };

    pid_t start(std::vector<std::string> words) const {
        words.insert(words.begin(), QUELL_TRAIN);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            const int out = open(file("out").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            const int err = open(file("err").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            dup2(out, STDOUT_FILENO);
            dup2(err, STDERR_FILENO);
            std::signal(SIGINT, SIG_DFL);
            execv(QUELL_TRAIN, arguments.data());
            _exit(127);
        }
        return child;
    }

    Outcome wait(pid_t child) const {
        int status = 0;
        waitpid(child, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(file("out")), content(file("err"))};
    }

    Outcome run(const std::vector<std::string>& words) const { return wait(start(words)); }

    // `train` of the blocks of the small network, with these options beside.
    std::vector<std::string> training(const std::string& output,
                                      const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"train",
                                       file("small.onnx"),
                                       "--data",
                                       folder_.path(),
                                       "--dataset",
                                       "npy",
                                       "--output",
                                       file(output),
                                       "--input.mean",
                                       "0.5",
                                       "--input.std",
                                       "0.25",
                                       "--threads",
                                       "1",
                                       "--budget",
                                       "60",
                                       "--noise.sigma_percent",
                                       "20"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

private:
    void write(const std::string& part, const network::LabelledImages& images) const {
        Tensor<std::uint8_t> pixels({images.count(), 3, 8, 8});
        for (std::int64_t i = 0; i < images.count(); ++i)
            images.source->read(i, std::span(pixels.values).subspan(static_cast<std::size_t>(i) * 192, 192));
        write_npy(file(part + "_images.npy"), pixels);
        write_npy(file(part + "_labels.npy"), Tensor<std::int64_t>({images.count()}, images.labels));
    }

    test::TemporaryFolder folder_;
};

}  // namespace

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
