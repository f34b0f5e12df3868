// A fresh SystemC kernel for every test case.
//
//     TEST_CASE_METHOD(quell::test::SystemCFixture, "...") {
//         sc_core::sc_signal<bool> enable;
//         ...
//         sc_core::sc_start(10, sc_core::SC_NS);
//     }
//
// Modules and signals are made within the case (or in members of a class derived from the fixture), so that
// they are gone before the kernel is. A warning of SystemC that was not announced fails the test.
#pragma once

#include "tests/support/catch.h"

#include <systemc>

namespace quell::test {

class SystemCFixture {
public:
    SystemCFixture()
        : previous_(sc_core::sc_curr_simcontext), previous_default_(sc_core::sc_default_global_context) {
        sc_core::sc_report_handler::release();
        sc_core::sc_report_handler::set_actions("/IEEE_Std_1666/deprecated", sc_core::SC_DO_NOTHING);
        sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = new sc_core::sc_simcontext;
        warnings_before_ = warnings();
    }

    SystemCFixture(const SystemCFixture&) = delete;
    SystemCFixture& operator=(const SystemCFixture&) = delete;

    ~SystemCFixture() {
        // CHECK does not throw: the destructor may run while a failed REQUIRE leaves the case.
        CHECK(warnings() - warnings_before_ == expected_warnings_);
        delete sc_core::sc_curr_simcontext;
        sc_core::sc_curr_simcontext = previous_;
        sc_core::sc_default_global_context = previous_default_;
        sc_core::sc_report_handler::release();
    }

    void expect_warnings(int count) { expected_warnings_ = count; }

private:
    static int warnings() { return sc_core::sc_report_handler::get_count(sc_core::SC_WARNING); }

    sc_core::sc_simcontext* previous_;
    sc_core::sc_simcontext* previous_default_;
    int warnings_before_ = 0;
    int expected_warnings_ = 0;
};

}  // namespace quell::test
