// The figures of `quell sweep` against those of `quell run` and `quell eval` of the same configuration, each
// as a person types it.
#include "tests/integration/sweep/sweep_program.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

using namespace quell;
using test::SweepProgram;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

namespace {

struct Program : SweepProgram {
    Json json(Words words, const Words& more = {}) const {
        words.insert(words.end(), more.begin(), more.end());
        words.insert(words.end(), {"--format", "json"});
        const Outcome outcome = run(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return Json::parse(outcome.out);
    }
    Json sweep(Words words) const {
        words.insert(words.begin(), "sweep");
        return json(words);
    }
};

std::int64_t total(const Json& layers, const char* breakdown, const std::string& part) {
    std::int64_t sum = 0;
    for (const Json& layer : layers) {
        if (layer.contains(breakdown) && layer[breakdown].contains(part))
            sum += layer[breakdown][part].get<std::int64_t>();
    }
    return sum;
}

// Every figure of a point that a run's JSON has as well, or that follows from it.
void check_same(const Json& point, const Json& run) {
    for (const char* key : {"baseline_cycles", "denoiser_cycles", "total_cycles", "overhead_percent",
                            "latency_us", "energy_uj", "denoiser_energy_uj"}) {
        CAPTURE(key);
        REQUIRE(run.contains(key));
        CHECK(point[key] == run[key]);
    }
    CHECK(point["average_power_mw"].get<double>() ==
          Approx(1e3 * run["energy_uj"].get<double>() / run["latency_us"].get<double>()));
    for (const auto& [key, value] : point.items()) {
        const auto part = [&](const std::string& prefix) {
            return key.substr(prefix.size(), key.size() - prefix.size() - std::string("_cycles").size());
        };
        CAPTURE(key);
        if (key == "baseline_cycles" || key == "denoiser_cycles" || !key.ends_with("_cycles")) continue;
        if (key.starts_with("baseline_")) {
            const std::string of = part("baseline_");
            std::int64_t expected = total(run["layers"], "breakdown", of);
            // The rest of the network says what it took, not where it went: seen in the sum below.
            CHECK(value.get<std::int64_t>() >= expected);
        }
        if (key.starts_with("denoiser_"))
            CHECK(value == total(run["layers"], "denoiser_breakdown", part("denoiser_")));
    }
    std::int64_t baseline = 0, denoiser = 0;
    for (const auto& [key, value] : point.items()) {
        if (!key.ends_with("_cycles")) continue;
        if (key.starts_with("baseline_") && key != "baseline_cycles") baseline += value.get<std::int64_t>();
        if (key.starts_with("denoiser_") && key != "denoiser_cycles") denoiser += value.get<std::int64_t>();
    }
    CHECK(baseline == run["baseline_cycles"]);
    CHECK(denoiser == run["denoiser_cycles"]);
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

TEST_CASE_METHOD(Program, "sweep: a point is what `quell run` of its options is") {
    const std::string fidelity = GENERATE("analytic", "transaction");
    const Json result = sweep({"--fidelity", fidelity, "--axis", "denoiser.cores=1,7", "--axis",
                               "denoiser.schedule=sequential,overlapped", "--axis", "clock_mhz=333,500"});
    CHECK(result["schema"] == "quell.sweep/1");
    CHECK(result["planned"] == 8);
    REQUIRE(result["points"].size() == 8);
    for (const std::size_t number : {0, 3, 6}) {
        const Json& point = result["points"][number];
        CHECK(point["point"] == number);
        CHECK(point["status"] == "done");
        Words words{"run", "--fidelity", fidelity};
        for (const Json& axis : result["axes"]) {
            const std::string name = axis["name"];
            words.insert(words.end(), {"--" + name, text_of(point[name])});
        }
        check_same(point, json(words));
    }
}

TEST_CASE_METHOD(Program, "sweep: networks are the first axis") {
    const Json result = sweep({"resnet20_cifar10", "mobilenet_v2_cifar10", "--denoiser.after", "2",
                               "--fidelity", "analytic", "--axis", "denoiser.lanes=1,4"});
    REQUIRE(result["points"].size() == 4);
    CHECK(result["axes"][0]["name"] == "model");
    const Words models{"resnet20_cifar10", "resnet20_cifar10", "mobilenet_v2_cifar10",
                       "mobilenet_v2_cifar10"};
    for (std::size_t number = 0; number < 4; ++number) {
        const Json& point = result["points"][number];
        CHECK(point["model"] == models[number]);
        check_same(point, json({"run", models[number], "--denoiser.after", "2", "--fidelity", "analytic",
                                "--denoiser.lanes", text_of(point["denoiser.lanes"])}));
    }
}

TEST_CASE_METHOD(Program, "sweep: a batch, and one image of it") {
    const Json result = sweep({"resnet20_cifar10", "--fidelity", "analytic", "--axis", "batch=1,4"});
    for (std::size_t number = 0; number < 2; ++number) {
        const Json& point = result["points"][number];
        const Json run =
            json({"run", "resnet20_cifar10", "--fidelity", "analytic", "--batch", text_of(point["batch"])});
        check_same(point, run);
        if (number == 0)
            CHECK(point["images_per_s"].get<double>() == Approx(1e6 / run["latency_us"].get<double>()));
    }
    CHECK(result["points"][1]["images_per_s"] > result["points"][0]["images_per_s"]);
}

TEST_CASE_METHOD(Program, "sweep: the fidelity may be an axis") {
    const Json result = sweep({"resnet20_cifar10", "--denoiser.after", "1", "--axis",
                               "fidelity=analytic,transaction", "--axis", "denoiser.cores=2,3"});
    for (const Json& point : result["points"]) {
        check_same(point,
                   json({"run", "resnet20_cifar10", "--denoiser.after", "1", "--fidelity",
                         text_of(point["fidelity"]), "--denoiser.cores", text_of(point["denoiser.cores"])}));
    }
}

TEST_CASE_METHOD(Program, "sweep: a list of points, whose values have commas") {
    std::ofstream(file("points.csv")) << "denoiser.after,denoiser.cores\r\n\"1,20\",4\r\n20,2\r\nnone,4\r\n";
    const Json result = sweep({"--points", file("points.csv"), "--fidelity", "analytic"});
    CHECK(result["design"] == "list");
    REQUIRE(result["points"].size() == 3);
    check_same(result["points"][0],
               json({"run", "--denoiser.after", "1,20", "--denoiser.cores", "4", "--fidelity", "analytic"}));
    check_same(result["points"][1],
               json({"run", "--denoiser.after", "20", "--denoiser.cores", "2", "--fidelity", "analytic"}));
    CHECK(result["points"][2]["denoiser_cycles"] == 0);
}

TEST_CASE_METHOD(Program, "sweep: a Latin hypercube's points are runs like any other") {
    const Json result = sweep({"--fidelity", "analytic", "--latin", "5", "--latin-seed", "9", "--axis",
                               "clock_mhz=100:900", "--axis", "denoiser.cores=1..16"});
    CHECK(result["design"] == "latin");
    REQUIRE(result["points"].size() == 5);
    std::set<double> clocks;
    for (const Json& point : result["points"]) clocks.insert(point["clock_mhz"].get<double>());
    CHECK(clocks.size() == 5);
    const Json& point = result["points"][2];
    check_same(point, json({"run", "--fidelity", "analytic", "--clock_mhz", point["clock_mhz"].dump(),
                            "--denoiser.cores", text_of(point["denoiser.cores"])}));
}

TEST_CASE_METHOD(
    Program, "sweep: the configuration of a point is one that `quell run` takes, and the view has it too") {
    const std::string database = file("x.sqlite");
    const Words study{"--fidelity", "analytic",           "--axis", "tile.preset=isaac,puma",
                      "--axis",     "denoiser.cores=2,5", "--db",   database};
    const Json result = sweep(study);
    REQUIRE(result["points"].size() == 4);
    for (std::size_t number = 0; number < 4; ++number) {
        CAPTURE(number);
        Words words{"sweep"};
        words.insert(words.end(), study.begin(), study.end());
        words.insert(words.end(), {"--show-configuration", std::to_string(number)});
        const Outcome shown = run(words);
        REQUIRE(shown.code == 0);
        const std::string name = file("point" + std::to_string(number) + ".ini");
        std::ofstream(name) << shown.out;
        check_same(result["points"][number], json({"run", "resnet18", "--config", name}));

        // The view's lines as a file of their own.
        const study::SqliteConnection connection(database, study::SqliteConnection::Mode::read);
        study::SqliteStatement statement = connection.prepare(
            "SELECT name, value FROM configuration WHERE point = " + std::to_string(number) +
            " AND name <> 'model' ORDER BY instr(name, '.') > 0, name");
        std::ofstream view(file("view.ini"));
        std::string section;
        while (statement.step()) {
            const std::string option = statement.text(0);
            const auto dot = option.rfind('.');
            const std::string its = dot == std::string::npos ? "" : option.substr(0, dot);
            if (its != section) view << '[' << its << "]\n";
            section = its;
            view << option.substr(dot == std::string::npos ? 0 : dot + 1) << " = " << statement.text(1)
                 << '\n';
        }
        view.close();
        check_same(result["points"][number], json({"run", "resnet18", "--config", file("view.ini")}));
    }
    CHECK(result["points"][0]["total_cycles"] != result["points"][2]["total_cycles"]);
}

TEST_CASE_METHOD(Program, "sweep: the configuration of a point with values is one that `quell run` takes") {
    const Words study{"resnet20_synthetic",
                      "--dataset",
                      "synthetic",
                      "--images",
                      "20",
                      "--axis",
                      "noise.model=none,gaussian,device",
                      "--axis",
                      "noise.sigma_percent=6,20"};
    // Sigma is gaussian noise's: an axis that other models of the same sweep do without.
    const Json result = sweep(study);
    REQUIRE(result["points"].size() == 6);
    std::set<double> seen;
    for (std::size_t number = 0; number < 6; ++number) {
        const Json& point = result["points"][number];
        CAPTURE(point.dump());
        Words words{"sweep"};
        words.insert(words.end(), study.begin(), study.end());
        words.insert(words.end(), {"--show-configuration", std::to_string(number)});
        const Outcome shown = run(words);
        REQUIRE(shown.code == 0);
        std::ofstream(file("point.ini")) << shown.out;
        const Json run = json({"run", "resnet20_synthetic", "--config", file("point.ini"), "--dataset",
                               "synthetic", "--limit", "20"});
        check_same(point, run);
        CHECK(point["accuracy_percent"] == run["accuracy_percent"]);
        seen.insert(point["accuracy_percent"].get<double>());
    }
    CHECK(seen.size() > 1);
}

TEST_CASE_METHOD(Program, "sweep: accuracy of several networks") {
    const Words models{"resnet20_synthetic", "resnet20_cifar10"};
    const Json result = sweep({models[0], models[1], "--dataset", "synthetic", "--images", "30", "--fidelity",
                               "analytic", "--axis", "noise.sigma_percent=2,20"});
    REQUIRE(result["points"].size() == 4);
    for (const Json& point : result["points"]) {
        CHECK(point["accuracy_percent"] ==
              json({"eval", point["model"], "--dataset", "synthetic", "--limit", "30",
                    "--noise.sigma_percent", text_of(point["noise.sigma_percent"])})["accuracy_percent"]);
    }
}

TEST_CASE_METHOD(Program, "sweep: accuracy is that of `quell eval` with the same settings") {
    const Json result =
        sweep({"resnet20_synthetic", "--dataset", "synthetic", "--images", "100", "--fidelity", "analytic",
               "--noise.sigma_percent", "12", "--axis", "arithmetic=fixed16,float32", "--axis",
               "noise.model=none,gaussian", "--axis", "noise.seed=1,2"});
    REQUIRE(result["points"].size() == 8);
    CHECK(result["objectives"] == Json({"latency_us", "energy_uj", "accuracy_percent"}));
    std::set<double> seen;
    for (const Json& point : result["points"]) {
        CAPTURE(point.dump());
        REQUIRE(point["status"] == "done");
        Words words{"eval", "resnet20_synthetic", "--dataset",         "synthetic",     "--limit",
                    "100",  "--arithmetic",       point["arithmetic"], "--noise.model", point["noise.model"]};
        if (point["noise.model"] == "gaussian")
            words.insert(words.end(),
                         {"--noise.sigma_percent", "12", "--noise.seed", text_of(point["noise.seed"])});
        CHECK(point["accuracy_percent"] == json(words)["accuracy_percent"]);
        seen.insert(point["accuracy_percent"].get<double>());
    }
    CHECK(seen.size() > 1);
}

TEST_CASE_METHOD(Program, "sweep: the seed draws the weights of a built-in network, as everywhere") {
    const Json result = sweep({"resnet20_cifar10", "--dataset", "synthetic", "--images", "40", "--fidelity",
                               "analytic", "--axis", "seed=1,2,3"});
    std::set<double> seen;
    for (const Json& point : result["points"]) {
        CHECK(point["accuracy_percent"] ==
              json({"eval", "resnet20_cifar10", "--dataset", "synthetic", "--limit", "40", "--seed",
                    text_of(point["seed"])})["accuracy_percent"]);
        seen.insert(point["accuracy_percent"].get<double>());
    }
    CHECK(seen.size() > 1);
}

TEST_CASE_METHOD(Program, "sweep: of one point, of one core with one lane, of a prime number of points") {
    const Json one = sweep({"--fidelity", "analytic", "--axis", "denoiser.cores=1", "--denoiser.lanes", "1"});
    REQUIRE(one["points"].size() == 1);
    CHECK(one["points"][0]["pareto"] == true);
    CHECK(one["sensitivity"]["denoiser.cores"]["latency_us"].is_null());
    check_same(one["points"][0],
               json({"run", "--fidelity", "analytic", "--denoiser.cores", "1", "--denoiser.lanes", "1"}));
    const Json prime = sweep({"--fidelity", "analytic", "--axis", "clock_mhz=400..508", "--jobs", "3"});
    CHECK(prime["points"].size() == 109);
    CHECK(prime["computed"] == 109);
}
