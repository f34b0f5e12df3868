// `quell run --input`: what a network says to images from a file.
#include "models/base/npy.h"
#include "models/network/dataset/cifar10.h"
#include "sw/cli/dispatch.h"
#include "tests/support/shared_data.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

using namespace quell;
using Json = nlohmann::json;

namespace {

struct Printed {
    int code = 0;
    std::string out, err;
};

Printed run_words(const std::vector<std::string>& words) {
    const test::SystemCFixture fresh_kernel;
    std::ostringstream out, err;
    Printed printed;
    printed.code = cli::dispatch(words, out, err);
    printed.out = out.str();
    printed.err = err.str();
    return printed;
}

Json json(std::vector<std::string> words) {
    words.insert(words.end(), {"--format", "json"});
    const Printed printed = run_words(words);
    INFO(printed.err);
    REQUIRE(printed.code == 0);
    return Json::parse(printed.out);
}

// A photograph as 224 x 224 pixels, (C,H,W) in R, G, B: the middle of a 24-bit BMP, every pixel the mean of
// those it covers.
Tensor<std::uint8_t> photograph(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto number = [&bytes](std::size_t at) {
        std::int64_t value = 0;
        for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
        return value;
    };
    REQUIRE(bytes.substr(0, 2) == "BM");
    const std::int64_t begin = number(10), width = number(18), height = number(22);
    const std::int64_t row_bytes = (3 * width + 3) / 4 * 4;
    const std::int64_t side = std::min(width, height);
    const auto pixel = [&](std::int64_t row, std::int64_t column, std::int64_t channel) {  // rows bottom up
        const std::int64_t at = begin + (height - 1 - row) * row_bytes + 3 * column + 2 - channel;
        return static_cast<unsigned char>(bytes.at(static_cast<std::size_t>(at)));
    };
    constexpr std::int64_t size = 224;
    Tensor<std::uint8_t> image({3, size, size});
    for (std::int64_t c = 0; c < 3; ++c) {
        for (std::int64_t r = 0; r < size; ++r) {
            for (std::int64_t k = 0; k < size; ++k) {
                std::int64_t sum = 0, count = 0;
                for (std::int64_t y = r * side / size; y <= ((r + 1) * side - 1) / size; ++y) {
                    for (std::int64_t x = k * side / size; x <= ((k + 1) * side - 1) / size; ++x) {
                        sum += pixel((height - side) / 2 + y, (width - side) / 2 + x, c);
                        ++count;
                    }
                }
                image.data()[(c * size + r) * size + k] = static_cast<std::uint8_t>(sum / count);
            }
        }
    }
    return image;
}

}  // namespace

TEST_CASE("values: CIFAR images from a file give the reference's logits", "[run]") {
    const auto folder = test::shared_data("cifar10");
    const auto model = test::shared_data("models/resnet20_cifar10_bn.onnx");
    const auto reference = test::shared_data("models/ref/resnet20_cifar10_bn.first16_logits.f32");
    if (!folder || !model || !reference) return;
    const network::LabelledImages images = network::read_cifar10(*folder, network::Cifar10Part::test, 16);
    const test::TemporaryFolder files;
    Tensor<std::uint8_t> pixels({16, 3, 32, 32});
    for (std::int64_t i = 0; i < 16; ++i) {
        const auto image = images.image(i);
        std::copy(image.begin(), image.end(), pixels.data() + i * 3072);
    }
    write_npy(files.file("x.npy"), pixels);
    const Json result = json({"run", model->string(), "--input", files.file("x.npy"), "--arithmetic",
                              "float32", "--noise.model", "none", "--dump-logits", files.file("y.npy")});
    const Tensor<float> logits = expect<float>(read_npy(files.file("y.npy")), "y.npy");
    REQUIRE(logits.shape == Shape{16, 10});
    std::ifstream file(*reference, std::ios::binary);
    std::vector<float> expected(160);
    file.read(reinterpret_cast<char*>(expected.data()), 640);
    REQUIRE(file);
    for (std::size_t i = 0; i < expected.size(); ++i)
        REQUIRE(logits.values[i] == Approx(expected[i]).margin(2e-3));
    REQUIRE(result["top5"].size() == 16);
    CHECK(result["top5"][3].size() == 5);
    CHECK(result["top5"][3][0]["class"] == result["predictions"][3]);
    CHECK(result["top5"][3][0]["logit"] >= result["top5"][3][1]["logit"]);

    // The same as `--data`, in the machine's arithmetic and with its noise.
    const Json noisy = json({"run", model->string(), "--input", files.file("x.npy")});
    const Json data = json({"run", model->string(), "--data", folder->string(), "--limit", "16"});
    CHECK(noisy["predictions"] == data["predictions"]);
    CHECK(noisy["total_cycles"] == data["total_cycles"]);
}

TEST_CASE("values: photographs of ImageNet's size are recognised", "[run]") {
    const auto model = test::shared_data("models/mobilenetv2_1.0_224_imagenet.onnx");
    const auto labels_file = test::shared_data("images/imagenet_labels.txt");
    if (!model || !labels_file) return;
    std::vector<std::string> labels;
    std::ifstream file(*labels_file);
    for (std::string line; std::getline(file, line);) labels.push_back(line);
    const test::TemporaryFolder files;
    for (const std::string arithmetic : {"fixed16", "float32"}) {
        for (const auto& [photo, label] : {std::pair{"dragonfly", "dragonfly"}, std::pair{"cat", "cat"}}) {
            CAPTURE(arithmetic, photo);
            const auto path = test::shared_data(std::string("images/") + photo + ".bmp");
            REQUIRE(path);
            write_npy(files.file("x.npy"), photograph(path->string()));
            const Json result = json({"run", model->string(), "--input", files.file("x.npy"), "--input.scale",
                                      "1", "--input.mean", "128", "--input.std", "128", "--arithmetic",
                                      arithmetic, "--noise.model", "none"});
            const auto best = result["predictions"][0].get<std::size_t>();
            CHECK_THAT(labels.at(best), test::contains(label));
        }
    }
}

TEST_CASE("values: images that do not fit are refused in one line", "[run]") {
    const test::TemporaryFolder files;
    const auto fails = [&](const std::vector<std::string>& options, int code, const std::string& part) {
        std::vector<std::string> words{"run", "resnet20_cifar10"};
        words.insert(words.end(), options.begin(), options.end());
        const Printed printed = run_words(words);
        INFO(printed.err);
        CHECK(printed.code == code);
        CHECK(printed.out.empty());
        CHECK(std::count(printed.err.begin(), printed.err.end(), '\n') == 1);
        CHECK_THAT(printed.err, test::contains(part));
    };
    const std::string x = files.file("x.npy");
    write_npy(x, Tensor<float>({3, 224, 224}));
    fails({"--input", x}, 1, "x.npy: images of shape 3x224x224 came, expected 3x32x32");
    write_npy(x, Tensor<float>({0, 3, 32, 32}));
    fails({"--input", x}, 1, "no image");
    write_npy(x, Tensor<double>({3, 32, 32}));
    fails({"--input", x}, 1, "float64 came");
    Tensor<float> images({2, 3, 32, 32});
    images.values.at(3 * 1024 + 2 * 1024 + 5 * 32 + 7) = std::numeric_limits<float>::quiet_NaN();
    write_npy(x, images);
    fails({"--input", x}, 1, "image 1, channel 2, row 5, column 7: nan");
    fails({"--input", files.file("nothing.npy")}, 1, "nothing.npy");
    fails({"--input", x, "--data", "somewhere"}, 2, "one of them");
    fails({"--input", x, "--fidelity", "analytic"}, 2, "analytic");
    fails({"--dump-logits", x}, 2, "--dump-logits");
}
