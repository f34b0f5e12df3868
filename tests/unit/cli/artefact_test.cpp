// A network that brings its denoiser blocks, through the commands.
#include "models/base/npy.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/builtin/builtin.h"
#include "models/network/onnx_export.h"
#include "models/network/passes/fold_batch_normalization.h"
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <fstream>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

network::PlacedBlock block(std::int64_t convolution, std::int64_t channels) {
    config::DenoiserConfig config;
    config.sampling = config::Sampling::mean;
    config.bottleneck_ratio = 0.5;
    network::PlacedBlock placed;
    placed.convolution = convolution;
    placed.geometry = denoiser::make_geometry(channels, 1, 1, config);
    placed.geometry.height = placed.geometry.width = 0;
    placed.weights = denoiser::draw_weights(placed.geometry, 3);
    // Coarse words, so that drawn activations do not saturate.
    denoiser::FractionBits& fraction = placed.weights.fraction;
    fraction.x = fraction.reduce_out = fraction.depthwise_out = fraction.mean_out = 7;
    return placed;
}

// ResNet-20 with mean-only blocks of ratio 1/2 after convolutions 2 (16x32x32) and 19 (64x8x8), and two
// images.
// A command with a kernel of its own: several in one case.
Outcome quell_once(const std::vector<std::string>& words) {
    const test::SystemCFixture kernel;
    return run_quell(words);
}

class Artefact {
public:
    Artefact() {
        network::export_onnx(
            network::with_blocks(network::make_builtin("resnet20_cifar10"), {block(2, 16), block(19, 64)}),
            file);
        network::export_onnx(network::make_builtin("resnet20_cifar10"), plain);
        std::string bytes;
        for (int image = 0; image < 2; ++image) {
            bytes += static_cast<char>(image);
            for (int pixel = 0; pixel < 3072; ++pixel) bytes += static_cast<char>((pixel * 7 + image) % 251);
        }
        std::ofstream(folder.file("test_batch.bin"), std::ios::binary) << bytes;
        denoiser::write_weights(folder.file("block_2.npz"), block(2, 16).weights, block(2, 16).geometry);
        denoiser::write_weights(folder.file("block_19.npz"), block(19, 64).weights, block(19, 64).geometry);
    }

    std::vector<float> logits(std::vector<std::string> words) {
        for (const std::string& word : {std::string("--data"), folder.path(), std::string("--dump-logits"),
                                        folder.file("l.npy"), std::string("--limit"), std::string("2")}) {
            words.push_back(word);
        }
        const Outcome outcome = quell_once(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return std::get<Tensor<float>>(read_npy(folder.file("l.npy"))).values;
    }

    const test::TemporaryFolder folder;
    const std::string file = folder.file("denoised.onnx"), plain = folder.file("plain.onnx");
};

}  // namespace

TEST_CASE_METHOD(Artefact, "run times a network's own blocks as it times those placed by hand") {
    const auto json = [](const std::vector<std::string>& words) {
        const Outcome outcome = quell_once(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return nlohmann::json::parse(outcome.out);
    };
    const auto own = json({"run", file, "--format", "json", "--fidelity", "analytic"});
    const auto placed =
        json({"run", plain, "--denoiser.after", "2,19", "--denoiser.sampling", "mean",
              "--denoiser.bottleneck_ratio", "0.5", "--format", "json", "--fidelity", "analytic"});
    CHECK(own["denoiser_cycles"] == placed["denoiser_cycles"]);
    CHECK(own["baseline_cycles"] == placed["baseline_cycles"]);
    CHECK(own["denoiser_cycles"].get<std::int64_t>() > 0);

    const Outcome program = quell_once({"compile", file});
    CHECK(program.code == 0);
    CHECK_THAT(program.out, contains("site=2 channels=16") && contains("site=19 channels=64"));
}

TEST_CASE_METHOD(Artefact, "eval and run give a network's own blocks the same values") {
    const std::vector<float> own = logits({"eval", file, "--noise.model", "none"});
    CHECK(own == logits({"run", file, "--noise.model", "none"}));
    CHECK(logits({"eval", file, "--noise.model", "device"}) ==
          logits({"run", file, "--noise.model", "device"}));
    // The same weights from files beside the plain network.
    CHECK(own ==
          logits({"run", plain, "--noise.model", "none", "--denoiser.after", "2,19", "--denoiser.weights",
                  folder.path(), "--denoiser.sampling", "mean", "--denoiser.bottleneck_ratio", "0.5"}));
    CHECK(own != logits({"eval", plain, "--noise.model", "none"}));

    // In float32 the operators run as they stand; words and real numbers stay close.
    const std::vector<float> real =
        logits({"eval", file, "--noise.model", "none", "--arithmetic", "float32"});
    double size = 0, apart = 0;
    for (std::size_t i = 0; i < real.size(); ++i) {
        size = std::max(size, std::abs(static_cast<double>(real[i])));
        apart = std::max(apart, std::abs(static_cast<double>(real[i]) - own[i]));
    }
    CHECK(apart < 0.05 * size);
}

TEST_CASE_METHOD(Artefact, "options that contradict a network's own blocks are refused") {
    for (const auto& [option, value] : {std::pair<std::string, std::string>{"--denoiser.after", "1"},
                                        {"--denoiser.sampling", "stochastic"},
                                        {"--denoiser.leaky_shift", "3"},
                                        {"--denoiser.bottleneck_ratio", "0.25"}}) {
        const Outcome outcome = quell_once({"run", file, option, value});
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, contains(option.substr(2)) && contains("own"));
        CHECK(outcome.error_lines() == 1);
    }
    CHECK(quell_once({"run", file, "--denoiser.sampling", "mean"}).code == 0);  // as it is
}

TEST_CASE_METHOD(Artefact, "a network runs without the blocks it brings") {
    const auto json = [](std::vector<std::string> words) {
        words.insert(words.end(), {"--format", "json", "--fidelity", "analytic"});
        const Outcome outcome = quell_once(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return nlohmann::json::parse(outcome.out);
    };
    const auto without = json({"run", file, "--denoiser.after", "none"}), never = json({"run", plain});
    CHECK(without["denoiser_cycles"] == 0);
    CHECK(without["baseline_cycles"] == never["baseline_cycles"]);
    CHECK(json({"run", file, "--denoiser.after", "auto"})["denoiser_cycles"] > 0);
    CHECK(logits({"run", file, "--denoiser.after", "none"}) == logits({"run", plain}));
    CHECK(logits({"run", file}) != logits({"run", plain}));
}

TEST_CASE_METHOD(Artefact, "no command writes over what it reads, or twice into one file") {
    const std::string out = folder.file("out");
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"run", file, "--input", out, "--dump-logits", out},
                                               {"run", file, "--timeline", file},
                                               {"run", "--timeline", out, "--vcd", out},
                                               {"run", "--energy.table", out, "--vcd", out},
                                               {"eval", file, "--data", folder.path(), "--dump-logits", file},
                                               {"compile", file, "--output", out, "--words", out},
                                               {"compile", "--assemble", out, "--output", out}}) {
        const Outcome outcome = quell_once(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, contains("the same file, expected two files"));
        CHECK(outcome.error_lines() == 1);
    }
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"run", "--dump-logits", ""},
                                               {"compile", file, "--words", ""},
                                               {"eval", file, "--data", ".", "--dump-logits", ""}}) {
        const Outcome outcome = quell_once(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, contains("expected the name of a file"));
    }
}
