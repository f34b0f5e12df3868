#include "hw/leaky_relu.h"

#include "tests/support/systemc_fixture.h"

#include <cmath>

using namespace sc_core;
using quell::hw::WordBus;
using quell::hw::WriteRequest;
using quell::numeric::Word;

namespace {

// The unit with its signals; a step is one clock cycle, its rising edge in the middle.
struct Bench {
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> enable{"enable"};
    sc_signal<WordBus> words_in{"words_in"};
    sc_signal<std::uint32_t> address{"address"};
    sc_signal<WriteRequest> write{"write"};
    quell::hw::LeakyRelu unit;

    explicit Bench(int shift) : unit("unit", shift) {
        unit.clk(clk);
        unit.enable(enable);
        unit.words_in(words_in);
        unit.address(address);
        unit.write(write);
    }

    void step() { sc_start(2, SC_NS); }
    void step(const std::vector<int>& words, std::uint32_t to) {
        WordBus bus;
        for (const int word : words) bus.words[bus.count++] = static_cast<Word>(word);
        words_in = bus;
        address = to;
        step();
    }
};

}  // namespace

TEST_CASE_METHOD(quell::test::SystemCFixture,
                 "the LeakyReLU unit writes every word's value one cycle later") {
    const int shift = GENERATE(0, 1, 7, 15);
    Bench bench(shift);
    bench.enable = true;
    bench.step();
    for (int first = -32768; first <= 32767; first += 8) {
        std::vector<int> words;
        for (int k = 0; k < 8; ++k) words.push_back(first + k);
        bench.step(words, static_cast<std::uint32_t>(first + 32768));
        const WriteRequest request = bench.write.read();
        REQUIRE(request.words.count == 8);
        REQUIRE(request.address == static_cast<std::uint32_t>(first + 32768));
        for (int k = 0; k < 8; ++k) {
            // Round half up, in floating point.
            const int word = first + k;
            const double expected = word >= 0 ? word : std::floor(word * std::exp2(-shift) + 0.5);
            if (request.words.words[k] != expected) {
                INFO("word " << word << ", shift " << shift);
                REQUIRE(request.words.words[k] == expected);
            }
        }
    }
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "halves round up") {
    Bench bench(7);
    bench.enable = true;
    bench.step();
    const auto [word, expected] = GENERATE(table<int, int>({{-64, 0},
                                                            {-65, -1},
                                                            {-128, -1},
                                                            {-192, -1},
                                                            {-193, -2},
                                                            {-32768, -256},
                                                            {-1, 0},
                                                            {0, 0},
                                                            {32767, 32767}}));
    bench.step({word}, 0);
    CHECK(bench.write.read().words.words[0] == expected);
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "the LeakyReLU unit writes nothing unless enabled and fed") {
    Bench bench(7);
    bench.enable = true;
    bench.step();
    bench.step({100}, 3);
    REQUIRE(bench.write.read().words.count == 1);

    SECTION("not enabled") {
        bench.enable = false;
        bench.step({200}, 4);
        CHECK(bench.write.read().words.count == 0);
        bench.enable = true;
        bench.step();  // asleep until now
    }
    SECTION("nothing on the bus") {
        bench.step({}, 4);
        CHECK(bench.write.read().words.count == 0);
    }
    bench.step({-12800}, 5);
    CHECK(bench.write.read().words.count == 1);
    CHECK(bench.write.read().words.words[0] == -100);
    CHECK(bench.write.read().address == 5);
}

TEST_CASE_METHOD(quell::test::SystemCFixture, "the LeakyReLU unit that wakes between edges waits for one") {
    Bench bench(7);
    bench.step();  // without enable: it sleeps from here on
    bench.step({100, -200}, 5);
    CHECK(bench.write.read().words.count == 0);
    // Now enable rises while words are on the bus, half a cycle before the edge.
    bench.enable = true;
    sc_start(500, SC_PS);
    CHECK(bench.write.read().words.count == 0);
    sc_start(1500, SC_PS);
    REQUIRE(bench.write.read().words.count == 2);
    CHECK(bench.write.read().words.words[1] == -2);  // -200 / 128 = -1.5625
}
