// What `harden` is made of: methods, folder, figure, report.
#include "models/base/error.h"
#include "models/network/onnx_export.h"
#include "sw/train/figure.h"
#include "sw/train/harden_methods.h"
#include "sw/train/harden_report.h"
#include "sw/train/harden_store.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace quell;
using namespace quell::train;
using test::content;

namespace {

HardenResult two_seeds() {
    HardenResult result;
    result.model = "small";
    result.test_images = 100;
    result.seeds = {1, 2};
    result.chance_percent = 10;
    result.sigmas = {0, 4, 8};
    result.rows = {
        {"noisy",
         10,
         {{{{"clean", 0}, 90}, {{"gaussian", 0}, 90}, {{"gaussian", 4}, 70}, {{"gaussian", 8}, 30}},
          {{{"clean", 0}, 90}, {{"gaussian", 0}, 90}, {{"gaussian", 4}, 60}, {{"gaussian", 8}, 20}}}},
        {"strong",
         10,
         {{{{"clean", 0}, 90}, {{"gaussian", 0}, 90}, {{"gaussian", 4}, 90}, {{"gaussian", 8}, 80}},
          {{{"clean", 0}, 90}, {{"gaussian", 0}, 90}, {{"gaussian", 4}, 90}, {{"gaussian", 8}, 40}}}}};
    return result;
}

// PATH as a test wants it.
class Path {
public:
    explicit Path(const std::string& path) : before_(getenv("PATH")) { setenv("PATH", path.c_str(), 1); }
    ~Path() { setenv("PATH", before_.c_str(), 1); }

private:
    std::string before_;
};

}  // namespace

TEST_CASE("methods by name") {
    const auto methods = parse_methods("model,qat4,denoiser,noisy+denoiser,qat16+denoiser,variance_aware");
    REQUIRE(methods.size() == 6);
    CHECK(methods[0] == HardenMethod{Base::untrained, 0, false});
    CHECK(methods[1] == HardenMethod{Base::qat, 4, false});
    CHECK(methods[2] == HardenMethod{Base::baseline, 0, true});
    CHECK(methods[3] == HardenMethod{Base::noisy, 0, true});
    CHECK(methods[4] == HardenMethod{Base::qat, 16, true});
    for (const HardenMethod& method : methods) CHECK(parse_methods(name(method)).at(0) == method);
    CHECK(parse_methods(all_methods).size() == 8);
    CHECK_THROWS_WITH(parse_methods("noisy,qat1"), test::contains("'qat1'"));
    CHECK_THROWS_WITH(parse_methods("noisy,,"), test::contains("''"));
    CHECK_THROWS_WITH(parse_methods("denoiser,baseline+denoiser"),
                      test::contains("'baseline+denoiser' came twice"));
}

TEST_CASE("a study's folder counts only what is whole and belongs together") {
    const test::TemporaryFolder folder;
    const std::string place = folder.file("study");
    const HardenRun run{"noisy", 3};
    const std::string plan = "model = a\nepochs = 1\n";
    std::optional<HardenStore> first(std::in_place, place, plan, false);
    CHECK_FALSE(first->find_network(run));
    first->keep_network(run, test::small_network());
    CHECK(first->find_network(run).value().constants == test::small_network().constants);
    CHECK(first->find_accuracies(run).empty());
    const std::map<TestNoise, double> accuracies{{{"clean", 0}, 91.25}, {{"gaussian", 2.5}, 100.0 / 3}};
    first->keep_accuracies(run, accuracies);
    CHECK(first->find_accuracies(run) == accuracies);

    CHECK_THROWS_WITH(HardenStore(place, plan, true), test::contains("another process is at work"));
    first.reset();
    CHECK_THROWS_AS(HardenStore(place, plan, false), UsageError);
    CHECK_NOTHROW(HardenStore(place, plan, true));
    CHECK_THROWS_WITH(HardenStore(place, "model = a\nepochs = 2\n", true),
                      test::contains("'epochs = 2' expected, 'epochs = 1' came"));
    CHECK_THROWS_WITH(HardenStore(place, "model = a\n", true),
                      test::contains("'(nothing)' expected, 'epochs = 1' came"));

    const HardenStore store(place, plan, true);
    CHECK(store.find_accuracies(run) == accuracies);
    // Trained anew: what was measured on the other network does not count.
    store.keep_network(run, test::small_network(9));
    CHECK(store.find_accuracies(run).empty());
    // Half a file under the name of a whole one, and under the name that files are written under.
    const std::string file = store.stem(run) + ".onnx";
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    CHECK_FALSE(store.find_network(run));
    std::filesystem::rename(file, file + ".new");
    CHECK_FALSE(store.find_network(run));
    CHECK_THROWS_WITH(HardenStore(file + ".new", "", false), test::contains("cannot be made"));
}

TEST_CASE("means, spreads and midpoints of two seeds") {
    const HardenResult result = two_seeds();
    // Halfway 50: 70 to 30 over 4 to 8 gives 6, 60 to 20 gives 5.
    CHECK(midpoints(result, result.rows[0]) == std::vector<std::optional<double>>{6, 5});
    std::ostringstream out;
    print_json(result, out);
    const auto json = nlohmann::json::parse(out.str());
    CHECK(json["schema"] == "quell.harden/1");
    const auto& noisy = json["methods"][0];
    CHECK(noisy["midpoint_percent"] == Approx(5.5));
    CHECK(noisy["midpoint_spread_percent"] == Approx(std::sqrt(0.5)));
    CHECK(noisy["points"][2]["accuracy_percent"] == Approx(65));
    CHECK(noisy["points"][2]["spread_percent"] == Approx(std::sqrt(50)));
    CHECK(json["methods"][1]["midpoint_percent"].is_null());
    CHECK(json["methods"][1]["midpoint_percent_by_seed"][0].is_null());
    CHECK(json["methods"][1]["midpoint_percent_by_seed"][1] == Approx(7.2));

    out.str("");
    print_csv(result, out);
    CHECK_THAT(out.str(), test::contains("noisy,gaussian,4,65,") && test::contains(",2,5.5,") &&
                              test::contains("strong,clean,,90,0,2,,\n"));
    out.str("");
    print_table(result, out);
    CHECK_THAT(out.str(), test::contains("5.50 +-0.71") && test::contains("> 8"));
    CHECK_THAT(every_accuracy(result), test::contains("strong,2,gaussian,8,40\n"));
    CHECK(curves(result).series.at(0).points.at(1).y == Approx(65));
}

TEST_CASE("a network that is not above chance without noise has no midpoint") {
    HardenResult result = two_seeds();
    result.rows[0].accuracies[1].at({"clean", 0}) = result.chance_percent;
    CHECK(midpoints(result, result.rows[0]) == std::vector<std::optional<double>>{6, std::nullopt});
    std::ostringstream out;
    print_table(result, out);
    const std::string text = out.str(), line = text.substr(text.find("\nmidpoint") + 1);
    CHECK_THAT(line.substr(0, line.find('\n')), test::contains(" - ") && test::contains("> 8"));
}

TEST_CASE("a figure is a script for gnuplot, drawn where it is installed") {
    Figure figure{"it's", "x", "y", "", {{"a", {{0, 1, 0}, {2, 3, 0.5}}}, {"b", {{0, 4, 0}}}}};
    const test::TemporaryFolder folder;
    const std::string svg = folder.file("a.svg"), script = folder.file("a.gnuplot");
    {
        const Path nothing(folder.path());
        CHECK_FALSE(draw_figure(figure, svg));
    }
    CHECK_THAT(content(script), test::contains("set title 'it''s'") && test::contains("\n2 3 0.5\n") &&
                                    test::contains("with yerrorbars") && test::contains(svg));
    // A gnuplot that copies its script.
    const std::string program = folder.file("gnuplot");
    std::ofstream(program) << "#!/bin/sh\n/bin/cat \"$2\" > " << svg << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    {
        const Path fake(folder.path());
        CHECK(draw_figure(figure, svg));
    }
    CHECK(content(svg) == content(script));
    std::ofstream(program) << "#!/bin/sh\nexit 1\n";
    const Path fake(folder.path());
    CHECK_THROWS_WITH(draw_figure(figure, svg), test::contains("gnuplot could not draw it"));
}

TEST_CASE("a training's log as a figure") {
    const test::TemporaryFolder folder;
    const std::string log = folder.file("log.csv");
    std::ofstream(log) << "epoch,loss,accuracy_percent,test_accuracy_percent,learning_rate,images_per_second,"
                          "seconds\n1,0.5,80,75,0.001,10,1\n2,0.4,82,,0.001,10,2\n";
    const Figure figure = log_figure(log, "title");
    REQUIRE(figure.series.size() == 3);
    CHECK(figure.series[0].points.at(1).y == 82);
    CHECK(figure.series[1].points.size() == 1);
    CHECK(figure.series[2].points.at(0).y == 0.5);
    std::ofstream(log, std::ios::app) << "3,oops\n";
    CHECK_THROWS_WITH(log_figure(log, "title"), test::contains("'3,oops'"));
    CHECK_THROWS_WITH(log_figure(folder.file("none"), "title"), test::contains("cannot be read"));
}
