// What a process throws reaches the caller as one line of its own words.
#include "tlm/run_kernel.h"

#include "models/base/error.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/block_platform.h"
#include "tlm/platform.h"

using namespace quell;

namespace {

// Ends the simulation from one of its processes, after 10 ns.
struct Thrower : sc_core::sc_module {
    enum class How { method, thread, report };

    Thrower(const sc_core::sc_module_name& name, How how) : sc_module(name), how_(how) {
        SC_HAS_PROCESS(Thrower);
        if (how == How::method) {
            SC_METHOD(step);
        } else {
            SC_THREAD(run);
        }
    }

    void step() {
        if (sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME) {
            next_trigger(10, sc_core::SC_NS);
        } else {
            fail();
        }
    }
    void run() {
        sc_core::wait(10, sc_core::SC_NS);
        fail();
    }
    void fail() const {
        if (how_ == How::report) SC_REPORT_ERROR("the unit", "a word\nand another");
        throw Error("{}: word {} of {}", name(), 7, 6);
    }

private:
    const How how_;
};

template <typename Run>
std::string words_of(const Run& run) {
    try {
        run();
    } catch (const Error& error) {
        return error.what();
    }
    return "no Error";
}

constexpr const char* kWords = "thrower: word 7 of 6";

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "what a process throws is an Error in its words", "[tlm]") {
    const auto how = GENERATE(Thrower::How::method, Thrower::How::thread);
    const Thrower thrower("thrower", how);
    CHECK(words_of([] { quell::tlm::run_kernel(); }) == kWords);
}

TEST_CASE_METHOD(test::SystemCFixture, "what is reported as an error is an Error in one line", "[tlm]") {
    const Thrower thrower("thrower", Thrower::How::report);
    CHECK(words_of([] { quell::tlm::run_kernel(); }) == "the unit: a word and another");
}

TEST_CASE_METHOD(test::SystemCFixture, "a block's platform hands on what a process throws", "[tlm]") {
    const auto model = GENERATE(quell::tlm::DenoiserModel::transaction, quell::tlm::DenoiserModel::pin_level);
    const config::DenoiserConfig config;
    const auto g = denoiser::make_geometry(8, 9, 10, config);
    const auto weights = denoiser::draw_weights(g, 1);
    const auto x = denoiser::draw_input(g, 1);
    quell::tlm::BlockPlatform platform("platform", config, 500, g, weights, x, 1, model);
    const Thrower thrower("thrower", Thrower::How::method);
    CHECK(words_of([&] { platform.run(); }) == kWords);
}

TEST_CASE_METHOD(test::SystemCFixture, "the platform hands on what a process throws", "[tlm]") {
    std::vector<std::uint64_t> words;
    for (const char* line :
         {"LOOP body=1 count=3", "strip MVM pe=0 pes=1 crossbars=1 products=1", "SYNC layer=0", "HALT"}) {
        quell::tlm::encode(quell::tlm::assemble(line), words);
    }
    quell::tlm::Platform platform("platform", {}, words);
    const Thrower thrower("thrower", Thrower::How::method);
    CHECK(words_of([&] { platform.run(); }) == kWords);
}
