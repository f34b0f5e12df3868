#include "sw/reference/writers.h"

#include <stdexcept>

namespace quell::reference {

config::Choices<Form> forms() {
    return {{"text", Form::text},
            {"markdown", Form::markdown},
            {"man", Form::man},
            {"bash", Form::bash},
            {"zsh", Form::zsh}};
}

void register_help_arguments(config::OptionTable& table, Form& form) {
    table.add_argument("as", form, forms())
        .help("The whole reference as a page of Markdown, a man page, or completion for a shell");
}

void write(std::ostream& out, const Program& program, Form form) {
    switch (form) {
        case Form::text:
            throw std::logic_error("help as text is the program's own");
        case Form::markdown:
            return write_markdown(out, program);
        case Form::man:
            return write_man_page(out, program);
        case Form::bash:
            return write_bash_completion(out, program);
        case Form::zsh:
            return write_zsh_completion(out, program);
    }
}

}  // namespace quell::reference
