#include "sw/cli/dispatch.h"

#include "sw/cli/commands.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/run_quell.h"

#include <regex>
#include <set>
#include <sstream>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

TEST_CASE("without a command the program says how it is used, as an error") {
    const Outcome outcome = run_quell({});
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, contains("usage: quell COMMAND"));
}

TEST_CASE("help lists every command and every section") {
    const std::string word = GENERATE("help", "--help", "-h");
    const Outcome outcome = run_quell({word});
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    for (const auto& command : cli::all_commands()) CHECK_THAT(outcome.out, contains(command->name()));
    for (const char* name : {"train", "place", "denoiser", "noise", "tile", "platform", "input", "general"}) {
        CHECK_THAT(outcome.out, contains(name));
    }
}

TEST_CASE("every command explains itself") {
    std::set<std::string> names;
    for (const auto& command : cli::all_commands()) {
        INFO(command->name());
        CHECK(names.insert(command->name()).second);
        CHECK_FALSE(command->summary().empty());
        for (const Outcome& outcome :
             {run_quell({"help", command->name()}), run_quell({command->name(), "--help"})}) {
            CHECK(outcome.code == 0);
            CHECK_THAT(outcome.out,
                       contains("usage: quell " + command->name()) && contains(command->summary()));
        }
    }
}

TEST_CASE("help of a section shows its options") {
    const Outcome outcome = run_quell({"help", "denoiser"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, contains("--denoiser.cores=10") && contains("1 to 64") && contains("2409.18553"));
    CHECK_THAT(run_quell({"help", "general"}).out, contains("--fidelity=transaction"));
    const Outcome unknown = run_quell({"help", "denoisr"});
    CHECK(unknown.code == 2);
    CHECK_THAT(unknown.err, contains("nearest is denoiser"));
}

TEST_CASE("help on one option: default, legal values, unit, section, source") {
    for (const char* typed : {"denoiser.cores", "--denoiser.cores"}) {
        const Outcome outcome = run_quell({"help", typed});
        CHECK(outcome.code == 0);
        CHECK(outcome.err.empty());
        CHECK_THAT(outcome.out,
                   contains("--denoiser.cores=10\n  Convolution cores, each a 3x3 systolic array\n"));
        CHECK_THAT(outcome.out, contains("default   10\n"));
        CHECK_THAT(outcome.out, contains("expected  a whole number (cores), 1 to 64\n"));
        CHECK_THAT(outcome.out, contains("unit      cores\n"));
        CHECK_THAT(outcome.out, contains("section denoiser: The denoiser block"));
        CHECK_THAT(outcome.out, contains("source    arXiv 2409.18553, hardware paragraph"));
        CHECK(outcome.out.find("denoiser.lanes") == std::string::npos);
    }
    CHECK_THAT(run_quell({"help", "fidelity"}).out, contains("section general"));
    CHECK(run_quell({"help", "--as"}).code == 2);  // help's own, without its value
}

TEST_CASE("help on a command's own option names the commands") {
    CHECK_THAT(run_quell({"help", "compare-schedules"}).out, contains("--compare-schedules\n") &&
                                                                 contains("no value") &&
                                                                 contains("of        quell block alone"));
    // The same words of several commands stand once, another command's others below them.
    const std::string output = run_quell({"help", "--images"}).out;
    CHECK_THAT(output, contains("quell sweep"));
    CHECK_THAT(run_quell({"help", "--assemble"}).out,
               contains("quell compile alone"));  // begins as --as does
}

TEST_CASE("help on an option that is none names the nearest, in one line") {
    for (const auto& [typed, nearest] :
         {std::pair("denoiser.core", "denoiser.cores"), std::pair("--denoiser.lane", "denoiser.lanes"),
          std::pair("cores", "denoiser.cores"), std::pair("--vcd-scop", "vcd-scope")}) {
        CAPTURE(typed);
        const Outcome outcome = run_quell({"help", typed});
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, contains("there is no help on '" + std::string(typed) + "'") &&
                                    contains(std::string("the nearest is ") + nearest + "\n"));
    }
}

TEST_CASE("an unknown command is answered with the nearest") {
    const Outcome outcome = run_quell({"confg"});
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, contains("'confg'") && contains("nearest is config"));
    CHECK_THAT(run_quell({"trian"}).err, contains("train"));
}

TEST_CASE("wrong usage is one line on standard error and code 2") {
    const std::vector<std::string> words =
        GENERATE(std::vector<std::string>{"config", "--denoiser.core=4"},
                 std::vector<std::string>{"config", "--clock_mhz=500MHz"},
                 std::vector<std::string>{"config", "--denoiser.cores=0"},
                 std::vector<std::string>{"config", "surplus"},
                 std::vector<std::string>{"config", "--config=/does/not/exist"},
                 std::vector<std::string>{"config", "--denoiser.after=2,2"});
    const Outcome outcome = run_quell(words);
    INFO(outcome.err);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.error_lines() == 1);
    CHECK(outcome.err.starts_with("quell: "));
}

TEST_CASE("quell config prints the configuration that the options make") {
    const Outcome outcome = run_quell({"config", "--denoiser.cores", "4", "--denoiser.after=1,20"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out,
               contains("[denoiser]") && contains("\ncores = 4\n") && contains("\nafter = 1,20\n"));
    CHECK_THAT(outcome.out, contains("\nlanes = 4\n") && contains("\nfidelity = transaction\n"));
}

TEST_CASE("the version is the project's") {
    const Outcome outcome = run_quell({"--version"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, contains("quell 0."));
}

TEST_CASE("the build says from which sources it is, the same in every result") {
    // A commit's twelve digits, with a digest of what differs from it; or no git.
    const std::regex form("quell [0-9.]+ \\(build ([0-9a-f]{12}(-modified-[0-9a-f]{7})?|unknown)\\)\n");
    std::smatch match;
    const std::string printed = run_quell({"--version"}).out;
    INFO(printed);
    REQUIRE(std::regex_match(printed, match, form));
    const Outcome run =
        run_quell({"run", "resnet18_cifar10@0.25", "--fidelity", "analytic", "--format", "json"});
    CHECK_THAT(run.out, contains("\"program_build\": \"" + match[1].str() + "\""));
    CHECK_THAT(run.out, contains("\"program_version\": \"0."));
}

TEST_CASE("output that cannot be written is a failure, not a success") {
    std::ostringstream out, err;
    out.setstate(std::ios::failbit);
    CHECK(cli::dispatch({"--version"}, out, err) == 1);
    CHECK_THAT(err.str(), contains("could not be written"));
}

TEST_CASE("a block whose weights fill the memory is refused, but timed") {
    const std::vector<std::string> huge{"block", "--channels", "65536", "--height", "1", "--width", "1"};
    const Outcome outcome = run_quell(huge);
    CHECK(outcome.code == 1);
    // 16384 * 65536 + 9 * 16384 + 2 * 65536 * 16384
    CHECK_THAT(outcome.err, contains("3221372928 weights") && contains("--fidelity analytic"));
    std::vector<std::string> timed = huge;
    timed.insert(timed.end(), {"--fidelity", "analytic", "--denoiser.weight_sram_bytes", "1048576",
                               "--denoiser.activation_sram_bytes", "1048576"});
    CHECK(run_quell(timed).code == 0);
}

TEST_CASE("two results in one file are refused") {
    const std::vector<std::string> words{"block",   "--channels", "4",      "--height",     "2",
                                         "--width", "2",          "--dump", "/tmp/q_x.npy", "--dump-input"};
    for (const char* same : {"/tmp/q_x.npy", "/tmp/../tmp/q_x.npy"}) {
        std::vector<std::string> both = words;
        both.emplace_back(same);
        const Outcome outcome = run_quell(both);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, contains("--dump-input") && contains("same file"));
    }
}
