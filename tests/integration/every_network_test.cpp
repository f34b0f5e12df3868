// Every network there is, timing alone: the built-in ones and the files of the shared data.
#include "models/network/builtin/builtin.h"
#include "sw/cli/dispatch.h"
#include "tests/support/shared_data.h"
#include "tests/support/systemc_fixture.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>

using namespace quell;
using Json = nlohmann::json;

namespace {

Json run(const std::string& model, const std::string& fidelity) {
    const test::SystemCFixture fresh_kernel;
    std::ostringstream out, err;
    const int code =
        cli::dispatch({"run", model, "--fidelity", fidelity, "--batch", "3", "--format", "json"}, out, err);
    INFO(err.str());
    REQUIRE(code == 0);
    return Json::parse(out.str());
}

void check_times(const std::string& model) {
    CAPTURE(model);
    const Json transaction = run(model, "transaction"), analytic = run(model, "analytic");
    CHECK(transaction["total_cycles"] > 0);
    CHECK(transaction["total_cycles"] == analytic["total_cycles"]);
    CHECK(transaction["batch_cycles"] >= analytic["batch_cycles"]);
    CHECK(transaction["batch_pipelined"] == transaction["resident"]);
    // Many images on their way are never slower than one after the other.
    CHECK(transaction["batch_cycles"] <= 3 * transaction["total_cycles"].get<std::int64_t>());
}

}  // namespace

TEST_CASE("every built-in network is timed, one image and several", "[run]") {
    for (const auto& [name, description] : network::builtin_networks()) check_times(name);
}

TEST_CASE("every network of the shared data is timed, one image and several", "[run]") {
    const auto folder = test::shared_data("models");
    if (!folder) return;
    int networks = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        if (entry.path().extension() != ".onnx") continue;
        check_times(entry.path().string());
        ++networks;
    }
    CHECK(networks >= 8);
}
