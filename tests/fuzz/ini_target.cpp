#include "models/base/error.h"
#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "tests/fuzz/targets.h"

#include <sstream>
#include <stdexcept>
#include <string>

namespace quell::fuzz {
namespace {

std::string effective(std::istream& stream) {
    config::Configuration configuration;
    config::OptionTable table;
    config::register_options(table, configuration);
    table.parse_stream(stream, "fuzz.ini");
    config::resolve(table, configuration);
    config::validate(configuration);
    std::ostringstream written;
    table.write_file(written);
    return written.str();
}

}  // namespace

void run_ini(Bytes bytes) {
    std::istringstream stream(std::string(bytes.begin(), bytes.end()));
    std::string written;
    try {
        written = effective(stream);
    } catch (const Error&) {
        return;
    }
    // A configuration that was accepted has to be readable as it is printed.
    std::istringstream again(written);
    try {
        if (effective(again) != written)
            throw std::logic_error("the printed configuration reads differently");
    } catch (const Error& error) {
        throw std::logic_error(std::string("the printed configuration is refused: ") + error.what());
    }
}

}  // namespace quell::fuzz
