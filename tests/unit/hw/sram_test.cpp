#include "hw/sram.h"

#include "models/base/error.h"
#include "tests/support/systemc_fixture.h"

using namespace sc_core;
using namespace quell;
using numeric::Word;

namespace {

struct Bench {
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_vector<sc_signal<hw::ReadRequest>> read;
    sc_vector<sc_signal<hw::WordBus>> data;
    sc_vector<sc_signal<hw::WriteRequest>> write;
    hw::Sram sram;

    Bench(const config::SramConfig& config, const std::vector<hw::SramRequester>& readers,
          const std::vector<hw::SramRequester>& writers)
        : read("r", readers.size()),
          data("d", readers.size()),
          write("w", writers.size()),
          sram("sram", config, readers, writers) {
        sram.clk(clk);
        for (std::size_t k = 0; k < readers.size(); ++k) {
            sram.read[k](read[k]);
            sram.data[k](data[k]);
        }
        for (std::size_t k = 0; k < writers.size(); ++k) sram.write[k](write[k]);
        for (std::int64_t a = 0; a < sram.size(); ++a) sram.poke(a, word_at(a));
    }

    static Word word_at(std::int64_t address) { return static_cast<Word>(7 * address - 300); }

    // To the next cycle; requests last one.
    void step() {
        sc_start(2, SC_NS);
        for (auto& signal : read) signal = hw::ReadRequest{};
        for (auto& signal : write) signal = hw::WriteRequest{};
    }
};

config::SramConfig config(int banks, int read_words, int write_words, int latency, std::int64_t words = 256) {
    return {2 * words, banks, read_words, write_words, latency};
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture,
                 "a run takes one cycle for every min(port, banks) words, after the latency") {
    const auto [banks, port, latency] =
        GENERATE(table<int, int, int>({{16, 16, 1}, {4, 8, 1}, {8, 4, 3}, {1, 1, 2}, {5, 3, 7}, {3, 6, 4}}));
    const int count = GENERATE(1, 2, 3, 16, 17, 30, 61);
    GIVEN("a reader") {
        Bench bench(config(banks, port, 1, latency), {{"loader"}}, {});
        const int per_cycle = std::min(banks, port), cycles = (count + per_cycle - 1) / per_cycle;
        WHEN("it asks for a run twice, the second as soon as it may") {
            const std::uint32_t addresses[] = {5, 101};
            int now = 0, asked = 0, got = 0, last_data = -1;
            bool right = true, at_time = true;
            for (; now < 2 * cycles + latency + 5; ++now) {
                // Cycle `now`: what is visible, then what is driven.
                const hw::WordBus& bus = bench.data[0].read();
                for (int k = 0; k < bus.count; ++k, ++got) {
                    right &= bus.words[k] == Bench::word_at(addresses[got / count] + got % count);
                }
                if (bus.count > 0) last_data = now;
                at_time &= (bus.count > 0) == (now >= latency && now < latency + 2 * cycles);
                if (asked < 2 && bench.sram.read_left(0) == 0) {
                    hw::ReadRequest request;
                    request.count = static_cast<std::uint32_t>(count);
                    request.address = addresses[asked++];
                    bench.read[0] = request;
                }
                bench.step();
            }
            THEN("the words come in order, without a gap") {
                CHECK(right);
                CHECK(at_time);
                CHECK(got == 2 * count);
                CHECK(last_data == latency + 2 * cycles - 1);
                CHECK(bench.sram.words_read() == 2 * count);
                CHECK(bench.sram.read_stalls(0) == 2 * (cycles - 1));
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a bank gives a requester one word a cycle, and two ports give two") {
    const auto [lanes_port, second_waits] = GENERATE(table<int, int>({{0, 1}, {1, 0}}));
    Bench bench(config(8, 16, 8, 1), {{"cores"}, {"lanes", 0, lanes_port}}, {});
    hw::ReadRequest first, second;
    first.count = second.count = 8;  // all banks, both
    first.address = 3;
    second.address = 100;
    bench.read[0] = first;
    bench.read[1] = second;
    bench.step();
    CHECK(bench.data[0].read().count == 8);
    CHECK(bench.data[1].read().count == (second_waits != 0 ? 0 : 8));
    bench.step();
    CHECK(bench.data[1].read().count == (second_waits != 0 ? 8 : 0));
    CHECK(bench.sram.read_stalls(0) == 0);
    CHECK(bench.sram.read_stalls(1) == second_waits);
}

TEST_CASE_METHOD(test::SystemCFixture, "any two runs share the banks as word by word, by brute force") {
    GIVEN("two readers of 7 banks") {
        constexpr int banks = 7;
        const int port = GENERATE(3, 7, 16);
        Bench bench(config(banks, port, 1, 1), {{"cores"}, {"lanes"}}, {});
        for (int first = 0; first < banks; ++first) {
            for (int second = 0; second < banks; ++second) {
                for (const int count : {1, 2, 5, 7, 12}) {
                    // What is served in one cycle, word by word, the first reader before the second.
                    bool taken[banks] = {};
                    int words = port, served[2] = {};
                    for (int reader = 0; reader < 2; ++reader) {
                        for (int k = 0; k < count; ++k) {
                            bool& bank = taken[((reader == 0 ? first : second) + k) % banks];
                            if (bank || words == 0) break;
                            bank = true;
                            --words;
                            ++served[reader];
                        }
                    }
                    hw::ReadRequest a, b;
                    a.count = b.count = static_cast<std::uint32_t>(count);
                    a.address = static_cast<std::uint32_t>(14 + first);
                    b.address = static_cast<std::uint32_t>(28 + second);
                    bench.read[0] = a;
                    bench.read[1] = b;
                    bench.step();
                    INFO("runs of " << count << " from banks " << first << " and " << second);
                    REQUIRE(bench.data[0].read().count == served[0]);
                    REQUIRE(bench.data[1].read().count == served[1]);
                    while (bench.sram.read_left(0) + bench.sram.read_left(1) > 0) bench.step();
                    bench.step();
                }
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "requesters share port and banks in their order: the rest waits") {
    GIVEN("two readers of 8 banks with 8 words a cycle, and a third with a port of its own") {
        Bench bench(config(8, 8, 8, 1), {{"cores"}, {"lanes"}, {"dma", 4}}, {});
        hw::ReadRequest cores, lanes, dma;
        cores.count = 4;
        cores.address = 0;  // banks 0 to 3
        dma.count = 6;
        dma.address = 0;
        lanes.count = 4;
        WHEN("their words lie in different banks") {
            lanes.address = 12;  // banks 4 to 7
            bench.read[0] = cores;
            bench.read[1] = lanes;
            bench.read[2] = dma;
            bench.step();
            THEN("nobody waits but for a port's width") {
                CHECK(bench.data[0].read().count == 4);
                CHECK(bench.data[1].read().count == 4);
                CHECK(bench.data[2].read().count == 4);
                CHECK(bench.sram.read_left(2) == 2);
                bench.step();
                CHECK(bench.data[2].read().count == 2);
                CHECK(bench.sram.read_stalls(0) == 0);
                CHECK(bench.sram.read_stalls(1) == 0);
                CHECK(bench.sram.read_stalls(2) == 1);
            }
        }
        WHEN("the second wants a bank of the first") {
            lanes.address = 15;  // banks 7, 0, 1, 2
            bench.read[0] = cores;
            bench.read[1] = lanes;
            bench.step();
            THEN("it gets the words before that one, and the rest a cycle later") {
                CHECK(bench.data[0].read().count == 4);
                CHECK(bench.data[1].read().count == 1);
                CHECK(bench.sram.read_left(1) == 3);
                bench.step();
                CHECK(bench.data[1].read().count == 3);
                CHECK(bench.data[1].read().words[0] == Bench::word_at(16));
                CHECK(bench.sram.read_stalls(1) == 1);
                CHECK(bench.sram.read_stalls(0) == 0);
            }
        }
        WHEN("a request holds itself to a share of the port") {
            cores.most = 3;
            bench.read[0] = cores;
            bench.step();
            THEN("it gets no more in a cycle") {
                CHECK(bench.data[0].read().count == 3);
                CHECK(bench.sram.read_left(0) == 1);
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a word read while it is written is the old one") {
    Bench bench(config(4, 4, 2, 1), {{"reader"}}, {{"writer"}});
    hw::WriteRequest write;
    write.words.count = 5;
    for (int k = 0; k < 5; ++k) write.words.words[k] = static_cast<Word>(1000 + k);
    write.address = 40;
    hw::ReadRequest read;
    read.count = 4;
    read.address = 40;
    bench.write[0] = write;
    bench.read[0] = read;
    bench.step();
    CHECK(bench.data[0].read().words[0] == Bench::word_at(40));
    CHECK(bench.sram.write_left(0) == 3);
    bench.read[0] = read;
    bench.step();
    CHECK(bench.data[0].read().words[0] == 1000);
    CHECK(bench.data[0].read().words[1] == 1001);
    CHECK(bench.data[0].read().words[2] == Bench::word_at(42));
    CHECK(bench.sram.write_left(0) == 1);
    bench.step();
    CHECK(bench.sram.write_left(0) == 0);
    for (int k = 0; k < 5; ++k) CHECK(bench.sram.peek(40 + k) == 1000 + k);
    CHECK(bench.sram.peek(45) == Bench::word_at(45));
    CHECK(bench.sram.words_written() == 5);
    CHECK(bench.sram.write_stalls(0) == 2);
}

TEST_CASE_METHOD(test::SystemCFixture, "an access outside the memory names requester, address and cycle") {
    Bench bench(config(4, 4, 4, 1, 100), {{"cores"}, {"lanes"}}, {{"writer"}});
    for (int k = 0; k < 3; ++k) bench.step();
    SECTION("a run that leaves it") {
        hw::ReadRequest request;
        request.count = 3;
        request.address = 98;
        bench.read[1] = request;
        CHECK_THROWS_WITH(
            bench.step(),
            test::contains("sram: lanes reads word 100 in cycle 3, but the memory has 100 words"));
    }
    SECTION("a write far away") {
        hw::WriteRequest request;
        request.words.count = 1;
        request.words.words[0] = 1;
        request.address = 4000000000U;
        bench.write[0] = request;
        CHECK_THROWS_WITH(bench.step(), test::contains("writer writes word 4000000000 in cycle 3"));
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "an SRAM of nothing is refused") {
    CHECK_THROWS_AS(hw::Sram("sram", config(0, 4, 4, 1), {}, {}), Error);
    CHECK_THROWS_AS(hw::Sram("sram", config(4, 4, 4, 0), {}, {}), Error);
    CHECK_THROWS_AS(hw::Sram("sram", config(4, 4, 4, 1, 0), {}, {}), Error);
}
