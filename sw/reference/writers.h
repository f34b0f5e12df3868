// The forms in which a program explains itself.
#pragma once

#include "models/config/option.h"
#include "sw/reference/program.h"

#include <iosfwd>

namespace quell::reference {

enum class Form { text, markdown, man, bash, zsh };

// For --as.
config::Choices<Form> forms();

// help [--as FORM]: bound to `form`.
void register_help_arguments(config::OptionTable& table, Form& form);

// In every form but text, which is the program's own.
void write(std::ostream& out, const Program& program, Form form);

// A page of GitHub's Markdown.
void write_markdown(std::ostream& out, const Program& program);

// Section 1 of the manual, roff with the man macros.
void write_man_page(std::ostream& out, const Program& program);

// A script to be sourced. zsh's is bash's, behind bashcompinit.
void write_bash_completion(std::ostream& out, const Program& program);
void write_zsh_completion(std::ostream& out, const Program& program);

}  // namespace quell::reference
