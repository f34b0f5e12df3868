// What `quell block` refuses: one line that names the key and what was expected, the right code, and no file.
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include "models/base/npy.h"
#include "models/denoiser/noise_lanes.h"

#include <nlohmann/json.hpp>

#include <fmt/ranges.h>
#include <array>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <regex>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

using Words = std::vector<std::string>;

Words shape(std::int64_t c, std::int64_t h, std::int64_t w) {
    return {"block",           "--channels", std::to_string(c), "--height",
            std::to_string(h), "--width",    std::to_string(w)};
}

Words operator+(Words first, const Words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Asks for every result and expects none.
void refused(const Words& words, int code, const std::vector<std::string>& parts) {
    for (const std::string fidelity : {"analytic", "transaction", "cycle"}) {
        const test::TemporaryFolder folder;
        Words all = words + Words{"--fidelity",     fidelity,
                                  "--dump-input",   folder.file("x.npy"),
                                  "--dump-weights", folder.file("w.npz"),
                                  "--memory-image", folder.file("image")};
        if (fidelity != "analytic") all = all + Words{"--dump", folder.file("y.npy")};
        const Outcome outcome = run_quell(all);
        INFO(fmt::format("{}\n{}", fmt::join(all, " "), outcome.err));
        CHECK(outcome.code == code);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK(outcome.err.starts_with("quell: "));
        for (const std::string& part : parts) CHECK_THAT(outcome.err, contains(part));
        CHECK(std::filesystem::is_empty(folder.path()));
    }
}

// "... at least 1234 are needed"
std::int64_t least_of(const std::string& message) {
    std::smatch match;
    REQUIRE(std::regex_search(message, match, std::regex("at least ([0-9]+)")));
    return std::stoll(match[1]);
}

Words analytic(const Words& words) {
    return words + Words{"--fidelity", "analytic"};
}

}  // namespace

TEST_CASE("options of the block outside their range", "[block]") {
    for (const auto& [option, value, expected] : std::vector<std::array<std::string, 3>>{
             {"--denoiser.cores", "0", "1 to 64"},
             {"--denoiser.cores", "65", "1 to 64"},
             {"--denoiser.lanes", "0", "1 to 64"},
             {"--denoiser.lanes", "65", "1 to 64"},
             {"--denoiser.lfsr_width", "15", "16 to 64"},
             {"--denoiser.lfsr_width", "65", "16 to 64"},
             {"--denoiser.leaky_shift", "16", "0 to 15"},
             {"--denoiser.leaky_shift", "-1", "0 to 15"},
             {"--denoiser.unc_outputs", "3", "1 to 2"},
             {"--denoiser.schedule", "parallel", "sequential, overlapped"},
             {"--denoiser.heads", "half", "full, grouped"},
             {"--denoiser.sampling", "none", "stochastic, mean"},
             {"--denoiser.bias", "1", "true or false"},
             {"--denoiser.activation_sram_bytes", "62", "64 to 1073741824"},
             {"--denoiser.activation_sram_banks", "0", "1 to 256"},
             {"--denoiser.weight_sram_read_words", "0", "1 to 256"},
             {"--denoiser.activation_sram_read_latency", "5", "1 to 4"},
             {"--denoiser.dma_bits", "8", "16 to 4096"},
             {"--seed", "-1", "0 to 18446744073709551615"},
             {"--seed", "18446744073709551616", "0 to 18446744073709551615"},
             {"--site", "4294967296", "0 to 4294967295"},
             {"--denoiser.cores", "4.5", "a whole number"},
             {"--denoiser.cores", "ten", "a whole number"},
             {"--denoiser.cores", "99999999999999999999", "a whole number"},
             // What reads like a number and is none.
             {"--denoiser.bottleneck_ratio", "nan", "a number"},
             {"--denoiser.bottleneck_ratio", "inf", "a number"},
             {"--denoiser.bottleneck_ratio", "1e999", "a number"},
             {"--denoiser.bottleneck_ratio", "0", "above 0"},
             {"--clock_mhz", "nan", "a number"},
             {"--clock_mhz", "0x10", "a number"},
             {"--clock_mhz", "0", "clock_mhz"}}) {
        refused(shape(4, 3, 3) + Words{option, value}, 2, {option, value, expected});
    }
    refused(shape(4, 3, 3) + Words{"--denoiser.bottleneck_ratio", "1.5"}, 2,
            {"denoiser.bottleneck_ratio = 1.5", "at most 1"});
    refused(shape(4, 3, 3) + Words{"--denoiser.dma_bits", "40"}, 2,
            {"denoiser.dma_bits = 40", "multiple of 16"});
    refused(shape(4, 3, 3) + Words{"--denoiser.weight_sram_bytes", "101"}, 2,
            {"denoiser.weight_sram_bytes = 101", "even"});
}

TEST_CASE("names that are not known", "[block]") {
    refused({"block", "--chanels", "4"}, 2, {"--chanels", "nearest is --channels"});
    refused(shape(4, 3, 3) + Words{"--denoiser.core", "4"}, 2,
            {"--denoiser.core", "nearest is --denoiser.cores"});
    refused(shape(4, 3, 3) + Words{"--memory_images", "a"}, 2,
            {"--memory_images", "nearest is --memory-image"});
    refused(shape(4, 3, 3) + Words{"surplus"}, 2, {"'surplus'", "usage: quell block"});
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("a.ini")) << "[denoiser]\nlane = 4\n";
    refused(shape(4, 3, 3) + Words{"--config", folder.file("a.ini")}, 2,
            {"a.ini", "denoiser.lane", "nearest is denoiser.lanes"});
    std::ofstream(folder.file("b.ini")) << "[denoiser]\nlanes = 65\n";
    refused(shape(4, 3, 3) + Words{"--config", folder.file("b.ini")}, 2,
            {"b.ini: denoiser.lanes = 65", "1 to 64"});
    refused(shape(4, 3, 3) + Words{"--config", folder.path()}, 2, {folder.path(), "folder"});
}

TEST_CASE("shapes that cannot be", "[block]") {
    refused({"block"}, 2, {"--channels is missing"});
    refused({"block", "--channels", "4", "--height", "3"}, 2, {"--width is missing"});
    refused(shape(0, 3, 3), 2, {"--channels 0", "1 to 65536"});
    refused(shape(65537, 3, 3), 2, {"--channels 65537", "1 to 65536"});
    refused(shape(4, -3, 3), 2, {"--height -3", "1 to 2147483647"});
    refused(shape(4, 3, 2147483648), 2, {"--width 2147483648", "1 to 2147483647"});
    refused(shape(64, 65536, 65536), 1, {"64x65536x65536", "2^31 elements"});
    // Its cycles are known, but 2^27 + 1024 words are too many to hold.
    refused(shape(1024, 131073, 1), 1, {"134218752 elements", "at most 2^27", "--fidelity analytic"});
    CHECK(run_quell(analytic(shape(1024, 131073, 1)) + Words{"--denoiser.lfsr_width", "40"}).code == 0);
}

TEST_CASE("an LFSR too narrow for the map says the least that would do", "[block]") {
    // docs/numerics.md, section 4: normals that each of 2M streams has.
    const auto samples = [](int width, std::uint64_t lanes) {
        const std::uint64_t period = (std::uint64_t{1} << width) - 1;
        std::uint64_t leap = static_cast<std::uint64_t>(width);
        while (std::gcd(leap, period) != 1) ++leap;
        const std::uint64_t share = period / (2 * lanes);
        return (share - share / 32) / leap;
    };
    for (const auto& [c, h, w, pairs] : std::vector<std::array<std::int64_t, 4>>{
             {64, 14, 14, 1}, {512, 7, 7, 1}, {64, 14, 14, 2}, {32, 56, 56, 1}, {8, 28, 28, 2}}) {
        // One strip on four lanes: each cancels a quarter.
        const auto needed = static_cast<std::uint64_t>((c * h * w + 3) / 4);
        int least = 17;
        while (static_cast<std::uint64_t>(pairs) * samples(least, 4) < needed) ++least;
        const Words words = shape(c, h, w) + Words{"--denoiser.unc_outputs", std::to_string(pairs)};
        refused(words + Words{"--denoiser.lfsr_width", "16"}, 1,
                {"denoiser.lfsr_width = 16", fmt::format("at least {} bits", least)});
        CHECK(run_quell(analytic(words + Words{"--denoiser.lfsr_width", std::to_string(least)})).code == 0);
        if (least > 17) {
            refused(words + Words{"--denoiser.lfsr_width", std::to_string(least - 1)}, 1,
                    {fmt::format("at least {} bits", least)});
        }
        const test::SystemCFixture kernel;
        CHECK(run_quell(words + Words{"--denoiser.lfsr_width", std::to_string(least)}).code == 0);
    }
    // A network's blocks as well: of 64x112x112 elements a lane of four takes 200,704 normals.
    int least = 17;
    while (samples(least, 4) < 200704) ++least;
    const Outcome network =
        run_quell({"run", "--fidelity", "analytic", "--denoiser.lfsr_width", std::to_string(least - 1)});
    CHECK(network.code == 1);
    CHECK(network.error_lines() == 1);
    CHECK_THAT(network.err, contains("block after convolution 1: denoiser.lfsr_width") &&
                                contains(fmt::format("at least {} bits", least)));
    // No noise, no streams.
    CHECK(run_quell(analytic(shape(64, 14, 14) +
                             Words{"--denoiser.lfsr_width", "16", "--denoiser.sampling", "mean"}))
              .code == 0);
}

TEST_CASE("an SRAM too small says the least that would do, and that does", "[block]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto between = [&](int least, int most) {
        return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
    };
    int simulated = 0;
    for (int trial = 0; trial < 150; ++trial) {
        const Words words = shape(between(1, 80), between(1, 40), between(1, 40)) +
                            Words{"--denoiser.schedule",
                                  between(0, 1) == 0 ? "sequential" : "overlapped",
                                  "--denoiser.heads",
                                  between(0, 1) == 0 ? "full" : "grouped",
                                  "--denoiser.sampling",
                                  between(0, 2) == 0 ? "mean" : "stochastic",
                                  "--denoiser.bias",
                                  between(0, 1) == 0 ? "true" : "false",
                                  "--denoiser.bottleneck_ratio",
                                  between(0, 1) == 0 ? "0.25" : "0.6",
                                  "--denoiser.cores",
                                  std::to_string(between(1, 12))};
        for (const std::string key : {"denoiser.activation_sram_bytes", "denoiser.weight_sram_bytes"}) {
            const auto with = [&](std::int64_t bytes) {
                return words + Words{"--" + key, std::to_string(bytes)};
            };
            const Outcome small = run_quell(analytic(with(64)));
            if (small.code == 0) continue;  // so small a block
            INFO(fmt::format("{}\n{}", fmt::join(words, " "), small.err));
            CHECK(small.code == 1);
            CHECK(small.error_lines() == 1);
            CHECK_THAT(small.err, contains(key + " = 64"));
            const std::int64_t least = least_of(small.err);
            CHECK(run_quell(analytic(with(least))).code == 0);
            const Outcome less = run_quell(analytic(with(least - 2)));
            CHECK(less.code == 1);
            CHECK(least_of(less.err) == least);
            if (trial % 10 == 0) {
                refused(with(least - 2), 1, {fmt::format("{} = {}", key, least - 2)});
                // The pins live in as little as the closed forms.
                const test::SystemCFixture kernel;
                CHECK(run_quell(with(least) + Words{"--fidelity", "cycle"}).code == 0);
                ++simulated;
            }
        }
    }
    CHECK(simulated > 10);
}

TEST_CASE("a least that no SRAM can have is said to be none", "[block]") {
    const Outcome outcome = run_quell(analytic(shape(64, 1, 33554432)));
    CHECK(outcome.code == 1);
    CHECK(outcome.error_lines() == 1);
    CHECK_THAT(outcome.err, contains("denoiser.activation_sram_bytes = 262144") && contains("at least") &&
                                contains("more than there can be"));
}

TEST_CASE_METHOD(test::SystemCFixture, "seed 0 is a seed: the registers never start from zero", "[block]") {
    for (int width : {16, 18, 32, 64}) {
        for (std::uint64_t image = 0; image < 200; ++image)
            CHECK(denoiser::base_seed({0, image, 0}, width) != 0);
    }
    CHECK(run_quell(shape(4, 3, 3) + Words{"--seed", "0"}).code == 0);
}

namespace {

// Weights of a 4x3x3 block (B = 1), as they should be.
std::map<std::string, NpyArray> good_weights() {
    const test::TemporaryFolder folder;
    REQUIRE(
        run_quell(shape(4, 3, 3) + Words{"--fidelity", "analytic", "--dump-weights", folder.file("w.npz")})
            .code == 0);
    return read_npz(folder.file("w.npz"));
}

void refused_weights(const std::map<std::string, NpyArray>& arrays, const std::vector<std::string>& parts) {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("weights.npz");
    write_npz(file, arrays);
    std::vector<std::string> all = parts;
    all.push_back(file);
    refused(shape(4, 3, 3) + Words{"--weights", file}, 1, all);
}

Tensor<std::int32_t> scalar(int value) {
    return {{}, {value}};
}

}  // namespace

TEST_CASE("weights that do not fit the block", "[block]") {
    const auto good = good_weights();
    const auto with = [&](const std::string& name, const NpyArray& array) {
        auto arrays = good;
        arrays.insert_or_assign(name, array);
        return arrays;
    };
    using Word = std::int16_t;
    refused_weights(with("reduce.weight", Tensor<Word>({1, 5})),
                    {"'reduce.weight'", "1x4 expected", "1x5 came"});
    refused_weights(with("depthwise.weight", Tensor<Word>({1, 9})), {"'depthwise.weight'", "1x3x3 expected"});
    refused_weights(with("mean.weight", Tensor<Word>({4})), {"'mean.weight'", "4x1 expected", "4 came"});
    refused_weights(with("variance.weight", Tensor<float>({4, 1})),
                    {"'variance.weight'", "int16 expected", "float32 came"});
    refused_weights(with("mean.bias", Tensor<std::int64_t>({5})), {"'mean.bias'", "4 expected", "5 came"});
    refused_weights(with("mean.bias", Tensor<std::int32_t>({4})), {"'mean.bias'", "int64 expected"});
    refused_weights(with("reduce.bias", Tensor<std::int64_t>({1}, {std::int64_t{1} << 46})),
                    {"reduce.bias", "47 bits"});
    auto missing = good;
    missing.erase("variance.weight");
    refused_weights(missing, {"'variance.weight' is missing"});
    missing.erase("frac.x");
    refused_weights(missing, {"'frac.x' is missing"});
    refused_weights(with("meen.weight", Tensor<Word>({4, 1})), {"'meen.weight'", "nearest is 'mean.weight'"});
    refused_weights(with("reduce", Tensor<Word>({1, 4})), {"array 'reduce'"});
}

TEST_CASE("scales that the words cannot have", "[block]") {
    const auto good = good_weights();
    const auto with = [&](std::initializer_list<std::pair<const char*, int>> values) {
        auto arrays = good;
        for (const auto& [name, value] : values) arrays.insert_or_assign(name, scalar(value));
        return arrays;
    };
    for (const char* name : {"frac.x", "frac.reduce_out", "frac.depthwise_out", "frac.mean_out"}) {
        refused_weights(with({{name, 25}}), {name, "-8 to 24", "25 came"});
        refused_weights(with({{name, -9}}), {name, "-8 to 24", "-9 came"});
    }
    for (const char* name : {"frac.reduce_weight", "frac.mean_weight", "frac.variance_weight"})
        refused_weights(with({{name, 31}}), {name, "-8 to 30", "31 came"});
    refused_weights(with({{"frac.variance_out", 11}}), {"frac.variance_out", "even", "11 came"});
    // 24 + 30 - (-8) = 62 and -8 - 8 - 24 = -40.
    refused_weights(with({{"frac.x", 24}, {"frac.reduce_weight", 30}, {"frac.reduce_out", -8}}),
                    {"frac.x + frac.reduce_weight - frac.reduce_out", "-15 to 47", "62 came"});
    refused_weights(with({{"frac.depthwise_out", -8}, {"frac.mean_weight", -8}, {"frac.mean_out", 24}}),
                    {"frac.depthwise_out + frac.mean_weight - frac.mean_out", "-40 came"});
    auto pair = good;
    pair.insert_or_assign("frac.x", Tensor<std::int32_t>({2}, {12, 12}));
    refused_weights(pair, {"'frac.x'", "one value expected, 2 came"});
}

TEST_CASE("files that are no arrays", "[block]") {
    const test::TemporaryFolder folder;
    const std::string x = folder.file("x.npy"), w = folder.file("w.npz");
    REQUIRE(run_quell(analytic(shape(4, 3, 3)) + Words{"--dump-input", x, "--dump-weights", w}).code == 0);
    refused({"block", "--input", folder.path()}, 1, {folder.path(), "a folder"});
    refused(shape(4, 3, 3) + Words{"--weights", folder.path()}, 1, {folder.path(), "a folder"});
    refused({"block", "--input", folder.file("none.npy")}, 1, {"none.npy", "No such file"});
    refused(shape(4, 3, 3) + Words{"--weights", folder.file("none.npz")}, 1, {"none.npz", "No such file"});
    refused({"block", "--input", w}, 1, {"w.npz: not a .npy array"});
    refused(shape(4, 3, 3) + Words{"--weights", x}, 1, {"x.npy"});
    refused({"block", "--input", x, "--channels", "5"}, 1, {"x.npy: --channels = 5 expected", "4x3x3"});

    for (const char* name : {"x.npy", "w.npz"}) {
        const auto size = std::filesystem::file_size(folder.file(name));
        for (const auto part : {size - 1, size / 2, std::uintmax_t{5}, std::uintmax_t{0}}) {
            const std::string cut = folder.file(fmt::format("cut_{}_{}", part, name));
            std::filesystem::copy_file(folder.file(name), cut);
            std::filesystem::resize_file(cut, part);
            refused(name == std::string("x.npy") ? Words{"block", "--input", cut}
                                                 : shape(4, 3, 3) + Words{"--weights", cut},
                    1, {cut});
        }
    }
    write_npy(folder.file("flat.npy"), Tensor<std::int16_t>({36}));
    refused({"block", "--input", folder.file("flat.npy")}, 1, {"flat.npy", "(C,H,W)", "36 came"});
    write_npy(folder.file("none.npy"), Tensor<std::int16_t>({0, 3, 3}));
    refused({"block", "--input", folder.file("none.npy")}, 1, {"none.npy", "(C,H,W)", "0x3x3 came"});
    write_npy(folder.file("float.npy"), Tensor<float>({4, 3, 3}));
    refused({"block", "--input", folder.file("float.npy")}, 1, {"float.npy", "int16 expected, float32 came"});
}

TEST_CASE("results that cannot be written are refused before anything is computed", "[block]") {
    const test::TemporaryFolder folder;
    for (const char* option : {"--dump", "--dump-input", "--dump-weights"}) {
        for (const auto& [file, message] : std::vector<std::pair<std::string, std::string>>{
                 {folder.path(), "a folder, not a file"},
                 {folder.file("no/such.npy"), "there is no folder " + folder.file("no")}}) {
            const Outcome outcome = run_quell(shape(4, 3, 3) + Words{option, file});
            CHECK(outcome.code == 1);
            CHECK(outcome.out.empty());
            CHECK(outcome.error_lines() == 1);
            CHECK_THAT(outcome.err, contains(fmt::format("{} {}: {}", option, file, message)));
        }
    }
    CHECK(run_quell(analytic(shape(4, 3, 3)) + Words{"--dump", folder.file("y.npy")}).code == 2);
    CHECK(run_quell(shape(4, 3, 3) + Words{"--vcd", folder.file("w.vcd")}).code == 2);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("the words of input and weights are written at every fidelity, the same ones", "[block]") {
    const test::TemporaryFolder folder;
    REQUIRE(run_quell(analytic(shape(4, 3, 3)) + Words{"--dump-input", folder.file("a.npy")}).code == 0);
    const test::SystemCFixture kernel;
    REQUIRE(run_quell(shape(4, 3, 3) + Words{"--dump-input", folder.file("b.npy")}).code == 0);
    CHECK(read_npy(folder.file("a.npy")) == read_npy(folder.file("b.npy")));
}
