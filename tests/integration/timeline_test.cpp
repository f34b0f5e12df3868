// `quell run --timeline` and `--vcd`: the files fit the run, and the formats to the letter.
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vcd.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

using namespace quell;
using Json = nlohmann::json;

namespace {

struct Picture : test::SystemCFixture {
    test::TemporaryFolder folder;
    std::string file = folder.file("run.out");

    // The run's JSON; the file that `option` asked for lies in `file`.
    Json run(const std::string& option, std::vector<std::string> words) const {
        words.insert(words.begin(), "run");
        words.insert(words.end(), {option, file, "--format", "json"});
        const test::Outcome outcome = test::run_quell(words);
        INFO(outcome.err);
        REQUIRE(outcome.code == 0);
        return Json::parse(outcome.out);
    }
    Json events() const { return Json::parse(std::ifstream(file))["traceEvents"]; }
};

std::int64_t picoseconds(const Json& microseconds) {
    return std::llround(microseconds.get<double>() * 1e6);
}

// Of the Trace Event Format (JSON object format): what each event must have, order, names, nesting.
void check_format(const Json& events) {
    std::map<Json, std::string> processes, threads;
    for (const Json& event : events) {
        if (event["ph"] != "M") continue;
        REQUIRE(event["args"].is_object());
        if (event["name"] == "process_name") processes[event["pid"]] = event["args"]["name"];
        if (event["name"] == "thread_name") threads[event["tid"]] = event["args"]["name"];
    }
    double last = -1;
    std::map<Json, std::vector<std::int64_t>> open;  // the ends of what a thread is in
    std::size_t wrong = 0, complete = 0;
    for (const Json& event : events) {
        if (event["ph"] == "M") continue;
        ++complete;
        wrong += event["ph"] != "X";
        wrong += !event["name"].is_string() || event["name"].get<std::string>().empty();
        wrong += !event["cat"].is_string() || !event["args"].is_object();
        wrong += !event["ts"].is_number() || !event["dur"].is_number();
        wrong += !(event["ts"].get<double>() >= last) || !(event["dur"].get<double>() > 0);
        wrong += !processes.contains(event["pid"]) || !threads.contains(event["tid"]);
        last = event["ts"].get<double>();
        const std::int64_t begin = picoseconds(event["ts"]), end = begin + picoseconds(event["dur"]);
        std::vector<std::int64_t>& ends = open[event["tid"]];
        while (!ends.empty() && ends.back() <= begin) ends.pop_back();
        wrong += !ends.empty() && end > ends.back();  // overlaps without lying within
        ends.push_back(end);
    }
    CHECK(complete > 0);
    CHECK(wrong == 0);
}

std::map<std::string, Json> by_name(const Json& events, const std::string& category) {
    std::map<std::string, Json> found;
    for (const Json& event : events) {
        if (event.contains("cat") && event["cat"] == category) found.emplace(event["name"], event);
    }
    return found;
}

}  // namespace

TEST_CASE_METHOD(Picture, "timeline: the format to the letter, at every clock and in a batch", "[run]") {
    const std::vector<std::vector<std::string>> runs{
        {"resnet20_cifar10", "--denoiser.after", "1,5"},
        {"resnet20_cifar10", "--denoiser.after", "1", "--clock_mhz", "333"},
        {"resnet20_cifar10", "--denoiser.after", "1,5", "--batch", "3", "--platform.scratchpad_ports", "1"},
        {"resnet20_cifar10", "--denoiser.after", "2", "--denoiser.schedule", "overlapped", "--fidelity",
         "cycle"},
        {"resnet20_cifar10", "--tile.preset", "puma", "--tile.stages", "1"}};
    for (const std::vector<std::string>& words : runs) {
        const Picture fresh;
        fresh.run("--timeline", words);
        check_format(fresh.events());
        const Json json = Json::parse(std::ifstream(fresh.file));
        CHECK(json["displayTimeUnit"] == "ns");
    }
}

TEST_CASE_METHOD(Picture, "timeline: layers and blocks last as long as the run says, in microseconds",
                 "[run]") {
    const Json run = this->run("--timeline", {});  // ResNet-18 with two blocks
    const Json events = this->events();
    std::set<std::string> processes;
    for (const Json& event : events) {
        if (event["name"] == "process_name") processes.insert(event["args"]["name"]);
    }
    CHECK(processes == std::set<std::string>{"layers", "denoiser", "crossbars", "converters", "digital units",
                                             "transfers", "memory ports"});
    const std::map<std::string, Json> layers = by_name(events, "layer"), blocks = by_name(events, "block");
    double total = 0;
    for (const char* part : {"layers", "other"}) {
        for (const Json& layer : run[part]) {
            if (layer["cycles"] == 0) continue;
            CAPTURE(layer["name"]);
            const Json& event = layers.at(layer["name"]);
            CHECK(event["dur"].get<double>() == Approx(layer["cycles"].get<double>() / 500));
            CHECK(event["args"]["cycles"] == layer["cycles"]);
            total += event["dur"].get<double>();
        }
    }
    for (const int site : {1, 20}) {
        const Json& event = blocks.at("block " + std::to_string(site));
        CHECK(
            event["dur"].get<double>() ==
            Approx(run["layers"][static_cast<std::size_t>(site) - 1]["denoiser_cycles"].get<double>() / 500));
        total += event["dur"].get<double>();
    }
    CHECK(total == Approx(run["latency_us"].get<double>()));

    // Crossbars are at work as long as the breakdowns say; and what products converters see follows by a
    // step.
    std::map<std::string, double> busy;
    double crossbars_begin = -1, converters_begin = -1;
    for (const Json& event : events) {
        if (!event.contains("cat")) continue;
        if (event["cat"] == "products") {
            busy[event["name"]] += event["dur"].get<double>();
            if (crossbars_begin < 0) crossbars_begin = event["ts"];
        }
        if (event["cat"] == "conversions" && converters_begin < 0) converters_begin = event["ts"];
    }
    for (const Json& layer : run["layers"]) {
        const Json& b = layer["breakdown"];
        CHECK(busy.at(layer["name"]) ==
              Approx((b["compute"].get<double>() + b["converter_stall"].get<double>()) / 500));
    }
    CHECK(converters_begin - crossbars_begin == Approx(0.1));  // 100 ns
}

TEST_CASE_METHOD(Picture, "timeline: a window bounds the file", "[run]") {
    run("--timeline", {"resnet20_cifar10", "--timeline-from", "20000", "--timeline-to", "29999"});
    const Json events = this->events();
    check_format(events);
    for (const Json& event : events) {
        if (event["ph"] == "M") continue;
        CHECK(event["ts"].get<double>() >= 40.0);
        CHECK(event["ts"].get<double>() + event["dur"].get<double>() <= 60.0 + 1e-9);
    }
    const auto size = std::filesystem::file_size(file);
    const Picture fresh;
    fresh.run("--timeline", {"resnet20_cifar10"});
    CHECK(size * 5 < std::filesystem::file_size(fresh.file));
}

TEST_CASE_METHOD(Picture, "timeline: a window may lie beside the run's blocks", "[run]") {
    run("--timeline", {"resnet20_cifar10", "--denoiser.after", "1", "--timeline-to", "1000"});
    const Json events = this->events();
    check_format(events);
    CHECK(std::none_of(events.begin(), events.end(), [](const Json& event) {
        return event["ph"] != "M" && (event["cat"] == "block" || event["cat"] == "phase");
    }));
}

TEST_CASE_METHOD(Picture, "timeline: looking on changes nothing", "[run]") {
    const auto quiet = [](Json json) {
        json.erase("sim_seconds");
        return json;
    };
    const std::vector<std::string> words{"resnet20_cifar10", "--denoiser.after", "1", "--batch", "2"};
    const Json seen = quiet(run("--timeline", words));
    const Picture fresh;
    CHECK(seen == quiet(fresh.run("--vcd", words)));
    const Picture unseen;
    const Json json = Json::parse(test::run_quell({"run", "resnet20_cifar10", "--denoiser.after", "1",
                                                   "--batch", "2", "--format", "json"})
                                      .out);
    CHECK(seen == quiet(json));
}

TEST_CASE_METHOD(Picture, "timeline: what cannot be is said in one line", "[run]") {
    const auto fails = [](const std::vector<std::string>& words, int code, const std::string& part) {
        const Picture fresh;
        std::vector<std::string> all{"run", "resnet20_cifar10"};
        all.insert(all.end(), words.begin(), words.end());
        const test::Outcome outcome = test::run_quell(all);
        INFO(outcome.err);
        CHECK(outcome.code == code);
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, test::contains(part));
    };
    for (const std::string option : {"--timeline", "--vcd"}) {
        fails({option, ""}, 2, option + ": expected the name of a file");
        fails({option + "="}, 2, option + ": a value is missing");
        fails({option, "/nope/a.json"}, 1, "/nope/a.json: cannot be written: No such file or directory");
        fails({option, folder.path()}, 1, folder.path());
        fails({option, "/dev/full"}, 1, "/dev/full: cannot be written to its end: No space left on device");
        fails({option, file, "--fidelity", "analytic"}, 2, "expected --fidelity transaction or cycle");
        fails({option + "-from", "5"}, 2, "expected " + option + " FILE with it");
        fails({option, file, option + "-from", "5", option + "-to", "4"}, 2, "not before the first");
        fails({option, file, option + "-from", "1000000000"}, 1, "the run ends in cycle");
    }
    fails({"--timeline", file, "--vcd", file}, 2, "expected two files");
    CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE_METHOD(Picture, "vcd: the platform's signals fit the run", "[run]") {
    const Json run = this->run("--vcd", {"resnet20_cifar10", "--denoiser.after", "2"});
    const test::Vcd vcd(file);
    const auto value = [&](const std::string& name, std::int64_t cycle) {
        return std::stoi(vcd.signal(name).at(static_cast<std::uint64_t>(2000 * cycle)), nullptr, 2);
    };
    // Convolutions 1 and 2 follow each other, then the block comes: cycles of 2 ns.
    const std::int64_t one = run["layers"][0]["cycles"], two = run["layers"][1]["cycles"],
                       block = run["layers"][1]["denoiser_cycles"];
    CHECK(value("platform.sequencer.convolution", 0) == 1);
    CHECK(value("platform.sequencer.convolution", one - 1) == 1);
    CHECK(value("platform.sequencer.convolution", one) == 2);
    CHECK(value("platform.sequencer.layer", one + two) == 0);
    CHECK(vcd.rises("platform.denoiser.busy") ==
          std::vector<std::uint64_t>{static_cast<std::uint64_t>(2000 * (one + two))});
    CHECK(value("platform.denoiser.busy", one + two + block - 1) == 1);
    CHECK(value("platform.denoiser.busy", one + two + block) == 0);
    CHECK(value("platform.denoiser.site", one + two) == 2);
    CHECK(value("platform.denoiser.state", 0) == 0);
    // The first convolution lies on the first PE, and begins with loading the image from memory.
    CHECK(value("platform.memory.port_0.grant", 0) == 1);
    CHECK(value("platform.memory.port_0.busy", 0) == 1);
    const std::int64_t load = run["layers"][0]["breakdown"]["load"];
    CHECK(value("platform.cgra.pe_0_0.crossbars_busy", load - 1) == 0);
    CHECK(value("platform.cgra.pe_0_0.crossbars_busy", load) == 1);
    CHECK(value("platform.cgra.pes_multiplying", load) == 1);
    CHECK(value("platform.scratchpad.port_0.busy", load) == 0);
}

TEST_CASE_METHOD(Picture, "vcd: the save file's signals are drawn, as wide as it says", "[run]") {
    run("--vcd", {"resnet20_cifar10", "--denoiser.after", "1", "--vcd-to", "5000"});
    const test::Vcd vcd(file);
    std::ifstream saved("traces/platform.gtkw");
    REQUIRE(saved);
    std::size_t signals = 0;
    for (std::string line; std::getline(saved, line);) {
        if (line.starts_with("^1 ")) CHECK(std::filesystem::exists(line.substr(3)));
        if (line.starts_with("+{")) line.erase(0, line.find("} ") + 2);
        if (!line.starts_with("platform.")) continue;
        ++signals;
        const std::size_t range = line.find('[');
        CAPTURE(line);
        REQUIRE(vcd.signals().contains(line.substr(0, range)));
        CHECK(vcd.signal(line.substr(0, range)).width ==
              (range == std::string::npos ? 1 : std::stoi(line.substr(range + 1)) + 1));
    }
    CHECK(signals >= 15);
}
