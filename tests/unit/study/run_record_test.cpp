#include "sw/study/report/run_record.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

using namespace quell;
using Json = nlohmann::json;

namespace {

Json small_run() {
    return Json::parse(
        R"({"schema": "quell.run/1", "model": "tiny", "fidelity": "analytic", "clock_mhz": 500.0,
        "baseline_cycles": 100, "denoiser_cycles": 20, "total_cycles": 120, "overhead_percent": 20.0,
        "latency_us": 0.24, "energy_uj": 1.5, "layers": [{"index": 1, "name": "conv", "op": "Conv", "output": [8, 4, 4],
        "macs": 64, "cycles": 90, "denoiser_cycles": 20, "breakdown": {"compute": 80, "load": 10},
        "denoiser_breakdown": {"compute": 15, "fill": 5}}], "other": [{"name": "fc", "op": "Gemm", "cycles": 10}]})");
}

std::string message(const std::string& text) {
    try {
        study::parse_run(text, "run.json");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("a run is read back", "[report]") {
    const study::RunRecord run = study::parse_run(small_run().dump(), "run.json");
    CHECK(run.model == "tiny");
    CHECK(run.figure("total_cycles") == 120);
    CHECK_FALSE(run.has("accuracy_percent"));
    REQUIRE(run.layers.size() == 2);
    CHECK(run.layers[0].number == 1);
    CHECK(run.layers[0].output == "8x4x4");
    CHECK(run.layers[0].breakdown[1] == std::pair<std::string, double>("load", 10));
    CHECK(run.layers[1].number == 0);
    CHECK(run.layers[1].op == "Gemm");
}

TEST_CASE("a run that is cut off anywhere is no run", "[report]") {
    const std::string whole = small_run().dump();
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const std::string said = message(whole.substr(0, length));
        INFO(length);
        CHECK_THAT(said, test::contains("run.json: no whole JSON"));
        CHECK(said.find('\n') == std::string::npos);
    }
}

TEST_CASE("a run that says something else is an error that names the key", "[report]") {
    Json json = small_run();
    json["schema"] = "quell.eval/1";
    CHECK(message(json.dump()) ==
          "run.json: schema 'quell.eval/1', expected 'quell.run/1' (quell run --format json)");
    CHECK(message("[]") == "run.json: expected an object, not []");
    CHECK(message("{}") == "run.json: schema is missing");
    json = small_run();
    json["layers"][0].erase("denoiser_cycles");
    CHECK(message(json.dump()) == "run.json: layers[0].denoiser_cycles is missing");
    json = small_run();
    json["layers"][0]["breakdown"]["load"] = -10;
    CHECK(message(json.dump()) == "run.json: layers[0].breakdown.load: expected a number from 0, not -10");
    json = small_run();
    json["total_cycles"] = "many";
    CHECK(message(json.dump()) == "run.json: total_cycles: expected a number from 0, not \"many\"");
    json = small_run();
    json["other"] = 3;
    CHECK(message(json.dump()) == "run.json: other: expected a list, not 3");
}
