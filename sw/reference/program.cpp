#include "sw/reference/program.h"

#include "models/config/configuration.h"

namespace quell::reference {
namespace {

std::vector<OptionEntry> entries(const std::vector<const config::Option*>& options) {
    std::vector<OptionEntry> all;
    for (const config::Option* option : options) {
        all.push_back({option->name(), option->default_text(), option->expectation(), option->unit(),
                       option->help(), option->source(), option->words(), option->is_flag(),
                       option->is_text()});
    }
    return all;
}

}  // namespace

std::string program_version() {
    return QUELL_VERSION;
}

std::vector<OptionEntry> arguments_of(const config::OptionTable& table) {
    return entries(table.arguments());
}

std::vector<SectionEntry> all_sections() {
    config::Configuration configuration;
    config::OptionTable table;
    config::register_options(table, configuration);
    std::vector<SectionEntry> all;
    for (const auto& [name, title] : table.sections())
        all.push_back({name.empty() ? "general" : name, title, entries(table.options_of(name))});
    return all;
}

}  // namespace quell::reference
