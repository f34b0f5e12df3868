#include "hw/idle.h"

#include "hw/clock.h"
#include "tests/support/systemc_fixture.h"

#include <vector>

using namespace sc_core;
using namespace quell;

namespace {

// Counts its clocked steps while `enable` is high, then sleeps.
struct Unit : sc_module {
    sc_in<bool> clk{"clk"}, enable{"enable"};
    sc_in<int> command{"command"};
    hw::Idle idle;
    int calls = 0;
    std::vector<sc_time> steps;

    explicit Unit(const sc_module_name& name) : sc_module(name) {
        SC_HAS_PROCESS(Unit);
        SC_METHOD(step);
        sensitive << clk.pos();
        dont_initialize();
    }
    void end_of_elaboration() override {
        idle.until(enable);
        idle.until_change(command);
    }
    void step() {
        ++calls;
        if (!idle.clocked(clk)) return;
        steps.push_back(sc_time_stamp());
        if (!enable.read()) next_trigger(idle.sleep());
    }
};

sc_time ns(double time) {
    return {time, SC_NS};
}

// Rises at 1, 3, 5 ... ns.
struct Bench {
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> enable{"enable"};
    sc_signal<int> command{"command"};
    Unit unit{"unit"};

    Bench() {
        unit.clk(clk);
        unit.enable(enable);
        unit.command(command);
    }
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a unit without work is called once and then no more") {
    Bench bench;
    sc_start(100, SC_NS);
    CHECK(bench.unit.calls == 1);
    CHECK(bench.unit.steps == std::vector<sc_time>{ns(1)});
}

TEST_CASE_METHOD(test::SystemCFixture, "a rising input wakes the unit for the next edge, no sooner") {
    Bench bench;
    sc_start(10, SC_NS);
    bench.unit.steps.clear();
    bench.enable = true;
    sc_start(6, SC_NS);
    CHECK(bench.unit.steps == std::vector<sc_time>{ns(11), ns(13), ns(15)});
    bench.enable = false;
    sc_start(20, SC_NS);
    CHECK(bench.unit.steps.size() == 4);  // at 17 it fell asleep
    SECTION("a falling input does not wake it") {
        // It fell while the unit was awake; nothing else comes.
        sc_start(20, SC_NS);
        CHECK(bench.unit.steps.size() == 4);
    }
    SECTION("a change of a command does, whatever its value") {
        bench.unit.steps.clear();
        bench.command = 5;
        sc_start(10, SC_NS);
        CHECK(bench.unit.steps == std::vector<sc_time>{ns(37)});
        bench.command = 0;
        sc_start(10, SC_NS);
        CHECK(bench.unit.steps == std::vector<sc_time>{ns(37), ns(47)});
    }
    SECTION("two inputs at once wake it once") {
        bench.unit.steps.clear();
        bench.unit.calls = 0;
        bench.command = 6;
        bench.enable = true;
        sc_start(4, SC_NS);
        CHECK(bench.unit.steps == std::vector<sc_time>{ns(37), ns(39)});
        CHECK(bench.unit.calls == 3);  // the waking and two edges
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "an input that rises because of an edge is served at the next one") {
    // What a clocked module writes comes a delta cycle behind the edge: the woken unit must not take that for
    // an edge of its own. The unit's own clock reports its edge in the first delta cycle alone.
    hw::Clock clk("clk");
    sc_signal<bool> enable{"enable"};
    sc_signal<int> command{"command"};
    Unit unit("unit");
    unit.clk(clk);
    unit.enable(enable);
    unit.command(command);
    struct Driver : sc_module {
        hw::Clock& clock;
        sc_signal<bool>& out;
        int edges = 0;
        Driver(const sc_module_name& name, hw::Clock& driven, sc_signal<bool>& signal)
            : sc_module(name), clock(driven), out(signal) {
            SC_HAS_PROCESS(Driver);
            SC_METHOD(tick);
            sensitive << clock.posedge_event();
            dont_initialize();
            clock.rise_in(sc_time(2, SC_NS));
        }
        void tick() {
            clock.rise();
            if (++edges == 4) out.write(true);
            clock.rise_in(sc_time(2, SC_NS));
        }
    } driver("driver", clk, enable);
    sc_start(13, SC_NS);
    // Edges at 2, 4, 6, 8 (enable rises behind it), 10, 12.
    CHECK(unit.steps == std::vector<sc_time>{ns(2), ns(10), ns(12)});
}
