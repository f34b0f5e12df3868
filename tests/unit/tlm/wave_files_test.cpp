// What lies in traces/ for GTKWave fits what is drawn.
#include "hw/dcu.h"
#include "tests/support/vcd.h"
#include "tests/unit/tlm/wave_run.h"

#include <fstream>
#include <set>

using namespace quell;

namespace {

// Signals of a save file with their widths, and what it names beside.
struct SaveFile {
    std::map<std::string, int> signals;
    std::set<std::string> groups, translations;

    // CTest runs every test in the project's root.
    explicit SaveFile(const std::string& path) {
        std::ifstream file(path);
        REQUIRE(file);
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("-")) groups.insert(line.substr(1));
            if (line.starts_with("^1 ")) translations.insert(line.substr(3));
            if (line.starts_with("+{")) line.erase(0, line.find("} ") + 2);  // the name that is shown
            if (!line.starts_with("SystemC.")) continue;
            const std::size_t range = line.find('[');
            signals[line.substr(0, range)] =
                range == std::string::npos ? 1 : std::stoi(line.substr(range + 1)) + 1;
        }
    }
};

}  // namespace

TEST_CASE_METHOD(test::WaveRun, "the save files' signals are drawn, as wide as they say", "[waves]") {
    cycles({file});
    const test::Vcd vcd(file);
    for (const std::string name : {"traces/denoiser.gtkw", "traces/conv_core.gtkw"}) {
        const SaveFile saved(name);
        CHECK(saved.signals.size() > 50);
        CHECK(saved.groups.size() >= 7);
        for (const auto& [signal, width] : saved.signals) {
            CAPTURE(name, signal);
            REQUIRE(vcd.signals().contains(signal));
            CHECK(vcd.signal(signal).width == width);
        }
        CHECK(saved.translations == std::set<std::string>{"traces/dcu_state.txt"});
    }
}

TEST_CASE("every state of the DCU has its name", "[waves]") {
    std::ifstream file("traces/dcu_state.txt");
    REQUIRE(file);
    std::map<int, std::string> names;
    for (std::string digit, name; file >> digit >> name;) names[std::stoi(digit, nullptr, 16)] = name;
    CHECK(names.size() == static_cast<std::size_t>(hw::DcuState::done) + 1);
    CHECK(names[static_cast<int>(hw::DcuState::idle)] == "idle");
    CHECK(names[static_cast<int>(hw::DcuState::wait_input)] == "wait_input");
    CHECK(names[static_cast<int>(hw::DcuState::depthwise)] == "depthwise");
    CHECK(names[static_cast<int>(hw::DcuState::wait_buffer)] == "wait_buffer");
    CHECK(names[static_cast<int>(hw::DcuState::cancel)] == "cancel");
    CHECK(names[static_cast<int>(hw::DcuState::done)] == "done");
}
