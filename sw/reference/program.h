// What a program can be asked for, as plain data: what reference page, man page and shell completion are
// written from. Filled from the option table and the commands, so that none of them can go stale.
#pragma once

#include "models/config/option_table.h"

#include <string>
#include <vector>

namespace quell::reference {

struct OptionEntry {
    std::string name;                // "denoiser.cores", without the dashes
    std::string standard;            // the default; may be empty
    std::string expectation;         // "a whole number (cores), 1 to 64"
    std::string unit;                // "cores"; may be empty
    std::string help, source;        // a line each; source may be empty
    std::vector<std::string> words;  // what it may be, or usually is, where that is a list
    bool is_flag = false;            // takes no value
    bool is_text = false;            // most often a file
};

struct CommandEntry {
    std::string name, summary, synopsis, details;
    std::vector<OptionEntry> options;                // the command's own
    std::vector<std::vector<std::string>> operands;  // words that each of them may be, beside a file
    bool last_operand_repeats = false;               // any further ones are as the last
};

struct SectionEntry {
    std::string name, title;  // "general" for options without a section
    std::vector<OptionEntry> options;
};

struct Program {
    std::string name, version;
    std::string summary;    // one line, without a full stop
    std::string page;       // where its reference is checked in: "docs/options.md"
    std::string companion;  // the program behind `handed_over`; empty: there is none
    std::vector<CommandEntry> commands;
    std::vector<CommandEntry> handed_over;  // name and summary alone
    std::vector<SectionEntry> sections;     // those every command takes
    bool prints_sections = true;  // else the sections are another program's to explain: `companion`'s
};

std::string program_version();  // "0.1.0", the project's
// Which sources it was built from: the git commit that last changed them, "3f2a91c07be4", with
// "-modified-1a2b3c4" where they differ from it (a digest of the differences); "unknown" outside of git.
std::string program_build();
std::vector<OptionEntry> arguments_of(const config::OptionTable& table);
// Of the whole configuration.
std::vector<SectionEntry> all_sections();

}  // namespace quell::reference
