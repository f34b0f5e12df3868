#include "models/config/option_table.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace quell;
using namespace quell::config;
using test::contains;

namespace {

enum class Colour { red, green };

// A small table of its own, so that these tests stand whatever options the machine has.
struct Example {
    int cores = 10;
    double ratio = 0.25;
    bool bias = false;
    Colour colour = Colour::red;
    std::vector<double> mean{1, 2};
    std::string model;
    int channels = 0;
    bool all = false;
    OptionTable table;

    Example() {
        table.section("", "General");
        table.section("unit", "A unit");
        table.add("colour", colour, Choices<Colour>{{"red", Colour::red}, {"green", Colour::green}})
            .help("Its colour");
        table.add("unit.cores", cores).unit("cores").range(1, 64).help("Number of cores").source("a paper");
        table.add("unit.ratio", ratio).above(0).help("A ratio");
        table.add("unit.bias", bias).help("Biases");
        table.add("unit.mean", mean).range(-5, 5).help("Means");
        table.add("model", model).help("A name");
        table.add_argument("channels", channels).range(1, 100).help("Channels");
        table.add_flag("all", all).help("Everything");
    }

    std::vector<std::string> parse(const std::vector<std::string>& words) {
        return table.parse_command_line(words);
    }
    void parse_text(const std::string& text) {
        std::istringstream stream(text);
        table.parse_stream(stream, "test.ini");
    }
};

// A file that is gone at the end of the test.
struct TemporaryFile {
    std::string path =
        (std::filesystem::temp_directory_path() / ("quell_option_table_" + std::to_string(::getpid())))
            .string();
    explicit TemporaryFile(const std::string& text) { std::ofstream(path) << text; }
    ~TemporaryFile() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("defaults are those of the fields") {
    Example example;
    CHECK(example.parse({}).empty());
    CHECK(example.cores == 10);
    CHECK(example.table.at("unit.cores").default_text() == "10");
    CHECK_FALSE(example.table.is_given("unit.cores"));
}

TEST_CASE("both spellings of the command line set the field, and what is no option is an operand") {
    Example example;
    const auto operands =
        example.parse({"first", "--unit.cores=4", "--unit.ratio", "0.5", "--unit.mean", "-1,3", "--colour",
                       "green", "--unit.bias=true", "--channels=9", "--all", "second"});
    CHECK(operands == std::vector<std::string>{"first", "second"});
    CHECK(example.cores == 4);
    CHECK(example.ratio == 0.5);
    CHECK(example.mean == std::vector<double>{-1, 3});
    CHECK(example.colour == Colour::green);
    CHECK(example.bias);
    CHECK(example.channels == 9);
    CHECK(example.all);
    CHECK(example.table.is_given("unit.cores"));
    CHECK_FALSE(example.table.is_given("model"));
}

TEST_CASE("a flag takes no value") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--all=true"}), contains("all"));
}

TEST_CASE("the command line beats the file and the file beats the default, whatever their order") {
    const TemporaryFile file("[unit]\ncores = 5  # five\nratio = 0.75\n");
    const bool file_first = GENERATE(true, false);
    Example example;
    if (file_first) {
        example.parse({"--config", file.path, "--unit.cores=6"});
    } else {
        example.parse({"--unit.cores=6", "--config=" + file.path});
    }
    CHECK(example.cores == 6);
    CHECK(example.ratio == 0.75);
    CHECK(example.table.at("unit.ratio").origin() == Origin::file);
    CHECK_FALSE(example.bias);
}

TEST_CASE("an unknown option is answered with the nearest one") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--unit.core=4"}),
                      contains("--unit.core:") && contains("nearest is --unit.cores"));
    CHECK_THROWS_WITH(example.parse({"--cores", "4"}), contains("nearest is --unit.cores"));
    CHECK_THROWS_WITH(example.parse({"--chanels=4"}), contains("nearest is --channels"));
    CHECK_THROWS_WITH(example.parse_text("[unit]\nrato = 1\n"),
                      contains("test.ini") && contains("unit.ratio"));
    CHECK_THROWS_WITH(example.parse_text("[unti]\nratio = 1\n"),
                      contains("no section [unti]") && contains("unit.ratio"));
    CHECK_THROWS_AS(example.parse({"--x"}), UsageError);
}

TEST_CASE("no option is suggested that does not look alike") {
    Example example;
    for (const char* name : {"--sigma", "--x", "--unit.energy_table", "--bios_revision"}) {
        INFO(name);
        CHECK_THROWS_WITH(example.parse({name, "1"}),
                          contains(name) && contains("quell help") && !contains("nearest"));
    }
    CHECK_THROWS_WITH(example.parse_text("[weather]\nwind = 1\n"),
                      contains("no section [weather]") && !contains("nearest"));
    CHECK_THROWS_WITH(example.parse_text("[weather]\ncores = 1\n"), contains("nearest option is unit.cores"));
}

TEST_CASE("options without a section may stand under [general], as help calls it") {
    Example example;
    example.parse_text("[general]\ncolour = green\n[unit]\ncores = 3\n");
    CHECK(example.colour == Colour::green);
    CHECK(example.cores == 3);
    CHECK_THROWS_WITH(example.parse_text("colour = red\n[general]\ncolour = red\n"), contains("twice"));
    CHECK_THROWS_WITH(example.parse_text("[general]\ncolor = red\n"), contains("nearest is colour"));
    CHECK_THROWS_WITH(example.parse_text("[general]\ncores = 4\n"), contains("nearest is unit.cores"));
}

TEST_CASE("a shortened name is not guessed") {
    Example example;
    CHECK_THROWS_AS(example.parse({"--chan=4"}), UsageError);
}

TEST_CASE("values that are not legal name the option, the value and what was expected") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--unit.cores=65"}),
                      contains("unit.cores") && contains("65") && contains("1 to 64") && contains("cores"));
    CHECK_THROWS_WITH(example.parse({"--unit.cores=0"}), contains("1 to 64"));
    CHECK_THROWS_WITH(example.parse({"--unit.cores", "4cores"}),
                      contains("4cores") && contains("without a unit"));
    CHECK_THROWS_WITH(example.parse({"--unit.cores=2.5"}), contains("whole number"));
    CHECK_THROWS_WITH(example.parse({"--unit.ratio=0"}), contains("above 0"));
    CHECK_THROWS_WITH(example.parse({"--unit.mean=1,6"}), contains("-5 to 5"));
    CHECK_THROWS_WITH(example.parse({"--unit.mean=1;2"}), contains("1;2"));
    CHECK_THROWS_WITH(example.parse({"--colour=blue"}), contains("blue") && contains("red, green"));
    CHECK_THROWS_WITH(example.parse({"--unit.bias=yes"}), contains("true or false"));
    CHECK_THROWS_WITH(example.parse_text("[unit]\ncores = many\n"), contains("test.ini") && contains("many"));
    CHECK(example.cores == 10);
    CHECK(example.mean == std::vector<double>{1, 2});
}

TEST_CASE("a missing value is said to be missing") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--unit.cores"}), contains("unit.cores") && contains("missing"));
    CHECK_THROWS_AS(example.parse({"--unit.cores="}), UsageError);
    CHECK_THROWS_AS(example.parse({"--config"}), UsageError);
    CHECK_THROWS_AS(example.parse_text("[unit]\ncores =\n"), UsageError);
}

TEST_CASE("the same option twice is an error") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--unit.cores=4", "--unit.cores=4"}),
                      contains("unit.cores") && contains("twice"));
    CHECK_THROWS_WITH(example.parse_text("[unit]\ncores = 4\ncores = 5\n"),
                      contains("unit.cores") && contains("twice"));
    CHECK_THROWS_WITH(example.parse({"--config=a", "--config=b"}), contains("config") && contains("twice"));
}

TEST_CASE("an argument of one command has no place in a file") {
    Example example;
    CHECK_THROWS_WITH(example.parse_text("channels = 4\n"), contains("channels") && contains("command line"));
}

TEST_CASE("files that are no configuration are refused by name") {
    Example example;
    CHECK_THROWS_WITH(example.parse({"--config=/does/not/exist.ini"}), contains("/does/not/exist.ini"));
    CHECK_THROWS_WITH(example.parse({"--config=/"}), contains("folder"));
    CHECK_THROWS_WITH(example.parse({"--config=/dev/zero"}), contains("1 MiB"));
    CHECK_THROWS_WITH(example.parse_text("[unit]\nthis is no setting\n"), contains("test.ini"));
    const std::string binary(
        "\x7f"
        "ELF\x01\x02\x00\xff\n",
        9);
    CHECK_THROWS_AS(example.parse_text(binary), UsageError);
}

TEST_CASE("errors are one line of printable characters") {
    Example example;
    for (const std::string& text : {std::string("[unit]\ncores = \x1b[31m\n"), std::string("\x01\x02\n"),
                                    std::string("[a\x07]\nb=1\n")}) {
        try {
            example.parse_text(text);
            FAIL("no error");
        } catch (const UsageError& error) {
            for (const char c : std::string(error.what())) CHECK((c >= 32 && c < 127));
        }
    }
}

TEST_CASE("the printed file, fed back, gives the same values") {
    Example first;
    first.parse(
        {"--unit.cores=7", "--unit.ratio=0.1", "--unit.mean=none", "--colour=green", "--model=a name"});
    std::ostringstream printed;
    first.table.write_file(printed);
    CHECK_THAT(printed.str(),
               contains("# Number of cores") && contains("source: a paper") && contains("1 to 64"));

    Example second;
    second.parse_text(printed.str());
    CHECK(second.cores == 7);
    CHECK(second.ratio == 0.1);
    CHECK(second.mean.empty());
    CHECK(second.colour == Colour::green);
    CHECK(second.model == "a name");
    std::ostringstream again;
    second.table.write_file(again);
    CHECK(again.str() == printed.str());
}

TEST_CASE("help shows an option's default, range and source") {
    Example example;
    std::ostringstream help;
    example.table.write_section_help(help, "unit");
    CHECK_THAT(help.str(), contains("--unit.cores=10") && contains("1 to 64") && contains("a paper"));
    CHECK_THAT(help.str(), !contains("channels"));
    std::ostringstream arguments;
    example.table.write_argument_help(arguments);
    CHECK_THAT(arguments.str(), contains("--channels") && contains("--all") && !contains("unit.cores"));
}
