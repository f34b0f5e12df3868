// `quell eval` as it is typed without anything, and --compare for other networks.
#include "models/network/default/default_network.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/builtin/builtin.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "models/network/onnx_export.h"
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

nlohmann::json json(std::vector<std::string> words) {
    words.insert(words.end(), {"--format", "json"});
    const test::SystemCFixture kernel;
    const Outcome outcome = run_quell(words);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    return nlohmann::json::parse(outcome.out);
}

}  // namespace

TEST_CASE("the network that the program brings along is small and has blocks") {
    CHECK(network::default_network_file().size() < 2'000'000);
    network::Graph graph = network::load_network(std::string(network::default_network_name));
    CHECK(graph == network::default_network());
    CHECK(graph.inputs.at(0).shape == Shape{-1, 3, 32, 32});
    CHECK(network::has_blocks(graph));
    const auto blocks = network::take_blocks(graph);
    CHECK(blocks.size() >= 3);
    for (const auto& block : blocks) CHECK_FALSE(block.geometry.variance_head);
    // Without them it is the built-in network of half width.
    const auto plain = network::statistics(network::make_builtin("resnet20_cifar10@0.5"));
    CHECK(network::statistics(graph).parameters == plain.parameters);
    CHECK(network::statistics(graph).macs == plain.macs);
}

TEST_CASE("eval without arguments shows what noise costs and the blocks bring back") {
    const auto result = json({"eval", "--limit", "500"});
    CHECK(result["schema"] == "quell.eval/1");
    CHECK(result["model"] == "resnet20_synthetic");
    CHECK(result["images"] == 500);
    CHECK(result["noise"] == "gaussian");
    CHECK(result["arithmetic"] == "fixed16");
    // docs/default-network.md has the figures of all 2,000 images; those of 500 lie within four
    // sqrt(p (1 - p) / 500) of them.
    CHECK(result["clean_accuracy_percent"].get<double>() == Approx(99.95).margin(0.4));
    CHECK(result["noisy_accuracy_percent"].get<double>() == Approx(91.45).margin(5));
    CHECK(result["accuracy_percent"].get<double>() == Approx(98.6).margin(2.1));

    const test::SystemCFixture kernel;
    const Outcome table = run_quell({"eval", "--limit", "20"});
    CHECK(table.code == 0);
    CHECK_THAT(table.out, contains("resnet20_synthetic: of 20 images right") && contains("clean") &&
                              contains("noisy") && contains("denoised"));
    CHECK_THAT(run_quell({"model", "list"}).out, contains("resnet20_synthetic"));
}

TEST_CASE("eval with --compare gives what three runs give") {
    const test::TemporaryFolder folder;
    network::Graph graph = network::default_network();
    network::take_blocks(graph);
    const std::string plain = folder.file("plain.onnx");
    network::export_onnx(graph, plain);
    const auto eval = [](const std::string& model, std::vector<std::string> more) {
        std::vector<std::string> words{"eval", model, "--dataset", "synthetic", "--limit", "40"};
        words.insert(words.end(), more.begin(), more.end());
        return json(words);
    };
    for (const std::string arithmetic : {"fixed16", "float32"}) {
        const auto all = eval("resnet20_synthetic", {"--compare", "--arithmetic", arithmetic});
        const auto accuracy = [&](const std::string& model, const std::string& noise) {
            return eval(model, {"--noise.model", noise, "--arithmetic", arithmetic})["accuracy_percent"];
        };
        CHECK(all["accuracy_percent"] == accuracy("resnet20_synthetic", "gaussian"));
        CHECK(all["noisy_accuracy_percent"] == accuracy(plain, "gaussian"));
        CHECK(all["clean_accuracy_percent"] == accuracy(plain, "none"));
    }
    // A network without blocks has nothing to be denoised with.
    const auto noisy = eval(plain, {"--compare"});
    CHECK(noisy["accuracy_percent"] == noisy["noisy_accuracy_percent"]);
    const test::SystemCFixture kernel;
    const Outcome table = run_quell({"eval", plain, "--dataset", "synthetic", "--limit", "5", "--compare"});
    CHECK_THAT(table.out, contains("noisy") && !contains("denoised"));
}

TEST_CASE("images without a network are refused") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"eval", "--data", "."}, {"eval", "--dataset", "synthetic"}}) {
        const Outcome outcome = run_quell(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, contains("the network is missing"));
        CHECK(outcome.error_lines() == 1);
    }
}
