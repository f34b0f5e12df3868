#include "tests/support/vcd.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace quell::test {

namespace {

std::string joined(const std::vector<std::string>& scopes, const std::string& name) {
    std::string full;
    for (const std::string& scope : scopes) full += scope + '.';
    return full + name;
}

}  // namespace

std::string VcdSignal::at(std::uint64_t time) const {
    std::string value;
    for (const VcdChange& change : changes) {
        if (change.time > time) break;
        value = change.value;
    }
    return value;
}

Vcd::Vcd(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    std::vector<std::string> scopes;
    std::map<std::string, VcdSignal*> by_identifier;
    bool in_header = true;
    std::uint64_t time = 0;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string first;
        if (!(words >> first)) continue;
        if (in_header) {
            std::string kind, name, identifier;
            int width = 0;
            if (first == "$scope" && words >> kind >> name) {
                scopes.push_back(name);
            } else if (first == "$upscope") {
                scopes.pop_back();
            } else if (first == "$var" && words >> kind >> width >> identifier >> name) {
                VcdSignal& signal = signals_[joined(scopes, name)];
                signal.width = width;
                by_identifier[identifier] = &signal;
            } else if (first == "$enddefinitions") {
                in_header = false;
            }
            continue;
        }
        const auto change = [&](const std::string& identifier, const std::string& value) {
            const auto found = by_identifier.find(identifier);
            if (found == by_identifier.end())
                throw std::runtime_error(path + ": unknown signal " + identifier);
            found->second->changes.push_back({time, value});
        };
        if (first ==
            "All") {  // SystemC: "All initial values are dumped below at time ... = N timescale units."
            const std::size_t number = line.rfind("= ");
            if (number != std::string::npos) begin_ = time = std::stoull(line.substr(number + 2));
        } else if (first[0] == '#') {
            time = std::stoull(first.substr(1));
        } else if (first[0] == 'b') {
            std::string identifier;
            words >> identifier;
            change(identifier, first.substr(1));
        } else if (first[0] == '0' || first[0] == '1' || first[0] == 'x') {
            change(first.substr(1), first.substr(0, 1));
        }
    }
    if (in_header) throw std::runtime_error(path + ": no $enddefinitions");
}

std::vector<std::uint64_t> Vcd::rises(const std::string& name) const {
    std::vector<std::uint64_t> times;
    std::string before = "0";
    for (const VcdChange& change : signal(name).changes) {
        if (change.value == "1" && before != "1") times.push_back(change.time);
        before = change.value;
    }
    return times;
}

}  // namespace quell::test
