// The fixture itself: a fresh kernel each time, and warnings seen.
#include "tests/support/systemc_fixture.h"

using namespace sc_core;

TEST_CASE_METHOD(quell::test::SystemCFixture, "every case starts at time zero, before elaboration") {
    const int round = GENERATE(1, 2, 3);  // three fresh kernels in one process
    CHECK(sc_time_stamp() == SC_ZERO_TIME);
    CHECK_FALSE(sc_start_of_simulation_invoked());
    sc_signal<int> signal("the_same_name");  // a leftover would give it another name, and a warning
    CHECK(std::string(signal.name()) == "the_same_name");
    sc_start(round, SC_NS);
    CHECK(sc_time_stamp() == sc_time(round, SC_NS));
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "an announced warning passes") {
    expect_warnings(1);
    sc_report_handler::set_actions(SC_WARNING, SC_DO_NOTHING);
    SC_REPORT_WARNING("test", "announced");
}

// The fixture must fail this one: a warning that nobody announced.
TEST_CASE_METHOD(quell::test::SystemCFixture, "an unannounced warning fails the test", "[!shouldfail]") {
    sc_report_handler::set_actions(SC_WARNING, SC_DO_NOTHING);
    SC_REPORT_WARNING("test", "not announced");
}
