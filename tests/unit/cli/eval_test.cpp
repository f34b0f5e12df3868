// `quell eval` and `quell run --data` on a small data set made here.
#include "models/network/builtin/builtin.h"
#include "models/network/onnx_export.h"
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <tuple>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

// Two images of CIFAR-10's layout.
class Images : public test::TemporaryFolder {
public:
    Images() {
        std::string bytes;
        for (int image = 0; image < 2; ++image) {
            bytes += static_cast<char>(image);
            for (int pixel = 0; pixel < 3072; ++pixel) bytes += static_cast<char>((pixel * 7 + image) % 251);
        }
        std::ofstream(file("test_batch.bin"), std::ios::binary) << bytes;
    }
};

// One convolution of 3x32x32 images to `channels` maps of 30x30, `outputs` times.
network::Graph maps(std::int64_t channels, int outputs) {
    network::Graph graph;
    graph.name = "maps";
    graph.inputs = {{"x", {1, 3, 32, 32}}};
    graph.constants.emplace("w", Tensor<float>({channels, 3, 3, 3}));
    network::Convolution convolution;
    convolution.window.kernel = {3, 3};
    for (int k = 0; k < outputs; ++k) {
        const std::string y = "y" + std::to_string(k);
        graph.nodes.push_back({"conv" + std::to_string(k), convolution, {"x", "w"}, y, {}});
        graph.outputs.push_back({y, {}});
    }
    return graph;
}

}  // namespace

TEST_CASE("eval says that weights are drawn") {
    const Images images;
    const Outcome outcome = run_quell({"eval", "resnet20_cifar10", "--data", images.path(), "--limit", "2"});
    INFO(outcome.err);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.err, contains("resnet20_cifar10 has drawn weights"));
    CHECK(outcome.error_lines() == 1);
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "eval and run refuse a network that does not sort images into classes") {
    const Images images;
    for (const auto& [channels, outputs, message] : std::vector<std::tuple<std::int64_t, int, std::string>>{
             {4, 1, "4x30x30"}, {10, 2, "the network has 2"}}) {
        const std::string file = images.file("maps.onnx");
        network::export_onnx(maps(channels, outputs), file);
        for (const std::string command : {"eval", "run"}) {
            const Outcome outcome =
                run_quell({command, file, "--data", images.path(), "--dataset", "cifar10", "--limit", "2"});
            INFO(outcome.err);
            CHECK(outcome.code == 1);
            CHECK(outcome.out.empty());
            CHECK_THAT(outcome.err, contains("(images, classes)") && contains(message));
            CHECK(outcome.error_lines() == 1);
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "run takes the data set that eval takes, and both name the network alike") {
    const Images images;
    const std::string file = images.file("small.onnx");
    network::export_onnx(network::make_builtin("resnet20_cifar10"), file);
    for (const std::string command : {"eval", "run"}) {
        const Outcome outcome = run_quell({command, file, "--data", images.path(), "--limit", "2",
                                           "--noise.model", "none", "--format", "json"});
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        CHECK(nlohmann::json::parse(outcome.out)["model"] == "small");
    }
}
