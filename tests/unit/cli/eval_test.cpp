// `quell eval` and `quell run --data` on a small data set made here.
#include "models/base/npy.h"
#include "models/network/builtin/builtin.h"
#include "models/network/onnx_export.h"
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <cmath>
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
    CHECK_THAT(outcome.err, contains("has no data_batch_1.bin"));
    CHECK(outcome.error_lines() == 2);
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

TEST_CASE_METHOD(test::SystemCFixture,
                 "eval on a chip says what kind of chip, and the seed alone chooses it") {
    const Images images;
    const auto eval = [&](const std::string& option, const std::string& value) {
        const Outcome outcome =
            run_quell({"eval", "resnet20_cifar10", "--data", images.path(), "--limit", "2", "--noise.model",
                       "device", option, value, "--dump-logits", images.file("l.npy"), "--format", "json"});
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        const nlohmann::json json = nlohmann::json::parse(outcome.out);
        CHECK(json["noise"] == "device");
        CHECK(json["device_preset"] == "pcm");
        CHECK(!json.contains("noise_sigma_percent"));
        return std::get<Tensor<float>>(read_npy(images.file("l.npy"))).values;
    };
    const std::vector<float> logits = eval("--threads", "1");
    CHECK(logits == eval("--threads", "2"));
    CHECK(logits != eval("--device.chip_seed", "2"));
    CHECK(logits != eval("--noise.seed", "2"));
}

TEST_CASE_METHOD(test::SystemCFixture, "eval refuses what no chip can be by one line") {
    const Images images;
    network::Graph broken = network::make_builtin("resnet20_cifar10");
    for (auto& [name, tensor] : broken.constants) {
        tensor.values.assign(static_cast<std::size_t>(element_count(tensor.shape)), 0.5F);
        if (tensor.shape.size() == 4 && tensor.shape[0] == 32 && tensor.shape[1] == 16)
            tensor.values[3] = std::nanf("");
    }
    network::export_onnx(broken, images.file("nan.onnx"));
    std::ofstream(images.file("table.csv")) << "target,sigma\n0,0.1\n0.5,nonsense\n";
    struct Case {
        std::vector<std::string> words;
        int code;
        std::string part;
    };
    const std::string model = "resnet20_cifar10";
    const std::vector<Case> cases{
        {{model, "--device.adc_bits", "0"}, 2, "--device.adc_bits 0: out of range"},
        {{model, "--noise.time_s", "-1"}, 2, "--noise.time_s -1: out of range"},
        {{model, "--noise.sigma_percent", "-6"}, 2, "--noise.sigma_percent -6: out of range"},
        {{model, "--device.programming_percent", "3"}, 2, "expected device.preset = generic"},
        {{model, "--device.stuck_on_percent", "60", "--device.stuck_off_percent", "60"}, 2, "at most 100"},
        {{model, "--device.adc_range", "fixed"}, 2, "device.adc_fixed_cells above 0"},
        {{model, "--device.adc_range", "ideal", "--device.adc_bits", "4"}, 2, "not ideal"},
        {{model, "--device.preset", "generic", "--device.programming_table", images.file("table.csv")},
         1,
         "table.csv, line 3"},
        {{model, "--device.preset", "generic", "--device.programming_table", images.file("no.csv")},
         1,
         "no.csv"},
        {{images.file("nan.onnx"), "--arithmetic", "float32", "--device.dac_range", "fixed",
          "--device.dac_fixed", "3", "--device.adc_range", "ideal"},
         1,
         "nan"},
        {{images.file("nan.onnx")}, 1, "at element 3, expected a finite number"},
    };
    for (const Case& c : cases) {
        std::vector<std::string> words{"eval"};
        words.insert(words.end(), c.words.begin(), c.words.end());
        for (const std::string& word :
             std::vector<std::string>{"--data", images.path(), "--limit", "1", "--noise.model", "device"}) {
            words.push_back(word);
        }
        const Outcome outcome = run_quell(words);
        INFO(outcome.err);
        CHECK(outcome.code == c.code);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, contains(c.part));
        CHECK(outcome.error_lines() == 1);
    }
}

TEST_CASE("options typed without effect are refused, those of a file are not") {
    const Images images;
    std::ofstream(images.file("chip.ini")) << "[device]\nadc_bits = 4\n";
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{"--device.adc_bits", "4"},
                                               {"--noise.time_s", "3600"},
                                               {"--noise.model", "none", "--noise.sigma_percent", "5"},
                                               {"--noise.model", "device", "--noise.magnitude", "rms"},
                                               {"--noise.magnitude", "per_element", "--noise.scope", "layer"},
                                               {"--batch", "4"},
                                               {"--fidelity", "cycle"},
                                               {"--denoiser.weights", "/nosuch"}}) {
        std::vector<std::string> words{"eval", "resnet20_cifar10", "--data", images.path(), "--limit", "1"};
        words.insert(words.end(), options.begin(), options.end());
        const Outcome outcome = run_quell(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK(outcome.error_lines() == 1);
    }
    CHECK(run_quell({"eval", "resnet20_cifar10", "--data", images.path(), "--limit", "1", "--config",
                     images.file("chip.ini")})
              .code == 0);
}
