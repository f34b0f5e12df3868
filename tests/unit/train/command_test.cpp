// quell-train as a program: what it says, the code it ends with, and Ctrl-C.
#include "models/analog/gaussian_noise.h"
#include "models/base/npy.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "models/network/passes/remove_identities.h"
#include "tests/support/catch.h"
#include "tests/unit/train/workplace.h"

#include <nlohmann/json.hpp>

#include <algorithm>
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
    refused(place.run({"fit", place.file("small.onnx"), "--data", place.file("")}), 2,
            "noise.model = device is expected");
    refused(place.run({"place", place.file("small.onnx"), "--data", place.file(""), "--fit-chips", "2"}), 2,
            "--fit-chips: without effect");
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

TEST_CASE("harden killed in its midst and resumed finds what an uninterrupted one does") {
    const Workplace place;
    const std::vector<std::string> plan{"--methods", "baseline,qat3,variance_aware,noisy+denoiser",
                                        "--seeds",   "2",
                                        "--sigmas",  "0:60:20",
                                        "--epochs",  "3",
                                        "--budget",  "60"};
    auto as_json = plan;
    as_json.insert(as_json.end(), {"--format", "json"});
    const auto whole = place.run(place.hardening("whole", as_json));
    INFO(whole.err);
    REQUIRE(whole.code == 0);
    const std::string accuracies = content(place.file("whole/accuracy.csv"));
    // Four methods, two seeds, clean and four sigmas, and the header.
    CHECK(std::count(accuracies.begin(), accuracies.end(), '\n') == 1 + 4 * 2 * 5);
    CHECK_THAT(content(place.file("whole/accuracy.gnuplot")), test::contains("'noisy+denoiser'"));

    const auto json = nlohmann::json::parse(whole.out);
    REQUIRE(json["methods"].size() == 4);
    CHECK(json["chance_percent"] == Approx(100.0 / 3));
    CHECK(json["methods"][3]["parameters"] > json["methods"][2]["parameters"]);
    // One point once more: the file under the simulator's noise, seed 2.
    {
        network::Graph graph = network::import_onnx(place.file("whole/noisy+denoiser-2.onnx"));
        network::prepare_for_execution(graph);
        const auto executor = network::make_float32_executor(graph, {2});
        config::NoiseConfig noise;
        noise.sigma_percent = 40;
        noise.seed = 2;
        const analog::GaussianNoise hook(noise);
        const config::InputConfig input{1.0 / 255, {0.5}, {0.25}};
        CHECK(json["methods"][3]["points"][3]["accuracy_percent_by_seed"][1] ==
              network::evaluate(*executor, test::bright_planes(64, 2), input, &hook, 1).accuracy_percent());
        CHECK(network::has_blocks(graph));
    }

    const pid_t child = place.start(place.hardening("parts", plan));
    for (int i = 0; i < 4000; ++i) {
        if (!content(place.file("parts/qat3-1.log.csv")).empty()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill(child, SIGKILL);
    CHECK(place.wait(child).code == -1);
    CHECK(content(place.file("parts/accuracy.csv")).empty());
    CHECK_FALSE(content(place.file("parts/baseline-1.accuracy.csv")).empty());
    // What a kill in the midst of writing leaves.
    const std::string network_file = content(place.file("parts/baseline-1.onnx"));
    std::ofstream(place.file("parts/noisy-1.onnx.new"), std::ios::binary) << network_file.substr(0, 1000);
    std::ofstream(place.file("parts/variance_aware-1.onnx"), std::ios::binary)
        << network_file.substr(0, 1000);

    auto again = plan;
    again.push_back("--resume");
    const auto resumed = place.run(place.hardening("parts", again));
    INFO(resumed.err);
    CHECK(resumed.code == 0);
    CHECK(content(place.file("parts/accuracy.csv")) == accuracies);
    CHECK(resumed.err.find("baseline, seed 1: trained") == std::string::npos);
    CHECK_THAT(resumed.err, test::contains("variance_aware-1.onnx: not an ONNX file, or cut short") &&
                                test::contains("qat3, seed 1: trained"));
    for (const char* name : {"qat3-1", "variance_aware-2", "noisy+denoiser-2"}) {
        INFO(name);
        CHECK(content(place.file(std::string("parts/") + name + ".onnx")) ==
              content(place.file(std::string("whole/") + name + ".onnx")));
    }

    // Nothing is left to do; a study may grow.
    again[3] = "1";
    again[5] = "0,10,20";
    const auto grown = place.run(place.hardening("parts", again));
    CHECK(grown.code == 0);
    CHECK(grown.err.find("trained") == std::string::npos);
    CHECK_THAT(grown.out, test::contains("\n10 "));
    again[7] = "4";
    const auto other = place.run(place.hardening("parts", again));
    CHECK(other.code == 1);
    CHECK_THAT(other.err, test::contains("parts/plan.txt") && test::contains("'epochs = 4' expected"));
}

TEST_CASE("harden tests on device noise that no training saw, and begins from given weights") {
    const Workplace place;
    const auto trained =
        place.run(place.training("trained.onnx", {"--method", "noisy", "--ramp", "50", "--variance-aware",
                                                  "--variance-alpha", "1.2", "--epochs", "2"}));
    INFO(trained.err);
    REQUIRE(trained.code == 0);
    const auto outcome = place.run(place.hardening(
        "device",
        {"--methods", "model", "--seeds", "1", "--epochs", "1", "--test-noise", "both", "--sigmas", "0",
         "--start", place.file("trained.onnx"), "--device.preset", "reram", "--format", "csv"}));
    INFO(outcome.err);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, test::contains("model,device,,") && test::contains("model,gaussian,0,"));
    CHECK(network::import_onnx(place.file("device/model-1.onnx")).constants ==
          network::import_onnx(place.file("trained.onnx")).constants);
}

TEST_CASE("options of training that nothing takes are refused") {
    const Workplace place;
    const auto refused = [&](const std::vector<std::string>& words, const std::string& what) {
        const auto outcome = place.run(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(what));
    };
    refused(place.training("a.onnx", {"--method", "noisy", "--bits", "4"}), "--bits: without effect");
    refused(place.training("a.onnx", {"--method", "baseline", "--ramp", "4"}), "--ramp: without effect");
    refused(place.training("a.onnx", {"--method", "baseline", "--budget", "4"}), "--budget: without effect");
    refused(place.training("a.onnx", {"--method", "qat", "--denoiser.bias", "true"}),
            "--denoiser.bias: without effect");
    const std::vector<std::string> eval{
        "eval", place.file("small.onnx"), "--data", place.file(""), "--dataset", "npy"};
    const auto with = [&](const char* option, const char* value) {
        std::vector<std::string> words = eval;
        words.insert(words.end(), {option, value});
        return words;
    };
    refused(with("--denoiser.sampling", "mean"), "denoiser.sampling = mean: a network is measured");
    refused(with("--denoiser.after", "1"), "denoiser.after = 1: blocks are those of the file");
    refused(place.training("a.onnx", {"--method", "qat", "--variance-aware"}),
            "--variance-aware: without effect");
    refused(place.training("a.onnx", {"--method", "noisy", "--variance-alpha", "1"}),
            "--variance-alpha: without effect, expected --variance-aware with it");
    refused(place.hardening("a", {"--methods", "noisy,other"}), "'other'");
    refused(place.hardening("a", {"--sigmas", "3,2"}), "--sigmas 3,2");
    refused(place.hardening("a", {"--methods", "noisy", "--clip", "0.5"}), "--clip: without effect");
    refused(place.hardening("a", {"--methods", "baseline", "--ramp", "10"}), "--ramp: without effect");
    refused(place.hardening("a", {"--methods", "noisy", "--variance-theta", "1"}),
            "--variance-theta: without effect");
    refused(place.hardening("a", {"--methods", "noisy", "--budget", "60"}), "--budget: without effect");
    refused(place.hardening("a", {"--test-noise", "device", "--sigmas", "1"}), "--sigmas: without effect");
    refused(place.hardening("a", {"--device.preset", "reram"}), "device.preset = reram: without effect");
    const auto other = place.run(place.training("a.onnx", {"--start", place.file("train_labels.npy")}));
    CHECK(other.code == 1);
    CHECK_THAT(other.err, test::contains("train_labels.npy"));
}

TEST_CASE("training draws the noise of a chip by its fit, and goes on after a stop") {
    const Workplace place;
    std::vector<std::string> device{"--noise.model", "device", "--fit-chips", "2"};
    auto words = place.training("", device);
    words[0] = "fit";
    for (const char* option : {"--output", "--noise.sigma_percent", "--budget"}) {
        const auto at = std::find(words.begin(), words.end(), option);
        words.erase(at, at + 2);
    }
    auto as_json = words;
    as_json.insert(as_json.end(), {"--format", "json"});
    const auto fit = place.run(as_json);
    INFO(fit.err);
    REQUIRE(fit.code == 0);
    const auto json = nlohmann::json::parse(fit.out);
    REQUIRE(json["products"].size() == 3);
    CHECK(json["products"][2]["name"] == "fc");
    CHECK(json["products"][0]["element_deviation"] > 0.001);

    words[0] = "train";
    words.insert(words.end(), {"--method", "noisy", "--epochs", "2", "--output", place.file("chip.onnx")});
    const auto trained = place.run(words);
    INFO(trained.err);
    CHECK(trained.code == 0);
    words.push_back("--resume");
    CHECK(place.run(words).code == 0);
    words.insert(words.end(), {"--device.preset", "reram"});
    const auto other = place.run(words);
    CHECK(other.code == 1);
    CHECK_THAT(other.err, test::contains("'fit = "));
}

TEST_CASE("a training does not go on with pixels that are seen otherwise") {
    const Workplace place;
    const std::vector<std::string> baseline{"--method", "baseline"};
    CHECK(place.run(place.training("a.onnx", baseline)).code == 0);
    auto again = baseline;
    again.push_back("--resume");
    CHECK(place.run(place.training("a.onnx", again)).code == 0);
    again.insert(again.end(), {"--input.scale", "0.5"});
    const auto otherwise = place.run(place.training("a.onnx", again));
    CHECK(otherwise.code == 1);
    CHECK_THAT(otherwise.err, test::contains("'input = 0.5"));
}

TEST_CASE("eval prints JSON and CSV, train is asked for neither, and every command explains itself") {
    const Workplace place;
    std::vector<std::string> words{
        "eval", place.file("small.onnx"), "--data", place.file(""), "--dataset", "npy", "--limit",
        "10",   "--noise.sigma_percent",  "3",      "--format",     "json"};
    const auto outcome = place.run(words);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    const auto json = nlohmann::json::parse(outcome.out);
    CHECK(json.at("images") == 10);
    CHECK(json.at("noise_sigma_percent") == 3);
    CHECK(json.at("blocks") == 0);
    words.back() = "csv";
    CHECK_THAT(place.run(words).out, test::contains("\n" + place.file("small.onnx") + ","));
    const auto trained = place.run(place.training("a.onnx", {"--format", "json"}));
    CHECK(trained.code == 2);
    CHECK_THAT(trained.err, test::contains("prints text"));
    for (const char* command : {"eval", "place", "train", "harden", "fit", "bench", "bench-training"}) {
        const auto help = place.run({command, "--help"});
        INFO(command << help.err);
        CHECK(help.code == 0);
        CHECK_THAT(help.out, test::contains("--data="));
    }
}

TEST_CASE("docs/training-options.md is what quell-train prints") {
    const Workplace place;
    const auto printed = place.run({"help", "--as", "markdown"});
    REQUIRE(printed.code == 0);
    const bool is_current = content("docs/training-options.md") == printed.out;
    INFO("renew it by: quell-train help --as markdown > docs/training-options.md");
    CHECK(is_current);
}

TEST_CASE("every command of quell-train and its options are in man page and completion") {
    const Workplace place;
    const std::string form = GENERATE("man", "bash", "zsh", "markdown");
    std::string text = place.run({"help", "--as", form}).out;
    std::erase(text, '\\');
    for (const char* word : {"bench-training", "--distillation", "--sigmas", "--rounds", "--budget"})
        CHECK_THAT(text, test::contains(word));
    const auto refused = place.run({"help", "train", "--as", form});
    CHECK(refused.code == 2);
    CHECK(place.run({"help", "trian"}).code == 2);
    CHECK_THAT(place.run({"help", "train"}).out, test::contains("--learning-rate=0.001"));
}
