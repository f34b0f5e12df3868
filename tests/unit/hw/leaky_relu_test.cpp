#include "hw/leaky_relu.h"

#include "tests/support/systemc_fixture.h"

#include <cmath>

using namespace sc_core;

namespace {

// The unit with its signals; a step is one clock cycle, its rising edge in the middle.
struct Bench {
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> enable{"enable"}, valid_in{"valid_in"}, valid_out{"valid_out"};
    sc_signal<std::int16_t> word_in{"word_in"}, word_out{"word_out"};
    quell::hw::LeakyRelu unit;

    explicit Bench(int shift) : unit("unit", shift) {
        unit.clk(clk);
        unit.enable(enable);
        unit.valid_in(valid_in);
        unit.word_in(word_in);
        unit.valid_out(valid_out);
        unit.word_out(word_out);
    }

    void step() { sc_start(2, SC_NS); }
    void step(std::int16_t word) {
        word_in = word;
        step();
    }
};

}  // namespace

TEST_CASE_METHOD(quell::test::SystemCFixture, "the LeakyReLU unit gives every word's value one cycle later") {
    const int shift = GENERATE(0, 1, 7, 15);
    Bench bench(shift);
    bench.enable = true;
    bench.valid_in = true;
    for (int word = -32768; word <= 32767; ++word) {
        bench.step(static_cast<std::int16_t>(word));
        // Round half up, in floating point.
        const double expected = word >= 0 ? word : std::floor(word * std::exp2(-shift) + 0.5);
        if (bench.word_out.read() != expected || !bench.valid_out.read()) {
            INFO("word " << word << ", shift " << shift);
            REQUIRE(bench.valid_out.read());
            REQUIRE(bench.word_out.read() == expected);
        }
    }
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "halves round up") {
    Bench bench(7);
    bench.enable = true;
    bench.valid_in = true;
    const auto [word, expected] = GENERATE(table<int, int>({{-64, 0},
                                                            {-65, -1},
                                                            {-128, -1},
                                                            {-192, -1},
                                                            {-193, -2},
                                                            {-32768, -256},
                                                            {-1, 0},
                                                            {0, 0},
                                                            {32767, 32767}}));
    bench.step(static_cast<std::int16_t>(word));
    CHECK(bench.word_out.read() == expected);
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "the LeakyReLU unit stands still unless enabled and fed") {
    Bench bench(7);
    bench.enable = true;
    bench.valid_in = true;
    bench.step(100);
    REQUIRE(bench.word_out.read() == 100);

    SECTION("not enabled") {
        bench.enable = false;
    }
    SECTION("nothing valid") {
        bench.valid_in = false;
    }
    bench.step(200);
    CHECK_FALSE(bench.valid_out.read());
    CHECK(bench.word_out.read() == 100);

    bench.enable = true;
    bench.valid_in = true;
    bench.step();
    CHECK(bench.valid_out.read());
    CHECK(bench.word_out.read() == 200);
}
