// `quell run --explain`: where a layer's cycles went, on machines whose bound is known by hand.
#include "tests/support/systemc_fixture.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

using namespace quell;
using Json = nlohmann::json;

namespace {

struct Explain : test::SystemCFixture {
    Json explanation(std::vector<std::string> words) const {
        words.insert(words.begin(), "run");
        words.insert(words.end(), {"--format", "json"});
        const test::Outcome outcome = test::run_quell(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return Json::parse(outcome.out)["explanation"];
    }
};

}  // namespace

TEST_CASE_METHOD(Explain, "explain: the resource that was made slow bounds the first convolution", "[run]") {
    const auto bound = [&](const std::string& option, const std::string& value) {
        const Json e = explanation({"resnet18", "--fidelity", "analytic", "--explain", "1", option, value});
        INFO(e.dump(2));
        REQUIRE(e["bound_by"].size() == 1);
        const std::string name = e["bound_by"][0];
        return std::pair(name, e["least_cycles"][name].get<std::int64_t>());
    };
    using Bound = std::pair<std::string, std::int64_t>;
    const std::int64_t products = 112 * 112, outputs = 64 * products;
    // 16 steps of 128 conversions of 1 ns, and of 200 ns, at 500 MHz.
    CHECK(bound("--tile.conversion_ns", "1") == Bound("converters", products * 1024));
    CHECK(bound("--tile.read_ns", "200") == Bound("crossbars", products * 1600));
    // 802,816 words go out, one bit a cycle.
    CHECK(bound("--platform.interconnect_bits", "1") == Bound("links", outputs * 16));
    // In 112 strips, each with two cycles before the first word; and 150,528 words of input come from memory.
    CHECK(bound("--platform.scratchpad_bits", "1") == Bound("scratchpad_ports", outputs * 16 + 112 * 2));
    // Per output an addition of the two row splits' sums, the bias and ReLU, all on one PE.
    const Json lanes =
        explanation({"resnet18", "--fidelity", "analytic", "--explain", "1", "--platform.alu_lanes", "1",
                     "--tile.read_ns", "1", "--tile.conversion_ns", "0.001"});
    CHECK(lanes["bound_by"] == Json({"digital_lanes"}));
    CHECK(lanes["least_cycles"]["digital_lanes"] == 3 * outputs);
    // VGG-16's first full layer does not fit: 25,088 x 4,096 weights come through a port of 64 bits.
    const Json vgg = explanation({"vgg16", "--fidelity", "analytic", "--explain", "classifier.0"});
    CHECK(vgg["bound_by"] == Json({"programming"}));
    CHECK(vgg["least_cycles"]["programming"] >= 25088 * 4096 / 4);
    CHECK_THAT(vgg["words"].get<std::string>(), test::contains("platform.memory_bits"));
    CHECK_THAT(vgg["words"].get<std::string>(), !test::contains("do not overlap"));
    // One product of 800 cycles, and as much again around it.
    const Json single = explanation({"resnet18", "--fidelity", "analytic", "--explain", "fc"});
    CHECK(single["cycles"] > 1200);
    CHECK(single["least_cycles"]["crossbars"] == 800);
    CHECK_THAT(single["words"].get<std::string>(), test::contains("do not overlap"));
    const Json slow_cells =
        explanation({"vgg16", "--fidelity", "analytic", "--explain", "classifier.0", "--platform.write_units",
                     "1", "--platform.memory_bits", "1024", "--platform.interconnect_bits", "1024"});
    CHECK(slow_cells["bound_by"] == Json({"programming"}));
    CHECK_THAT(slow_cells["words"].get<std::string>(), test::contains("platform.write_units"));
}

TEST_CASE_METHOD(Explain, "explain: every fidelity gives the same", "[run]") {
    const std::vector<std::string> words{"resnet20_cifar10", "--denoiser.after", "3", "--explain", "block3"};
    const auto at = [&](const char* fidelity) {
        std::vector<std::string> all = words;
        all.insert(all.end(), {"--fidelity", fidelity});
        const Explain fresh;
        return fresh.explanation(all);
    };
    const Json analytic = at("analytic");
    CHECK(analytic["block"] == true);
    CHECK(analytic["cycles"] > 0);
    CHECK(analytic == at("transaction"));
    CHECK(analytic == at("cycle"));
}

TEST_CASE_METHOD(Explain, "explain: a layer by its number, its name and the name of what is done with it",
                 "[run]") {
    const Json by_number = explanation({"resnet18", "--explain", "1"});
    CHECK(explanation({"resnet18", "--fidelity", "analytic", "--explain", by_number["name"]}) == by_number);
    std::int64_t sum = 0;
    for (const auto& [name, cycles] : by_number["breakdown"].items()) sum += cycles.get<std::int64_t>();
    CHECK(sum == by_number["cycles"]);
    CHECK_THAT(by_number["words"].get<std::string>(), test::contains("Bound by crossbars and converters"));
}

// 64x112x112 on 90 multipliers and 4 lanes: 40,341,504 products, 802,816 elements.
TEST_CASE_METHOD(Explain, "explain: the first block is bound by its multipliers", "[run]") {
    const Json e = explanation({"--fidelity", "analytic", "--explain", "block1"});
    CHECK(e["bound_by"] == Json({"multipliers"}));
    CHECK(e["least_cycles"]["multipliers"] == 448239);
    CHECK(e["least_cycles"]["lanes"] == 200704);
    CHECK(e["next"] == "activation_write_ports");
    CHECK_THAT(e["words"].get<std::string>(), test::contains("648943"));
    const Json slow = explanation({"--fidelity", "analytic", "--explain", "block1", "--denoiser.lanes", "1"});
    CHECK(slow["bound_by"] == Json({"lanes"}));
}

TEST_CASE_METHOD(Explain, "explain: the table has the cycles in words", "[run]") {
    const test::Outcome outcome = test::run_quell({"run", "--explain", "20"});
    CHECK(outcome.code == 0);
    for (const char* text :
         {"layer4.1.conv2", "convolution 20 of resnet18", "crossbars at work", "took no time",
          "The denoiser block behind it takes 150620 cycles more: --explain block20."}) {
        CHECK_THAT(outcome.out, test::contains(text));
    }
}

TEST_CASE_METHOD(Explain, "explain: an unknown layer is answered with the nearest names", "[run]") {
    const auto fails = [](const std::vector<std::string>& words, const std::string& part) {
        const test::Outcome outcome = test::run_quell(words);
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(part));
    };
    const std::vector<std::string> run{"run", "--fidelity", "analytic", "--explain"};
    const auto with = [&](const std::string& word) {
        std::vector<std::string> words = run;
        words.push_back(word);
        return words;
    };
    fails(with("layer4.1.conv3"), "the nearest names are layer4.1.conv");
    fails(with("21"), "numbered from 1 to 20");
    fails(with("0"), "numbered from 1 to 20");
    fails(with("block2"), "block20");
    fails(with("blockx"), "block1");
    fails(with(""), "--explain");
    std::vector<std::string> csv = with("1");
    csv.insert(csv.end(), {"--format", "csv"});
    fails(csv, "--format table or json");
}
