#include "sw/study/report/figure.h"

#include "models/base/error.h"
#include "sw/figure/gnuplot.h"
#include "sw/figure/printable.h"
#include "sw/study/report/axis_ticks.h"
#include "sw/study/report/stacks.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>

using namespace quell;

namespace {

// True where gnuplot is installed, and has drawn it.
bool draw(const study::Figure& figure, const test::TemporaryFolder& folder) {
    std::ofstream(folder.file(figure.name + ".gnuplot")) << study::gnuplot_script(figure);
    return figure::run_gnuplot(folder.path(), {figure.name + ".gnuplot"});
}

study::Figure curve(const std::string& title) {
    study::Figure figure;
    figure.name = "curve";
    figure.title = title;
    figure.x.label = title;
    figure.y.label = "cycles";
    study::FigureCurve line;
    line.title = title;
    line.points = {{1, 10}, {2, 1000}};
    figure.curves = {line};
    study::complete_axes(figure);
    return figure;
}

}  // namespace

TEST_CASE("bars too thin for a white border have none", "[report]") {
    for (const auto& [count, border] : {std::pair(20, true), std::pair(120, false)}) {
        CAPTURE(count);
        study::Figure figure;
        figure.bars = {{"bars", "#000000", {}}};
        for (int i = 0; i < count; ++i) figure.bars[0].boxes.push_back({i - 0.4, i + 0.4, 0, 1});
        study::complete_axes(figure);
        const std::string script = study::gnuplot_script(figure);
        CHECK((script.find("border rgb 'white'") != std::string::npos) == border);
        CHECK((script.find("noborder") == std::string::npos) == border);
    }
}

TEST_CASE("a text in gnuplot's quotes stays a text", "[report]") {
    CHECK(figure::quoted("it's `date` @x \\n") == "'it''s `date` @x \\n'");
    CHECK(figure::quoted("two\nlines\t!") == "'two'.\"\\n\".'lines !'");
}

TEST_CASE("bytes that are no UTF-8 do not reach a page or a figure", "[report]") {
    CHECK(figure::printable("\u03C3 = 6 %\n") == "\u03C3 = 6 %\n");
    CHECK(figure::printable("a\xFFz\x01\xC3") == "a?z ?");
    CHECK(figure::printable("\xED\xA0\x80 \xC0\xAF") == "??? ??");  // a surrogate, a slash made too long
    CHECK(figure::shortened("abcdefghij", 10) == "abcdefghij");
    CHECK(figure::shortened("abcdefghijklmnop", 10) == "abcd...nop");
}

TEST_CASE("names with commands in them are drawn, not run", "[report]") {
    const test::TemporaryFolder folder;
    const std::string victim = folder.file("victim");
    const study::Figure figure =
        curve("`touch " + victim + "` '.system(\"touch " + victim + "\").' @x _y ^{z} \\ \u03C3");
    if (!draw(figure, folder)) {
        WARN("[skipped] gnuplot is not installed");
        return;
    }
    CHECK_FALSE(std::filesystem::exists(victim));
    const std::string svg = test::content(folder.file("curve.svg"));
    CHECK_THAT(svg, test::contains("system(") && test::contains("@x _y ^{z} \\ \u03C3"));
    CHECK(test::content(folder.file("curve.pdf")).starts_with("%PDF"));
    CHECK(test::content(folder.file("curve.png")).starts_with("\x89PNG"));
}

TEST_CASE("a script that gnuplot cannot read is an error that names it", "[report]") {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("bad.gnuplot")) << "plot nonsense from nowhere\n";
    try {
        if (!figure::run_gnuplot(folder.path(), {"bad.gnuplot"})) return;
        FAIL("gnuplot took it");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), test::contains("bad.gnuplot"));
    }
}

TEST_CASE("the same script gives the same files", "[report]") {
    const test::TemporaryFolder first, second;
    if (!draw(curve("a"), first) || !draw(curve("a"), second)) {
        WARN("[skipped] gnuplot is not installed");
        return;
    }
    for (const test::TemporaryFolder* folder : {&first, &second})
        figure::remove_creation_date(folder->file("curve.pdf"));
    for (const char* name : {"curve.svg", "curve.pdf", "curve.png"}) {
        INFO(name);
        CHECK(test::content(first.file(name)) == test::content(second.file(name)));
    }
    CHECK_THAT(test::content(first.file("curve.pdf")), test::contains("CreationDate (D:19700101000000"));
}

TEST_CASE("axes cover what is drawn, also a single value", "[report]") {
    study::FigureAxis axis;
    study::choose_range(axis, 5, 5);
    CHECK(axis.low < 5);
    CHECK(axis.high > 5);
    study::FigureAxis bars{"cycles", true, true};
    study::choose_range(bars, 40428, 10834276);
    CHECK(bars.low == 10000);
    CHECK(bars.high > 10834276);
    study::choose_ticks(bars);
    std::string labels;
    for (const auto& tick : bars.ticks) labels += tick.label + ";";
    CHECK(labels == "10 k;100 k;1 M;10 M;");
}

TEST_CASE("ticks of an axis are round numbers inside it", "[report]") {
    study::FigureAxis axis;
    axis.low = 0;
    axis.high = 100;
    study::choose_ticks(axis);
    std::string labels;
    for (const auto& tick : axis.ticks) labels += tick.label + ";";
    CHECK(labels == "0;20;40;60;80;100;");
    CHECK(study::tick_label(9999) == "9999");
    CHECK(study::tick_label(25318342) == "25.32 M");
}

TEST_CASE("a stack has its kinds one upon the other", "[report]") {
    const study::NamedNumbers parts = {{"compute", 60}, {"idle", 0}, {"load", 20}};
    CHECK(study::in_percent(parts)[0].second == 75);
    const auto bars = study::stacked_bars({{3, parts}}, true);
    REQUIRE(bars.size() == 2);  // nothing is idle
    CHECK(bars[1].title == "load");
    CHECK(bars[1].boxes[0].bottom == 60);
    CHECK(bars[1].boxes[0].top == 80);
    CHECK(bars[1].boxes[0].left == Approx(2.6));
}

TEST_CASE("of many kinds the smallest stand together", "[report]") {
    study::NamedNumbers parts;
    for (int i = 1; i <= 12; ++i) parts.emplace_back("kind" + std::to_string(i), i);
    const auto bars = study::stacked_bars({{0, parts}}, false);
    REQUIRE(bars.size() == 8);
    CHECK(bars.back().title == "others");
    // 1 + 2 + 3 + 4 + 5 of 78.
    CHECK(bars.back().boxes[0].right - bars.back().boxes[0].left == Approx(15));
    CHECK(bars.back().boxes[0].right == Approx(78));
}
