#include "sw/reference/writers.h"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>

namespace quell::reference {
namespace {

// A word of a script, between quotes that nothing inside ends.
std::string quoted(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + "'";
}

// Names of functions have no hyphens.
std::string function_of(const std::string& program) {
    std::string name = "_" + program;
    std::ranges::replace(name, '-', '_');
    return name;
}

// "--cores=" or, where no value is taken, "--compare".
std::string typed(const OptionEntry& option) {
    return "--" + option.name + (option.is_flag ? "" : "=");
}

std::string all_typed(const std::vector<OptionEntry>& options) {
    std::vector<std::string> words;
    for (const OptionEntry& option : options) words.push_back(typed(option));
    return fmt::format("{}", fmt::join(words, " "));
}

// What stands for a value: words, FILE for any file, OPTION for KEY=VALUES of an option (--axis of a sweep).
std::string value_of(const OptionEntry& option) {
    if (!option.words.empty()) return fmt::format("{}", fmt::join(option.words, " "));
    if (option.name == "axis") return "OPTION";
    return option.is_text ? "FILE" : "";
}

// Patterns of "COMMAND --option" that share a value.
using Values = std::map<std::string, std::vector<std::string>>;

void collect(Values& values, const std::string& command, const std::vector<OptionEntry>& options) {
    for (const OptionEntry& option : options) {
        if (const std::string value = value_of(option); !value.empty())
            values[value].push_back(command + quoted(" --" + option.name));
    }
}

void write_case(std::ostream& out, const std::string& pattern, const std::string& words) {
    fmt::print(out, "        {}) echo {} ;;\n", pattern, quoted(words));
}

// What is known of the program: its commands, their options, what these may be.
void write_knowledge(std::ostream& out, const Program& program, const std::string& function) {
    fmt::print(out, "# The options of all sections.\n{}_sections() {{\n    echo '", function);
    for (const SectionEntry& section : program.sections) out << all_typed(section.options) << ' ';
    out << "'\n}\n\n";

    fmt::print(out, "# The options of a command.\n{}_options() {{\n    case $1 in\n", function);
    for (const CommandEntry& command : program.commands) {
        if (!command.options.empty()) write_case(out, command.name, all_typed(command.options));
    }
    fmt::print(out, "    esac\n    echo '--config= --help'\n    {}_sections\n}}\n\n", function);

    fmt::print(out,
               "# What may follow an option: words, FILE, or OPTION for KEY=VALUES of one.\n"
               "{}_values() {{\n    case \"$1 $2\" in\n",
               function);
    Values values;
    values["FILE"].push_back("*' --config'");
    for (const CommandEntry& command : program.commands) collect(values, command.name, command.options);
    for (const SectionEntry& section : program.sections) collect(values, "*", section.options);
    for (const auto& [words, patterns] : values)
        write_case(out, fmt::format("{}", fmt::join(patterns, " | ")), words);
    out << "    esac\n}\n\n";

    fmt::print(out,
               "# What an operand may be beside a file; $2 counts them from 0.\n"
               "{}_operands() {{\n    case \"$1 $2\" in\n",
               function);
    for (const CommandEntry& command : program.commands) {
        for (std::size_t i = 0; i < command.operands.size(); ++i) {
            const bool repeats = command.last_operand_repeats && i + 1 == command.operands.size();
            write_case(
                out,
                repeats ? quoted(command.name + " ") + "*" : quoted(fmt::format("{} {}", command.name, i)),
                fmt::format("{}", fmt::join(command.operands[i], " ")));
        }
    }
    out << "    esac\n}\n\n";
}

// How the line is taken apart; FUNCTION, COMMANDS and HANDED_OVER are put in.
constexpr std::string_view logic = R"sh(# Files whose names begin with $2, each behind $1.
FUNCTION_files() {
    local IFS=$'\n'
    COMPREPLY=($(compgen -P "$1" -f -- "$2"))
    compopt -o filenames 2> /dev/null
}

FUNCTION() {
    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} previous= option= prefix=
    local words options word position=0 i=2
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W 'COMMANDS --help --version' -- "$current"))
        return 0
    fi
HANDED_OVER    previous=${COMP_WORDS[COMP_CWORD - 1]}
    options=" $(FUNCTION_options "$command" | tr '\n' ' ')"

    # Where = is in COMP_WORDBREAKS, bash makes three words of --name=value.
    if [[ $current == = ]]; then
        option=$previous current=
    elif [[ $previous == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $current == --*=* ]]; then
        option=${current%%=*} prefix="${current%%=*}=" current=${current#*=}
    elif [[ $options == *" $previous= "* ]]; then
        option=$previous
    fi

    if [[ -n $option ]]; then
        # An axis, KEY=VALUES, has what its option has.
        [[ $option == --* ]] || option=--$option
        words=$(FUNCTION_values "$command" "$option")
        if [[ $words == OPTION && $current == *=* ]]; then
            option=--${current%%=*} prefix+="${current%%=*}=" current=${current#*=}
            words=$(FUNCTION_values "$command" "$option")
        fi
        [[ -n $words || $option != --model ]] || words=$(FUNCTION_operands "$command" 0)
        case $words in
            FILE) FUNCTION_files "$prefix" "$current" ;;
            OPTION)
                # What never changes a result is no axis.
                words=$(FUNCTION_sections | tr ' ' '\n' | sed -n '/^--\(format\|threads\)=/d; s/^--\(.*=\)$/\1/p')
                COMPREPLY=($(compgen -P "$prefix" -W "model= $words" -- "$current"))
                compopt -o nospace 2> /dev/null
                ;;
            *)
                if [[ $current == *,* ]]; then  # of a list the last
                    prefix+="${current%,*}," current=${current##*,}
                fi
                COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))
                ;;
        esac
        return 0
    fi
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2> /dev/null
        return 0
    fi
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i]}
        if [[ $word == --* && ${COMP_WORDS[i + 1]} == = ]]; then
            i=$((i + 3))
        elif [[ $options == *" $word= "* ]]; then
            i=$((i + 2))
        else
            [[ $word == --* ]] || position=$((position + 1))
            i=$((i + 1))
        fi
    done
    FUNCTION_files '' "$current"
    COMPREPLY+=($(compgen -W "$(FUNCTION_operands "$command" "$position")" -- "$current"))
    return 0
}

)sh";

// zsh has its own way to say that no blank follows; the rest is bash's.
constexpr std::string_view zsh_frame = R"sh(FUNCTION_zsh() {
    local -a COMP_WORDS COMPREPLY open closed
    local COMP_CWORD=$((CURRENT - 1)) word
    COMP_WORDS=("${words[@]}")
    () {
        setopt localoptions ksharrays shwordsplit
        FUNCTION
    }
    for word in "${COMPREPLY[@]}"; do
        if [[ -d $word ]]; then
            open+=("$word/")
        elif [[ $word == *= ]]; then
            open+=("$word")
        else
            closed+=("$word")
        fi
    done
    compadd -S '' -a open
    compadd -a closed
}
compdef FUNCTION_zsh PROGRAM
)sh";

// The other program knows the options of its commands, so it is asked for them, once in a shell.
constexpr std::string_view hand_over = R"sh(    case $command in
        NAMES)
            typeset -f OTHER > /dev/null || eval "$(COMPANION help --as bash 2> /dev/null)"
            if typeset -f OTHER > /dev/null; then OTHER; else FUNCTION_files '' "$current"; fi
            return 0
            ;;
    esac
)sh";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

void write_script(std::ostream& out, const Program& program) {
    const std::string function = function_of(program.name);
    std::vector<std::string> commands, handed_over;
    for (const CommandEntry& command : program.commands) commands.push_back(command.name);
    for (const CommandEntry& command : program.handed_over) handed_over.push_back(command.name);
    std::string other;
    if (!handed_over.empty()) {
        other = replaced(std::string(hand_over), "NAMES", fmt::format("{}", fmt::join(handed_over, " | ")));
        other = replaced(other, "OTHER", function_of(program.companion));
        other = replaced(other, "COMPANION", program.companion);
        commands.insert(commands.end(), handed_over.begin(), handed_over.end());
    }
    write_knowledge(out, program, function);
    std::string body = replaced(std::string(logic), "HANDED_OVER", other);
    body = replaced(body, "COMMANDS", fmt::format("{}", fmt::join(commands, " ")));
    out << replaced(body, "FUNCTION", function);
}

}  // namespace

void write_bash_completion(std::ostream& out, const Program& program) {
    fmt::print(out, "# Completion for bash; printed by `{} help --as bash`.\n\n", program.name);
    write_script(out, program);
    fmt::print(out, "complete -F {} {}\n", function_of(program.name), program.name);
}

void write_zsh_completion(std::ostream& out, const Program& program) {
    fmt::print(out,
               "# Completion for zsh, by its stand-in for bash's; printed by `{} help --as zsh`.\n"
               "autoload -Uz compinit bashcompinit\ncompinit\nbashcompinit\n\n",
               program.name);
    write_script(out, program);
    out << replaced(replaced(std::string(zsh_frame), "FUNCTION", function_of(program.name)), "PROGRAM",
                    program.name);
}

}  // namespace quell::reference
