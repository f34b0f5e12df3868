// Every network there is with values, at its own image size: the machine's 16-bit words against floating
// point. VGG-16 takes 1.3 GB.
#include "models/base/npy.h"
#include "models/network/builtin/builtin.h"
#include "models/network/load.h"
#include "models/network/shape_inference.h"
#include "sw/cli/dispatch.h"
#include "sw/study/value_run.h"
#include "tests/support/shared_data.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <filesystem>
#include <random>
#include <sstream>

using namespace quell;

namespace {

Tensor<float> logits(const std::string& model, const std::string& arithmetic, const std::string& image,
                     const std::string& output) {
    const test::SystemCFixture fresh_kernel;
    std::ostringstream out, err;
    const int code = cli::dispatch({"run", model, "--input", image, "--arithmetic", arithmetic,
                                    "--noise.model", "none", "--dump-logits", output},
                                   out, err);
    INFO(err.str());
    REQUIRE(code == 0);
    CHECK_THAT(out.str(), test::contains("image 0"));
    return expect<float>(read_npy(output), output);
}

double correlation(const Tensor<float>& a, const Tensor<float>& b) {
    const auto mean = [](const Tensor<float>& t) {
        double sum = 0;
        for (const float x : t.values) sum += x;
        return sum / static_cast<double>(t.values.size());
    };
    const double ma = mean(a), mb = mean(b);
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        const double x = a.values[i] - ma, y = b.values[i] - mb;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / std::sqrt(aa * bb);
}

void check_values(const std::string& model) {
    CAPTURE(model);
    const test::TemporaryFolder files;
    const Shape shape = network::image_shape_of(network::load_network(model, network::Weights::none));
    Tensor<float> image({1, shape[0], shape[1], shape[2]});
    std::mt19937 random(11);
    std::normal_distribution<float> normal;
    for (float& x : image.values) x = normal(random);
    write_npy(files.file("x.npy"), image);
    const Tensor<float> reference = logits(model, "float32", files.file("x.npy"), files.file("a.npy"));
    const Tensor<float> machine = logits(model, "fixed16", files.file("x.npy"), files.file("b.npy"));
    REQUIRE(machine.shape == reference.shape);
    for (const float x : reference.values) REQUIRE(std::isfinite(x));
    CHECK(correlation(reference, machine) > 0.99);
}

}  // namespace

TEST_CASE("values of every built-in network", "[long]") {
    for (const auto& [name, description] : network::builtin_networks()) check_values(name);
}

TEST_CASE("values of every network of the shared data", "[long]") {
    const auto folder = test::shared_data("models");
    if (!folder) return;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        if (entry.path().extension() == ".onnx") check_values(entry.path().string());
    }
}
