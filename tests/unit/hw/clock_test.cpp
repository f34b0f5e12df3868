#include "hw/clock.h"

#include "tests/support/systemc_fixture.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace sc_core;
using namespace quell;

namespace {

// Calls a function whenever an event comes.
struct Watcher : sc_module {
    const sc_event& event;
    std::function<void()> seen;

    Watcher(const sc_module_name& name, const sc_event& watched, std::function<void()> call)
        : sc_module(name), event(watched), seen(std::move(call)) {
        SC_HAS_PROCESS(Watcher);
        SC_METHOD(watch);
        sensitive << event;
        dont_initialize();
    }
    void watch() { seen(); }
};

// Owns the clock: rises at 2, 4, 6 ..., falls a nanosecond later where that is wanted.
struct Driver : sc_module {
    hw::Clock& clock;
    int cycles, falls = 0;
    Driver(const sc_module_name& name, hw::Clock& driven, int count)
        : sc_module(name), clock(driven), cycles(count) {
        SC_HAS_PROCESS(Driver);
        SC_METHOD(tick);
        sensitive << clock.posedge_event();
        dont_initialize();
        SC_METHOD(tock);
        sensitive << tock_event;
        dont_initialize();
        if (cycles > 0) clock.rise_in(sc_time(2, SC_NS));
    }
    void tick() {
        clock.rise();
        tock_event.notify(sc_time(1, SC_NS));
        if (--cycles > 0) clock.rise_in(sc_time(2, SC_NS));
    }
    void tock() {
        if (!clock.falls()) return;
        clock.fall();
        ++falls;
    }
    sc_event tock_event;
};

// A clocked process with a port, and one behind a signal that the first writes.
struct Clocked : sc_module {
    sc_in<bool> clk{"clk"};
    sc_signal<int> count{"count"};
    int edges = 0, posedges = 0, negedges = 0, later = 0, edges_seen_later = 0, late_highs = 0;
    bool falling = false;

    Clocked(const sc_module_name& name, bool falling_edge) : sc_module(name), falling(falling_edge) {
        SC_HAS_PROCESS(Clocked);
        SC_METHOD(step);
        if (falling_edge) {
            sensitive << clk.neg();
        } else {
            sensitive << clk.pos();
        }
        dont_initialize();
        SC_METHOD(follow);
        sensitive << count;
        dont_initialize();
    }
    void step() {
        ++edges;
        posedges += clk.posedge();
        negedges += clk.negedge();
        CHECK(clk.event());
        count.write(edges);
    }
    // A delta cycle behind the edge.
    void follow() {
        ++later;
        edges_seen_later += clk.posedge() || clk.negedge() || clk.event();
        late_highs += clk.read();
    }
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a clock's rising edges call clocked processes, in the same phase") {
    hw::Clock clock("clock");
    Driver driver("driver", clock, 5);
    Clocked unit("unit", false);
    unit.clk(clock);
    CHECK_FALSE(clock.read());
    CHECK_FALSE(clock.posedge());
    CHECK_FALSE(clock.negedge());
    sc_start(3, SC_NS);
    CHECK(unit.edges == 1);
    CHECK_FALSE(clock.event());  // the edge is over, the level stays
    CHECK(clock.read());
    sc_start(100, SC_NS);
    CHECK(unit.edges == 5);
    CHECK(unit.posedges == 5);
    CHECK(unit.negedges == 0);
    CHECK(unit.later == 5);
    CHECK(unit.edges_seen_later == 0);
    CHECK(unit.late_highs == 5);
}

TEST_CASE_METHOD(test::SystemCFixture, "falling edges are made only when they are wanted") {
    hw::Clock clock("clock");
    Driver driver("driver", clock, 4);
    Clocked rising("rising", false);
    rising.clk(clock);
    SECTION("nobody wants them") {
        sc_start(100, SC_NS);
        CHECK_FALSE(clock.falls());
        CHECK(driver.falls == 0);
        CHECK(rising.edges == 4);
    }
    SECTION("waves are drawn, for a while") {
        clock.draw(true);
        CHECK(clock.falls());
        sc_start(3500, SC_PS);
        CHECK(driver.falls == 1);
        CHECK_FALSE(clock.read());
        clock.draw(false);
        CHECK_FALSE(clock.falls());
        sc_start(100, SC_NS);
        CHECK(driver.falls == 1);
        CHECK(rising.edges == 4);
        CHECK(clock.read());
    }
    SECTION("a process waits for them") {
        Clocked falling("falling", true);
        falling.clk(clock);
        sc_start(1, SC_NS);
        CHECK(clock.falls());
        clock.draw(false);
        CHECK(clock.falls());
        sc_start(100, SC_NS);
        CHECK(driver.falls == 4);
        CHECK(falling.edges == 4);
        CHECK(falling.negedges == 4);
        CHECK(falling.posedges == 0);
        CHECK(falling.late_highs == 0);
        CHECK(falling.edges_seen_later == 0);
        CHECK(rising.edges == 4);
        CHECK(rising.negedges == 0);
    }
    SECTION("somebody listens for any change") {
        std::vector<std::string> changes;
        const Watcher watcher("watcher", clock.value_changed_event(), [&] {
            changes.push_back(sc_time_stamp().to_string() + (clock.read() ? " high" : " low"));
            CHECK(clock.posedge() == clock.read());
            CHECK(clock.negedge() == !clock.read());
        });
        CHECK(clock.falls());
        sc_start(100, SC_NS);
        CHECK(changes == std::vector<std::string>{"2 ns high", "3 ns low", "4 ns high", "5 ns low",
                                                  "6 ns high", "7 ns low", "8 ns high", "9 ns low"});
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a process that an input wakes between edges sees no edge") {
    hw::Clock clock("clock");
    Driver driver("driver", clock, 3);
    sc_signal<bool> input{"input"};
    int at_edges = 0, at_inputs = 0;
    // Written at the edge, so heard a delta cycle later.
    const Watcher edges("edges", clock.posedge_event(), [&] {
        at_edges += clock.posedge();
        input.write(!input.read());
    });
    const Watcher inputs("inputs", input.value_changed_event(),
                         [&] { at_inputs += clock.posedge() ? 1 : 100; });
    sc_start(100, SC_NS);
    CHECK(at_edges == 3);
    CHECK(at_inputs == 300);  // heard three times, never as an edge
}
