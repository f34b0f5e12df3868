#include "models/base/error.h"
#include "tests/support/vcd.h"
#include "tests/unit/tlm/wave_run.h"

#include <algorithm>
#include <set>

using namespace quell;

namespace {

const std::string kUnit = "SystemC.block.denoiser.pin_level.unit.";

// The unit's modules that are in the file.
std::set<std::string> modules(const test::Vcd& vcd) {
    std::set<std::string> found;
    for (const auto& [name, signal] : vcd.signals()) {
        if (!name.starts_with(kUnit)) continue;
        const std::string rest = name.substr(kUnit.size());
        const std::string module = rest.substr(0, rest.find('.'));
        const std::string below = rest.substr(module.size() + 1);
        found.insert(module == "cores" || module == "lanes" ? below.substr(0, below.find('.')) : module);
    }
    return found;
}

// Rising edges of the clock after that of `start`, up to that of `done`.
std::int64_t edges(const test::Vcd& vcd) {
    const auto start = vcd.rises("SystemC.start"), done = vcd.rises("SystemC.done"),
               clk = vcd.rises("SystemC.clk");
    REQUIRE(start.size() == 1);
    REQUIRE(done.size() == 1);
    return std::count_if(clk.begin(), clk.end(),
                         [&](std::uint64_t edge) { return start[0] < edge && edge <= done[0]; });
}

}  // namespace

TEST_CASE_METHOD(test::WaveRun, "the clock's edges between start and done are the cycles", "[waves]") {
    const std::int64_t cycles = this->cycles({file});
    const test::Vcd vcd(file);
    CHECK(edges(vcd) == cycles);
}

TEST_CASE_METHOD(test::WaveRun, "the clock's edges are the cycles in the overlapped schedule", "[waves]") {
    config.schedule = config::Schedule::overlapped;
    const std::int64_t cycles = this->cycles({file});
    const test::Vcd vcd(file);
    CHECK(edges(vcd) == cycles);
}

TEST_CASE_METHOD(test::WaveRun,
                 "one unit at a time is enabled in the sequential schedule, and none after done", "[waves]") {
    cycles({file});
    const test::Vcd vcd(file);
    std::set<std::string> seen;
    for (const std::uint64_t edge : vcd.rises("SystemC.clk")) {
        int enabled = 0;
        for (const std::string name : {"convolution", "leaky_relu", "cancellation"}) {
            if (!vcd.signal(kUnit + "dcu.enable_" + name).high(edge)) continue;
            ++enabled;
            seen.insert(name);
        }
        CAPTURE(edge);
        REQUIRE(enabled <= 1);
    }
    CHECK(seen.size() == 3);
    // In the cycle of `done` the DMA engine forgets its transfers; after it the clock alone moves.
    const std::uint64_t done = vcd.rises("SystemC.done").at(0), cycle = 2000;
    for (const auto& [name, signal] : vcd.signals()) {
        if (name == "SystemC.clk") continue;
        CAPTURE(name);
        CHECK(signal.changes.back().time <= (name == kUnit + "dma.status.ended" ? done + cycle : done));
    }
    CHECK(vcd.rises("SystemC.clk").back() > done + cycle);
}

TEST_CASE_METHOD(test::WaveRun, "a window of cycles", "[waves]") {
    const std::int64_t cycles = this->cycles({file, 30, 49});
    REQUIRE(cycles > 50);
    const test::Vcd vcd(file);
    // Twenty cycles of 2 ns, and nothing after the edge that ends the last.
    CHECK(vcd.rises("SystemC.clk").size() == 20);
    for (const auto& [name, signal] : vcd.signals()) {
        CAPTURE(name);
        CHECK(signal.changes.back().time < vcd.begin() + 20 * 2000);
    }
    CHECK(vcd.signal(kUnit + "dcu.cycle").at(vcd.begin()).ends_with("11110"));
}

TEST_CASE_METHOD(test::WaveRun, "a glob of modules", "[waves]") {
    cycles({file, 0, 20, "core_*"});
    const test::Vcd vcd(file);
    CHECK(vcd.signals().contains("SystemC.clk"));
    CHECK(modules(vcd) == std::set<std::string>{"core_0", "core_1", "core_2", "core_3", "core_4", "core_5",
                                                "core_6", "core_7", "core_8", "core_9"});
}

TEST_CASE_METHOD(test::WaveRun, "a glob without a star is a name", "[waves]") {
    cycles({file, 0, 20, "dcu"});
    CHECK(modules(test::Vcd(file)) == std::set<std::string>{"dcu"});
}

TEST_CASE_METHOD(test::WaveRun, "a glob that matches nothing is refused", "[waves]") {
    CHECK_THROWS_WITH(
        cycles({file, 0, 20, "kore_*"}),
        "waves of \"kore_*\": no such module, expected one of dcu, activation_sram, weight_sram, core_0 to "
        "core_9, leaky_relu, lane_0 to lane_3, dma, or a glob");
    CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE_METHOD(test::WaveRun, "a file that cannot be written", "[waves]") {
    const std::string nowhere = (folder / "none" / "block.vcd").string();
    CHECK_THROWS_WITH(cycles({nowhere}), nowhere + ": cannot be written");
}

TEST_CASE_METHOD(test::WaveRun, "a folder is not a file", "[waves]") {
    CHECK_THROWS_WITH(cycles({folder.string()}),
                      folder.string() + ": not a file that waves can be written to");
}

TEST_CASE_METHOD(test::WaveRun, "no file unless asked", "[waves]") {
    cycles({});
    CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE_METHOD(test::WaveRun, "no file of a window that is never reached", "[waves]") {
    cycles({file, 1'000'000, 2'000'000});
    CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE_METHOD(test::WaveRun, "a file of any name", "[waves]") {
    const std::string other = (folder / "waves.txt").string();
    cycles({other, 0, 20, "dcu"});
    CHECK(modules(test::Vcd(other)) == std::set<std::string>{"dcu"});
    CHECK_FALSE(std::filesystem::exists(other + ".vcd"));
}
