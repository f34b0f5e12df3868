#include "models/denoiser/weights.h"
#include "models/base/npy.h"
#include "models/denoiser/weight_image.h"
#include "tests/support/catch.h"

#include <filesystem>

using namespace quell;
using denoiser::Word;

namespace {

struct TemporaryFile {
    std::string path;
    explicit TemporaryFile(const std::string& name)
        : path((std::filesystem::temp_directory_path() / ("quell-weights-test-" + name)).string()) {}
    ~TemporaryFile() { std::filesystem::remove(path); }
};

denoiser::Geometry geometry(bool bias) {
    config::DenoiserConfig config;
    config.bias = bias;
    return denoiser::make_geometry(8, 3, 4, config);
}

}  // namespace

TEST_CASE("weights come back from a file", "[denoiser]") {
    const TemporaryFile file("round-trip.npz");
    for (const bool bias : {false, true}) {
        denoiser::Geometry g = geometry(bias);
        const auto weights = denoiser::draw_weights(g, 5);
        denoiser::write_weights(file.path, weights, g);
        g.bias = !bias;  // the file knows
        const auto back = denoiser::read_weights(file.path, g);
        CHECK(g.bias == bias);
        CHECK(back.reduce == weights.reduce);
        CHECK(back.depthwise == weights.depthwise);
        CHECK(back.mean == weights.mean);
        CHECK(back.variance == weights.variance);
        CHECK(back.variance_bias == weights.variance_bias);
        CHECK(back.fraction.variance_out == weights.fraction.variance_out);
    }
}

TEST_CASE("the weight image is read back word for word", "[denoiser]") {
    const denoiser::Geometry g = geometry(true);
    auto weights = denoiser::draw_weights(g, 6);
    weights.mean_bias[0] = -1;
    weights.mean_bias[1] = -(std::int64_t{1} << 45);
    weights.mean_bias[2] = (std::int64_t{1} << 45) + 0x12345678;
    const std::vector<Word> image = denoiser::weight_image(weights, g);
    // By hand: 2*8 + 2*3 + 2*9 + 2*3 + 2*(8*2 + 8*3).
    REQUIRE(image.size() == 126);
    CHECK(image[0] == weights.reduce[0]);
    const auto back = denoiser::weights_of_image(image, g, weights.fraction);
    CHECK(back.reduce_bias == weights.reduce_bias);
    CHECK(back.mean_bias == weights.mean_bias);
    CHECK(back.variance == weights.variance);
}

TEST_CASE("files that do not fit are refused by name", "[denoiser]") {
    const TemporaryFile file("wrong.npz");
    denoiser::Geometry g = geometry(false);
    denoiser::write_weights(file.path, denoiser::draw_weights(g, 5), g);
    auto arrays = read_npz(file.path);

    SECTION("a missing array") {
        arrays.erase("mean.weight");
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g), test::contains("'mean.weight' is missing"));
    }
    SECTION("a wrong shape") {
        arrays.at("depthwise.weight") = Tensor<Word>({2, 9}, std::vector<Word>(18));
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g), test::contains("2x3x3 expected, 2x9 came"));
    }
    SECTION("a wrong type") {
        arrays.at("reduce.weight") = Tensor<float>({2, 8}, std::vector<float>(16));
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g),
                          test::contains("int16 expected, float32 came"));
    }
    SECTION("an odd scale of the variance") {
        arrays.at("frac.variance_out") = Tensor<std::int32_t>({}, {11});
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g),
                          test::contains(file.path + ": frac.variance_out") && test::contains("even"));
    }
    SECTION("a shift out of range") {
        arrays.at("frac.x") = Tensor<std::int32_t>({}, {-8});
        arrays.at("frac.reduce_weight") = Tensor<std::int32_t>({}, {-8});
        arrays.at("frac.reduce_out") = Tensor<std::int32_t>({}, {24});
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g), test::contains("-40"));
    }
    SECTION("a bias out of range") {
        arrays.insert_or_assign(
            "mean.bias", Tensor<std::int64_t>({8}, std::vector<std::int64_t>(8, std::int64_t{1} << 60)));
        write_npz(file.path, arrays);
        CHECK_THROWS_WITH(denoiser::read_weights(file.path, g), test::contains(file.path + ": mean.bias"));
    }
    SECTION("no file") {
        CHECK_THROWS_WITH(denoiser::read_weights("/nowhere/weights.npz", g),
                          test::contains("/nowhere/weights.npz"));
    }
}

TEST_CASE("drawn tensors keep to their documented range", "[denoiser]") {
    const denoiser::Geometry g = geometry(false);
    // floor(sqrt(3 * 4^14 / 8)) and floor(sqrt(3 * 4^12)), by hand.
    for (const Word word : denoiser::draw_weights(g, 1).reduce) CHECK(std::abs(word) <= 10033);
    for (const Word word : denoiser::draw_input(g, 1)) CHECK(std::abs(word) <= 7094);
    CHECK(denoiser::draw_input(g, 1) != denoiser::draw_input(g, 2));
}
