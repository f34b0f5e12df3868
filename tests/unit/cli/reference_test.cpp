// The program's reference page, man page and completions: nothing is left out, and what is checked in is what
// is printed.
#include "models/config/configuration.h"
#include "sw/cli/commands.h"
#include "sw/cli/companion.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/unit/cli/run_quell.h"

#include <set>

using namespace quell;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

std::string printed(const std::string& form) {
    const Outcome outcome = run_quell({"help", "--as", form});
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    return outcome.out;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// Every option that there is, with the dashes: of the sections and of all commands.
std::set<std::string> every_option() {
    config::Configuration configuration;
    config::OptionTable table;
    config::register_options(table, configuration);
    std::set<std::string> names;
    for (const std::string& name : table.names()) names.insert("--" + name);
    for (const auto& command : cli::all_commands()) {
        config::OptionTable own;
        command->register_arguments(own);
        for (const config::Option* option : own.arguments()) names.insert("--" + option->name());
    }
    return names;
}

}  // namespace

TEST_CASE("docs/options.md is what the program prints") {
    const bool is_current = test::content("docs/options.md") == printed("markdown");
    INFO("renew it by: quell help --as markdown > docs/options.md");
    CHECK(is_current);
}

TEST_CASE("every command and every option is in the reference page, the man page and the completions") {
    const std::string form = GENERATE("markdown", "man", "bash", "zsh");
    CAPTURE(form);
    std::string text = printed(form);
    // A minus that can be copied.
    for (std::size_t at = text.find("\\-"); at != std::string::npos; at = text.find("\\-")) text.erase(at, 1);
    for (const std::string& name : every_option()) CHECK_THAT(text, contains(name));
    for (const auto& command : cli::all_commands()) CHECK_THAT(text, contains(command->name()));
    for (const auto& command : cli::companion_commands()) CHECK_THAT(text, contains(command.name));
}

TEST_CASE("defaults, units, ranges, choices and sources are on the reference page") {
    const std::string page = printed("markdown");
    CHECK_THAT(page, contains("| `--denoiser.cores` | `10` | a whole number (cores), 1 to 64 |"));
    CHECK_THAT(page, contains("arXiv 2409.18553, hardware paragraph"));
    CHECK_THAT(page, contains("one of sequential, overlapped"));
    CHECK_THAT(page, contains("| `--compare-schedules` |  | no value |"));
    CHECK_THAT(page, contains("quell model list | show NAME | export NAME --to FILE.onnx"));
}

TEST_CASE("rows of the reference page's tables have as many cells as their heads") {
    const auto cells = [](const std::string& line) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < line.size(); ++i)
            count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        return count;
    };
    std::size_t head = 0, rows = 0;
    for (const std::string& line : lines_of(printed("markdown"))) {
        const bool is_row = line.starts_with('|');
        if (is_row && head == 0) head = cells(line);
        if (is_row) CHECK(cells(line) == head);
        rows += is_row;
        if (!is_row) head = 0;
    }
    CHECK(rows > every_option().size());
}

TEST_CASE("quell help --as refuses what it is not asked for") {
    const Outcome unknown = run_quell({"help", "--as", "html"});
    CHECK(unknown.code == 2);
    CHECK_THAT(unknown.err, contains("expected one of text, markdown, man, bash, zsh"));
    const Outcome topic = run_quell({"help", "run", "--as=man"});
    CHECK(topic.code == 2);
    CHECK_THAT(topic.err, contains("quell help run --as man: the whole reference is printed"));
    CHECK(run_quell({"help", "run", "block"}).code == 2);
    CHECK(run_quell({"help", "--as", "text"}).out == run_quell({"help"}).out);
    CHECK(run_quell({"help", "--as", "text", "denoiser"}).out == run_quell({"help", "denoiser"}).out);
}
