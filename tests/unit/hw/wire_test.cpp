#include "hw/wire.h"

#include "hw/driven.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/vcd.h"
#include "tests/unit/hw/drawn_cases.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace sc_core;
using namespace quell;

namespace {

// Drives the same values on any channel, one a nanosecond, as a module does; follows them as a process does.
struct Driver : sc_module {
    hw::Driven<int> out{"out"};
    sc_in<int> in{"in"};
    const std::vector<int> values;
    std::size_t at = 0;
    std::vector<std::pair<sc_time, int>> heard;
    int events = 0;

    Driver(const sc_module_name& name, std::vector<int> all) : sc_module(name), values(std::move(all)) {
        SC_HAS_PROCESS(Driver);
        SC_METHOD(drive);
        SC_METHOD(follow);
        sensitive << in;
        dont_initialize();
    }
    void drive() {
        if (at == values.size()) return;
        out.drive(values[at++]);
        CHECK(out.last() == values[at - 1]);
        next_trigger(1, SC_NS);
    }
    void follow() {
        heard.emplace_back(sc_time_stamp(), in.read());
        events += in.event();
    }
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a wire is to processes and waves what a signal is") {
    test::DrawnCases draw;
    std::vector<int> values;
    for (int k = 0; k < 200; ++k) values.push_back(draw.integer(0, 3));
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("quell_wire_" + std::to_string(getpid()));

    hw::Wire<int> wire("wire");
    sc_signal<int> signal("signal");
    Driver on_wire("on_wire", values), on_signal("on_signal", values);
    on_wire.out(wire);
    on_wire.in(wire);
    on_signal.out(signal);
    on_signal.in(signal);
    sc_trace_file* file = sc_create_vcd_trace_file(path.c_str());
    file->set_time_unit(1, SC_NS);
    sc_trace(file, wire, "wire");
    sc_trace(file, signal, "signal");
    sc_start(210, SC_NS);
    sc_close_vcd_trace_file(file);
    const test::Vcd vcd(path.string() + ".vcd");
    std::filesystem::remove(path.string() + ".vcd");

    CHECK(on_wire.heard == on_signal.heard);
    CHECK(on_wire.heard.size() > 100);
    CHECK(on_wire.events == static_cast<int>(on_wire.heard.size()));
    CHECK(wire.read() == values.back());
    const auto changes = [&](const char* name) {
        std::vector<std::pair<std::uint64_t, std::string>> list;
        for (const test::VcdChange& change : vcd.signal(name).changes) {
            list.emplace_back(change.time, change.value);
        }
        return list;
    };
    CHECK(changes("SystemC.wire") == changes("SystemC.signal"));
    // The first time is the file's initial value.
    CHECK(changes("SystemC.wire").size() >= on_wire.heard.size());
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "a wire's value is new in the next delta cycle, its event in that alone") {
    hw::Wire<int> wire("wire");
    sc_start(1, SC_NS);
    wire.write(3);
    wire.write(4);  // the last one holds
    CHECK(wire.read() == 0);
    CHECK_FALSE(wire.event());
    sc_start(SC_ZERO_TIME);
    CHECK(wire.read() == 4);
    CHECK(wire.event());
    sc_start(1, SC_NS);
    CHECK(wire.read() == 4);
    CHECK_FALSE(wire.event());
}

TEST_CASE_METHOD(test::SystemCFixture, "an output is written only with a new value") {
    hw::Wire<int> wire("wire");
    // A wire would pass equal values on.
    Driver driver("driver", {0, 0, 5, 5, 5, 0, 0, 7});
    driver.out(wire);
    driver.in(wire);
    sc_start(20, SC_NS);
    std::vector<int> heard;
    for (const auto& [time, value] : driver.heard) heard.push_back(value);
    CHECK(heard == std::vector<int>{5, 0, 7});
}
