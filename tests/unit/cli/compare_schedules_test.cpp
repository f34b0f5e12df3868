// `quell block --compare-schedules`: both schedules and the roofline from one command.
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>

using namespace quell;
using nlohmann::json;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

std::vector<std::string> block(int c, int h, int w, const std::vector<std::string>& more) {
    std::vector<std::string> words{"block",           "--channels", std::to_string(c), "--height",
                                   std::to_string(h), "--width",    std::to_string(w)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

json result(const std::vector<std::string>& words) {
    const test::SystemCFixture kernel;
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--format", "json"});
    const Outcome outcome = run_quell(all);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return json::parse(outcome.out);
}

}  // namespace

TEST_CASE("the roofline of a small block, counted by hand", "[block]") {
    const json r = result(block(
        4, 2, 3,
        {"--compare-schedules", "--denoiser.cores", "1", "--denoiser.lanes", "2", "--fidelity", "analytic"}));
    CHECK(r["schema"] == "quell.block_schedules/1");
    const json& sequential = r["schedules"][0];
    CHECK(sequential["schedule"] == "sequential");
    // 6 pixels, B = 1: 6 * (4 + 9 + 2*4) = 126 MACs on 9 multipliers; 24 elements on 2 lanes.
    // Reads: X 24, the two tiles' depthwise windows 1 + 4 + 4 and 4 + 4 + 1, heads 2*6, LeakyReLU 2*6, lanes
    // 3*24, together 138 at 16 a cycle. Writes: 2*6, LeakyReLU 2*6, heads 2*24, Y 24, together 96 at 8.
    // Weights: 2 tiles * (4 + 9 + 2*4) = 42 at 4. DMA: X and Y 48, weights 21, at 8.
    const json roofline = {{"multipliers", 14},          {"lanes", 12},
                           {"activation_read_ports", 9}, {"activation_write_ports", 12},
                           {"weight_port", 11},          {"dma", 9}};
    CHECK(sequential["roofline_cycles"] == roofline);
    CHECK(sequential["roofline_binding"] == "multipliers");
    CHECK(sequential["roofline_bound_cycles"] == 14 + 12);
    const json& overlapped = r["schedules"][1];
    CHECK(overlapped["schedule"] == "overlapped");
    // LeakyReLU neither reads nor writes: 84 words written.
    CHECK(overlapped["roofline_cycles"]["activation_write_ports"] == 11);
    CHECK(overlapped["roofline_bound_cycles"] == 14);
    CHECK(overlapped["times_roofline_bound"].get<double>() ==
          Approx(overlapped["cycles"].get<double>() / 14));
}

TEST_CASE("the two sites of ResNet-18 keep their bounds", "[block]") {
    const json first = result(block(64, 112, 112, {"--compare-schedules"}));
    for (const json& schedule : first["schedules"]) {
        CHECK(schedule["bound_cycles"] == 448239);  // 112*112*(3*64*16 + 9*16) / 90
        CHECK(schedule["pointwise_utilisation"] >= 0.85);
        CHECK(schedule["roofline_binding"] == "multipliers");
    }
    CHECK(first["schedules"][0]["cycles"] <= 1.8 * 448239);
    CHECK(first["schedules"][1]["cycles"] <= 1.25 * 448239);
    // 64*112*112 elements on 4 lanes, after the multipliers.
    CHECK(first["schedules"][0]["roofline_bound_cycles"] == 448239 + 200704);
    const json last = result(block(512, 7, 7, {"--compare-schedules", "--fidelity", "analytic"}));
    CHECK(last["schedules"][0]["pointwise_utilisation"] >= 0.80);
    CHECK(last["schedules"][0]["bound_cycles"] == 107670);  // 49*(3*512*128 + 9*128) / 90, rounded up
}

TEST_CASE("each column is what the schedule gives alone, at every fidelity", "[block]") {
    for (const std::string fidelity : {"analytic", "transaction", "cycle"}) {
        const json both = result(block(10, 7, 9, {"--compare-schedules", "--fidelity", fidelity}));
        CHECK(both["fidelity"] == fidelity);
        REQUIRE(both["schedules"].size() == 2);
        for (const json& column : both["schedules"]) {
            const json alone = result(block(
                10, 7, 9,
                {"--denoiser.schedule", column["schedule"].get<std::string>(), "--fidelity", fidelity}));
            CHECK(alone["schema"] == "quell.block/1");
            for (const char* key :
                 {"cycles", "bound_cycles", "macs", "utilisation", "pointwise_utilisation", "latency_us",
                  "phases", "breakdown", "roofline_cycles", "counts", "plan", "output_sha256"}) {
                CAPTURE(key);
                CHECK(column[key] == alone[key]);
            }
            std::int64_t sum = 0;
            for (const json& part : column["breakdown"]) sum += part.get<std::int64_t>();
            CHECK(sum == column["cycles"]);
        }
    }
}

TEST_CASE("table and CSV print both schedules and the roofline", "[block]") {
    const std::vector<std::string> words = block(10, 7, 9, {"--compare-schedules", "--fidelity", "analytic"});
    const json both = result(words);
    const Outcome table = run_quell(words);
    for (const char* part : {"sequential", "overlapped", "multipliers", "lanes", "activation_read_ports",
                             "activation_write_ports", "weight_port", "dma", "the one that binds"}) {
        CHECK_THAT(table.out, contains(part));
    }
    std::vector<std::string> csv_words = words;
    csv_words.insert(csv_words.end(), {"--format", "csv"});
    std::istringstream csv(run_quell(csv_words).out);
    std::map<std::string, std::vector<std::string>> rows;
    for (std::string line; std::getline(csv, line);) {
        std::istringstream cells(line);
        std::string key;
        std::getline(cells, key, ',');
        for (std::string cell; std::getline(cells, cell, ',');) rows[key].push_back(cell);
    }
    CHECK(rows["quantity"] == std::vector<std::string>{"sequential", "overlapped"});
    for (std::size_t k = 0; k < 2; ++k) {
        const json& column = both["schedules"][k];
        CHECK(rows["cycles"].at(k) == column["cycles"].dump());
        CHECK(rows["roofline.lanes"].at(k) == column["roofline_cycles"]["lanes"].dump());
        CHECK(rows["breakdown.compute"].at(k) == column["breakdown"]["compute"].dump());
        CHECK(rows["roofline_bound"].at(k) == column["roofline_bound_cycles"].dump());
        CHECK_THAT(table.out, contains(" " + column["cycles"].dump()));
    }
}

TEST_CASE("files that hold one schedule's results are refused beside the comparison", "[block]") {
    const test::TemporaryFolder folder;
    for (const char* option : {"--dump", "--memory-image", "--vcd"}) {
        const Outcome outcome = run_quell(
            block(4, 2, 3, {"--compare-schedules", "--fidelity", "cycle", option, folder.file("a")}));
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, contains(option) && contains("--compare-schedules"));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}
