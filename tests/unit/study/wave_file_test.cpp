#include "sw/study/wave_file.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/vcd.h"

#include <fstream>

using namespace quell;

namespace {

test::Vcd read(const std::string& text) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file("a.vcd")) << text;
    return test::Vcd(folder.file("a.vcd"));
}

}  // namespace

TEST_CASE("signals are the sum of what raises them", "[study]") {
    study::WaveFile file;
    const auto busy = file.add("top.a.busy", 1), count = file.add("top.b.count", 4),
               other = file.add("top.a.other", 1);
    file.raise(busy, 10, 20);
    file.raise(busy, 15, 30);  // two at the same time are still one
    file.raise(count, 10, 20, 3);
    file.raise(count, 15, 30, 20);  // more than four bits hold
    file.raise(other, 30, 30);
    const test::Vcd vcd = read(file.text(0, 100));
    CHECK(vcd.signals().size() == 3);
    CHECK(vcd.begin() == 0);
    const test::VcdSignal& wire = vcd.signal("top.a.busy");
    CHECK_FALSE(wire.high(9));
    CHECK(wire.high(10));
    CHECK(wire.high(29));
    CHECK_FALSE(wire.high(30));
    CHECK(vcd.signal("top.b.count").width == 4);
    const auto value = [&](std::uint64_t time) {
        return std::stoi(vcd.signal("top.b.count").at(time), nullptr, 2);
    };
    CHECK(value(9) == 0);
    CHECK(value(12) == 3);
    CHECK(value(16) == 15);
    CHECK(value(25) == 15);
    CHECK(value(30) == 0);
    CHECK(vcd.signal("top.a.other").changes.size() == 1);
}

TEST_CASE("a window begins with the values that are there then", "[study]") {
    study::WaveFile file;
    const auto busy = file.add("top.busy", 1);
    file.raise(busy, 0, 50);
    file.raise(busy, 70, 90);
    const test::Vcd vcd = read(file.text(20, 80));
    CHECK(vcd.signal("top.busy").changes.front().time == 20);
    CHECK(vcd.signal("top.busy").high(20));
    CHECK_FALSE(vcd.signal("top.busy").high(50));
    CHECK(vcd.signal("top.busy").high(80));
    CHECK(vcd.signal("top.busy").changes.size() == 3);
}

TEST_CASE("hundreds of signals have names of their own", "[study]") {
    study::WaveFile file;
    for (int i = 0; i < 500; ++i) {
        const auto signal = file.add("top.group_" + std::to_string(i % 7) + ".wire_" + std::to_string(i), 1);
        file.raise(signal, i + 1, i + 2);
    }
    const test::Vcd vcd = read(file.text(0, 600));
    REQUIRE(vcd.signals().size() == 500);
    for (int i = 0; i < 500; ++i) {
        const std::string name = "top.group_" + std::to_string(i % 7) + ".wire_" + std::to_string(i);
        CHECK(vcd.rises(name) == std::vector<std::uint64_t>{static_cast<std::uint64_t>(i) + 1});
    }
}
