#include "models/base/csv.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

void write(const std::string& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
}

// Of a small network, with blocks.
std::string recorded_run() {
    const Outcome run = run_quell({"run", "resnet18_cifar10@0.25", "--fidelity", "analytic",
                                   "--denoiser.after", "1,20", "--format", "json"});
    REQUIRE(run.code == 0);
    return run.out;
}

std::map<std::string, std::string> files_of(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files[entry.path().filename().string()] = test::content(entry.path().string());
    return files;
}

// For as long as it lives no program is found.
class EmptyPath {
public:
    explicit EmptyPath(const std::string& folder) : before_(std::getenv("PATH")) {
        ::setenv("PATH", folder.c_str(), 1);
    }
    ~EmptyPath() { ::setenv("PATH", before_.c_str(), 1); }
    EmptyPath(const EmptyPath&) = delete;
    EmptyPath& operator=(const EmptyPath&) = delete;

private:
    std::string before_;
};

}  // namespace

TEST_CASE("a run becomes a page that needs nothing beside it", "[report]") {
    const test::TemporaryFolder folder;
    const std::string run = folder.file("my run.json");
    write(run, recorded_run());
    const Outcome outcome = run_quell({"report", run});
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.out == folder.file("my run-report/index.html") + "\n");
    const std::string page = test::content(folder.file("my run-report/index.html"));
    CHECK_THAT(page, contains("<meta name=\"viewport\"") && contains("ISAAC/PUMA parameters in an MX-CGRA") &&
                         contains("quell report &#39;"));
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("src=") == std::string::npos);
    // Of the addresses in it, none is fetched: names of SVG and links to the files beside it.
    CHECK(page.find("http://") == page.find("http://www.w3.org/2000/svg"));
    CHECK(page.find("url(http") == std::string::npos);
    // Every layer as the run has it.
    const auto json = nlohmann::json::parse(test::content(run));
    std::istringstream lines(test::content(folder.file("my run-report/cycles-per-layer.csv")));
    std::string line;
    std::getline(lines, line);
    CHECK(line == "layer,name,cycles,cycles_with_denoising");
    for (const auto& layer : json["layers"]) {
        std::getline(lines, line);
        const auto fields = split_csv_line(line);
        REQUIRE(fields);
        REQUIRE(fields->size() == 4);
        CHECK((*fields)[1] == layer["name"].get<std::string>());
        CHECK(std::stoll((*fields)[2]) == layer["cycles"].get<std::int64_t>());
        CHECK(std::stoll((*fields)[3]) ==
              layer["cycles"].get<std::int64_t>() + layer["denoiser_cycles"].get<std::int64_t>());
    }
}

namespace {

// What "href=\"#x\"" leads to, in order.
std::vector<std::string> links_within(const std::string& page) {
    std::vector<std::string> targets;
    const std::string mark = "<a href=\"#";
    for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1))
        targets.push_back(page.substr(at + mark.size(), page.find('"', at + mark.size()) - at - mark.size()));
    return targets;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a page begins with links to its parts, figures and tables", "[report]") {
    const test::TemporaryFolder folder;
    const std::string text = recorded_run();
    write(folder.file("a.json"), text);
    write(folder.file("b.json"), text);
    REQUIRE(run_quell({"report", folder.file("a.json"), "--to", folder.file("one")}).code == 0);
    const std::string one = test::content(folder.file("one/index.html"));
    CHECK(links_within(one) ==
          std::vector<std::string>{"figure-cycles-per-layer", "figure-breakdown-per-layer",
                                   "figure-energy-by-module", "figure-denoiser-breakdown", "part-1-table-1"});
    CHECK(one.find("<nav") < one.find("<figure"));
    REQUIRE(run_quell({"report", folder.file("a.json"), folder.file("b.json"), "--to", folder.file("two")})
                .code == 0);
    const std::string two = test::content(folder.file("two/index.html"));
    const std::vector<std::string> targets = links_within(two);
    CHECK(targets.size() == 1 + 2 * (1 + 4 + 1));  // side by side; a part, its figures, its table
    CHECK(std::ranges::count(targets, "part-2") == 1);
    for (const std::string& target : targets) {
        CAPTURE(target);
        CHECK(occurrences(two, " id=\"" + target + "\"") == 1);
    }
}

TEST_CASE("many blocks stand over the numbers of their layers, in a figure no taller than others",
          "[report]") {
    const test::TemporaryFolder folder;
    // As many blocks as the network has convolutions, 20; and 12, which lie one below the other.
    for (const auto& [last, upright] : {std::pair(20, true), std::pair(12, false)}) {
        CAPTURE(last);
        std::string after = "1";
        for (int i = 2; i <= last; ++i) after += "," + std::to_string(i);
        const Outcome run = run_quell({"run", "resnet18_cifar10@0.25", "--fidelity", "analytic",
                                       "--denoiser.after", after, "--format", "json"});
        REQUIRE(run.code == 0);
        write(folder.file("run.json"), run.out);
        REQUIRE(run_quell({"report", folder.file("run.json")}).code == 0);
        const std::string script = test::content(folder.file("run-report/denoiser-breakdown.gnuplot"));
        const std::size_t size = script.find("set terminal svg size 560,");
        REQUIRE(size != std::string::npos);
        CHECK(std::stoi(script.substr(size + 26)) <= 500);
        CHECK((script.find("conv 12: ") == std::string::npos) == upright);
        CHECK((script.find("convolution, in the order of execution") != std::string::npos) == upright);
        const std::string rows = test::content(folder.file("run-report/denoiser-breakdown.csv"));
        CHECK(std::count(rows.begin(), rows.end(), '\n') == last + 1);
    }
}

TEST_CASE("the same inputs give the same bytes", "[report]") {
    const test::TemporaryFolder folder;
    const std::string run = folder.file("run.json"), to = folder.file("report");
    write(run, recorded_run());
    REQUIRE(run_quell({"report", run, "--to", to}).code == 0);
    const auto first = files_of(to);
    REQUIRE(run_quell({"report", run, "--to", to}).code == 0);
    CHECK(first.size() >= 10);
    CHECK((files_of(to) == first));
}

TEST_CASE("several inputs make one page, with files of their own", "[report]") {
    const test::TemporaryFolder folder;
    const std::string text = recorded_run();
    write(folder.file("a.json"), text);
    write(folder.file("b.json"), text);
    const Outcome outcome =
        run_quell({"report", folder.file("a.json"), folder.file("b.json"), "--to", folder.file("both")});
    REQUIRE(outcome.code == 0);
    CHECK_THAT(test::content(folder.file("both/index.html")), contains("Runs side by side"));
    const auto files = files_of(folder.file("both"));
    CHECK(files.count("a-cycles-per-layer.csv") == 1);
    CHECK(files.count("b-cycles-per-layer.csv") == 1);
}

TEST_CASE("a sweep's database becomes a page", "[report]") {
    const test::TemporaryFolder folder;
    const std::string database = folder.file("grid.sqlite");
    const Outcome sweep = run_quell({"sweep", "resnet18_cifar10@0.25", "--denoiser.after", "1", "--axis",
                                     "denoiser.cores=1,2,4", "--axis", "denoiser.lanes=1,2", "--fidelity",
                                     "analytic", "--db", database, "--jobs", "1"});
    INFO(sweep.err);
    REQUIRE(sweep.code == 0);
    REQUIRE(run_quell({"report", database}).code == 0);
    const auto files = files_of(folder.file("grid-report"));
    CHECK(files.count("latency_us-over-denoiser.cores.csv") == 1);
    CHECK(files.count("denoiser-cycles-over-denoiser.cores.csv") == 1);
    const std::string& points = files.at("points.csv");
    CHECK(std::count(points.begin(), points.end(), '\n') == 7);
    CHECK_THAT(files.at("index.html"), contains("Pareto front") && contains("Sensitivity"));
    const Outcome unknown = run_quell({"report", database, "--metrics", "latency"});
    CHECK(unknown.code == 2);
    CHECK(unknown.error_lines() == 1);
    CHECK_THAT(unknown.err, contains("latency_us"));
}

TEST_CASE("without gnuplot there are tables, CSV files and one line", "[report]") {
    const test::TemporaryFolder folder;
    const std::string run = folder.file("run.json"), to = folder.file("report");
    write(run, recorded_run());
    const EmptyPath nothing(folder.path());
    const Outcome outcome = run_quell({"report", run, "--to", to});
    CHECK(outcome.code == 0);
    CHECK(outcome.error_lines() == 1);
    CHECK_THAT(outcome.err, contains("gnuplot-nox"));
    const auto files = files_of(to);
    CHECK(files.count("cycles-per-layer.csv") == 1);
    CHECK(files.count("cycles-per-layer.gnuplot") == 1);
    CHECK(files.count("cycles-per-layer.svg") == 0);
    CHECK_THAT(files.at("index.html"), contains("layer1.0.conv1"));
    CHECK(files.at("index.html").find("<svg") == std::string::npos);
}

TEST_CASE("names in a run cannot write into the page", "[report]") {
    const test::TemporaryFolder folder;
    auto json = nlohmann::json::parse(recorded_run());
    json["model"] = "</title><script>alert(1)</script> `id` 'x' \"y\" \\ @z";
    json["layers"][0]["name"] = "<img onerror=alert(1)>, \"quoted\"";
    write(folder.file("run.json"), json.dump());
    REQUIRE(run_quell({"report", folder.file("run.json")}).code == 0);
    const std::string page = test::content(folder.file("run-report/index.html"));
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<img") == std::string::npos);
    CHECK_THAT(test::content(folder.file("run-report/cycles-per-layer.csv")),
               contains("\"<img onerror=alert(1)>, \"\"quoted\"\"\""));
}

TEST_CASE("what is no result is said to be so in one line", "[report]") {
    const test::TemporaryFolder folder;
    const std::string whole = recorded_run(), to = folder.file("out");
    write(folder.file("whole.json"), whole);
    write(folder.file("cut.json"), whole.substr(0, whole.size() / 2));
    write(folder.file("eval.json"), R"({"schema": "quell.eval/1"})");
    write(folder.file("empty"), "");
    write(folder.file("text"), "conv,cycles\n1,2\n");
    write(folder.file("broken.sqlite"), std::string("SQLite format 3\0and then nothing", 32));
    std::filesystem::create_directory(folder.file("folder"));
    write(folder.file("file"), "x");
    const auto check = [&](const std::vector<std::string>& words, int code, const std::string& part) {
        std::vector<std::string> all = {"report"};
        all.insert(all.end(), words.begin(), words.end());
        const Outcome outcome = run_quell(all);
        INFO(outcome.err);
        CHECK(outcome.code == code);
        CHECK(outcome.error_lines() == 1);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, contains(part));
    };
    check({}, 2, "usage: quell report");
    check({folder.file("cut.json"), "--to", to}, 1, "cut.json: no whole JSON");
    check({folder.file("eval.json"), "--to", to}, 1, "schema 'quell.eval/1', expected 'quell.run/1'");
    check({folder.file("empty"), "--to", to}, 1, "empty: empty, expected");
    check({folder.file("text"), "--to", to}, 1, "text: neither JSON nor SQLite");
    check({folder.file("broken.sqlite"), "--to", to}, 1, "broken.sqlite");
    check({folder.file("folder"), "--to", to}, 1, "folder: a folder, not a file");
    check({folder.file("nowhere"), "--to", to}, 1, "nowhere: cannot be read: No such file");
    check({folder.file("whole.json"), folder.file("whole.json"), "--to", to}, 2, "given twice");
    // Not even the folder is there after all that.
    CHECK_FALSE(std::filesystem::exists(to));
    check({folder.file("whole.json"), "--to", folder.file("file")}, 1, "file: a file, expected a folder");
    check({folder.file("whole.json"), "--to", folder.file("file/below")}, 1, "the folder cannot be made");
    check({folder.file("whole.json"), "--to", "/proc/report"}, 1, "/proc/report: the folder cannot be made");
    check({folder.file("whole.json"), "--to", ""}, 2, "--to: expected");
}
