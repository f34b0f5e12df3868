#include "hw/dma_engine.h"

#include "tests/support/systemc_fixture.h"
#include "tests/unit/hw/drawn_cases.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

using namespace sc_core;
using namespace quell;
using numeric::Word;
using timing::Cycles;
using timing::DmaKind;

namespace {

// A beat as it was seen on the bus, and a request as it was seen at the SRAMs.
struct BeatSeen {
    Cycles cycle = 0;
    bool write = false;
    std::uint64_t address = 0;
    std::vector<Word> words;  // of a read as many zeros as are asked for
    bool operator==(const BeatSeen&) const = default;
};
std::ostream& operator<<(std::ostream& stream, const BeatSeen& seen) {
    stream << "cycle " << seen.cycle << (seen.write ? " write " : " read ") << seen.address << ':';
    for (const Word word : seen.words) stream << ' ' << word;
    return stream;
}
struct WriteSeen {
    Cycles cycle = 0;
    bool weights = false;
    std::uint32_t address = 0;
    std::vector<Word> words;
    bool operator==(const WriteSeen&) const = default;
};
std::ostream& operator<<(std::ostream& stream, const WriteSeen& seen) {
    stream << "cycle " << seen.cycle << (seen.weights ? " weights " : " activations ") << seen.address << ':';
    for (const Word word : seen.words) stream << ' ' << word;
    return stream;
}

Word memory_word(std::uint64_t address) {
    return static_cast<Word>(address * 40503U >> 3);
}
Word sram_word(std::uint32_t address) {
    return static_cast<Word>(address * 31U + 7);
}

std::vector<Word> words_of(const hw::WordBus& bus) {
    return {bus.words.begin(), bus.words.begin() + bus.count};
}

// The engine between a memory that answers beat k (from 0) `delay(k)` cycles later, one beat a cycle and in
// order, and an activation SRAM of some latency. A cycle: what is visible, then what is driven.
struct Bench {
    const Cycles latency;
    std::function<Cycles(std::size_t)> delay = [](std::size_t) { return Cycles{1}; };
    std::optional<std::size_t> refused;  // this beat

    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> clear{"clear"};
    sc_signal<hw::DmaCommand> command{"command"};
    sc_signal<hw::DmaStatus> status{"status"};
    sc_signal<hw::BusBeat> beat{"beat"};
    sc_signal<hw::BusAnswer> answer{"answer"};
    sc_signal<hw::ReadRequest> read{"read"};
    sc_signal<hw::WordBus> data{"data"};
    sc_signal<hw::WriteRequest> write{"write"}, weight_write{"weight_write"};
    hw::DmaEngine engine;

    Cycles now = 0;
    std::uint64_t serial = 0;  // of the last beat
    Cycles last_answer = -1;
    std::deque<std::pair<Cycles, hw::BusAnswer>> answers;
    std::map<Cycles, hw::WordBus> sram_data;
    std::size_t most_under_way = 0;
    std::vector<BeatSeen> beats;
    std::vector<WriteSeen> writes;
    std::map<std::uint64_t, Word> stored;

    Bench(int beat_words, int activation_latency)
        : latency(activation_latency), engine("dma", beat_words, activation_latency) {
        engine.clk(clk);
        engine.clear(clear);
        engine.command(command);
        engine.status(status);
        engine.beat(beat);
        engine.answer(answer);
        engine.activation_read(read);
        engine.activation_data(data);
        engine.activation_write(write);
        engine.weight_write(weight_write);
    }

    // The rest of cycle `now`, and its edge.
    void step() {
        if (clear.read()) sram_data.clear();  // the unit's reset is the SRAM's as well
        look_at_beat();
        const hw::ReadRequest& request = read.read();
        if (request.count > 0) {
            hw::WordBus bus;
            for (std::uint32_t k = 0; k < request.count; ++k) {
                bus.words[bus.count++] = sram_word(request.address + k);
            }
            sram_data[now + latency] = bus;
        }
        look_at_write(write.read(), false);
        look_at_write(weight_write.read(), true);
        if (!answers.empty() && answers.front().first <= now) {
            answer = answers.front().second;
            answers.pop_front();
        }
        const auto due = sram_data.find(now);
        data = due != sram_data.end() ? due->second : hw::WordBus{};
        sc_start(2, SC_NS);
        ++now;
    }

    void order(const hw::DmaCommand& next) { command = next; }

private:
    void look_at_beat() {
        const hw::BusBeat& seen = beat.read();
        if (seen.serial == serial) return;
        const std::size_t number = beats.size();
        CHECK(seen.serial == serial + 1);
        serial = seen.serial;
        hw::BusAnswer reply;
        reply.serial = seen.serial;
        reply.failed = refused == number;
        reply.words.count = seen.words.count;
        std::vector<Word> words(seen.words.count);
        for (std::uint16_t k = 0; k < seen.words.count; ++k) {
            const std::uint64_t address = seen.address + 2U * k;
            reply.words.words[k] = seen.write ? Word{-1} : memory_word(address);
            if (seen.write) stored[address] = words[k] = seen.words.words[k];
        }
        last_answer = std::max(last_answer + 1, now + delay(number));
        answers.emplace_back(last_answer, reply);
        beats.push_back({now, seen.write, seen.address, words});
        most_under_way = std::max(most_under_way, answers.size());
    }

    void look_at_write(const hw::WriteRequest& request, bool weights) {
        if (request.words.count == 0) return;
        writes.push_back({now, weights, request.address, words_of(request.words)});
    }
};

// What docs/timing.md, section 5, and the table in hw/dma_engine.h say of transfers after each other.
struct Expected {
    std::vector<BeatSeen> beats;
    std::vector<WriteSeen> writes;
    Cycles end = 0, stalled = 0;  // of the last transfer; in all
    Cycles last_answer = -1;
    std::map<DmaKind, Cycles> busy;

    // Ordered in a cycle; returns the first cycle after the transfer.
    Cycles add(const hw::DmaCommand& c, Cycles ordered, int beat_words,
               const std::function<Cycles(std::size_t)>& delay) {
        const Cycles s = std::max(end, ordered);
        const Cycles beats_of_burst = (c.burst_words + beat_words - 1) / beat_words;
        std::vector<Cycles> taken;  // the cycle at whose end the engine has the answer
        std::uint32_t sram = c.address;
        for (std::uint32_t burst = 0; burst < c.bursts; ++burst) {
            for (Cycles k = 0; k < beats_of_burst; ++k) {
                const auto b = static_cast<Cycles>(taken.size());
                const auto first_word = static_cast<std::uint32_t>(k * beat_words);
                const std::uint32_t count =
                    std::min(static_cast<std::uint32_t>(beat_words), c.burst_words - first_word);
                BeatSeen beat{s + 6 + b, c.kind == DmaKind::output,
                              c.memory + burst * c.stride + 2U * first_word, std::vector<Word>(count)};
                if (b > 0) beat.cycle = std::max(beat.cycle, beats.back().cycle + 1);
                if (b > 1) beat.cycle = std::max(beat.cycle, taken[static_cast<std::size_t>(b - 2)] + 1);
                last_answer = std::max(last_answer + 1, beat.cycle + delay(beats.size()));
                taken.push_back(
                    std::max({last_answer, s + 7 + b, taken.empty() ? Cycles{0} : taken.back() + 1}));
                WriteSeen write{taken.back() + 1, c.kind == DmaKind::weights, sram, {}};
                for (std::uint32_t w = 0; w < count; ++w) {
                    if (beat.write) {
                        beat.words[w] = sram_word(sram + w);
                    } else {
                        write.words.push_back(memory_word(beat.address + 2U * w));
                    }
                }
                if (!beat.write) writes.push_back(write);
                beats.push_back(beat);
                sram += count;
            }
        }
        const Cycles on_time = s + 8 + static_cast<Cycles>(taken.size());
        end = taken.back() + 2;
        stalled += end - on_time;
        busy[c.kind] += end - s;
        return end;
    }
};

hw::DmaCommand draw_command(test::DrawnCases& draw, std::uint32_t serial) {
    hw::DmaCommand c;
    c.serial = serial;
    c.kind = static_cast<DmaKind>(draw.between(0, 2));
    c.bursts = static_cast<std::uint32_t>(draw.one_in(3) ? 1 : draw.between(1, 5));
    c.burst_words = static_cast<std::uint32_t>(draw.one_in(4) ? 1 : draw.between(1, 40));
    c.memory = 2 * static_cast<std::uint64_t>(draw.between(0, 5000));
    c.stride = 2 * (c.burst_words + static_cast<std::uint64_t>(draw.between(0, 50)));
    c.address = static_cast<std::uint32_t>(draw.between(0, 3000));
    return c;
}

std::function<Cycles(std::size_t)> draw_delays(test::DrawnCases& draw) {
    if (draw.one_in(3)) return [](std::size_t) { return Cycles{1}; };
    if (draw.one_in(3)) return [each = draw.between(0, 9)](std::size_t) { return each; };
    std::vector<Cycles> delays;
    for (int k = 0; k < 4000; ++k) delays.push_back(draw.one_in(2) ? 1 : draw.between(0, 7));
    return [delays](std::size_t beat) { return delays.at(beat); };
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a transfer takes 4 + 4 cycles and a beat's for each beat, by hand") {
    // Five words of a bus of two: three beats, asked for in cycles 6, 7, 8, written in 8, 9, 10.
    Bench bench(2, 1);
    hw::DmaCommand c;
    c.serial = 1;
    c.bursts = 1;
    c.burst_words = 5;
    c.memory = 100;
    c.address = 20;
    bench.order(c);
    std::vector<std::uint32_t> ended;
    for (int cycle = 0; cycle < 14; ++cycle) {
        ended.push_back(bench.status.read().ended);
        bench.step();
    }
    REQUIRE(bench.beats.size() == 3);
    CHECK(bench.beats[0] == BeatSeen{6, false, 100, {0, 0}});
    CHECK(bench.beats[1] == BeatSeen{7, false, 104, {0, 0}});
    CHECK(bench.beats[2] == BeatSeen{8, false, 108, {0}});
    REQUIRE(bench.writes.size() == 3);
    CHECK(bench.writes[0] == WriteSeen{8, false, 20, {memory_word(100), memory_word(102)}});
    CHECK(bench.writes[1] == WriteSeen{9, false, 22, {memory_word(104), memory_word(106)}});
    CHECK(bench.writes[2] == WriteSeen{10, false, 24, {memory_word(108)}});
    // The transfer is over with cycle 10: 0 + 8 + 3 = 11 is the first after it.
    CHECK(ended == std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1});
    CHECK(bench.status.read().stalled == 0);
    CHECK(bench.engine.busy_cycles(DmaKind::input) == 11);
}

TEST_CASE("drawn transfers move the right words in the cycles of docs/timing.md") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 200; ++trial) {
        const test::SystemCFixture kernel;
        const int beat_words = 1 << draw.between(0, 4), latency = draw.integer(1, 4);
        Bench bench(beat_words, latency);
        bench.delay = draw_delays(draw);
        INFO("trial " << trial << ", beats of " << beat_words << ", SRAM latency " << latency);
        Expected expected;
        std::map<Cycles, hw::DmaCommand> orders;
        std::map<Cycles, std::uint32_t> ends;  // the last cycle of a transfer, its serial
        Cycles ordered = draw.between(0, 3);
        const std::int64_t transfers = draw.between(1, 6);
        for (std::uint32_t serial = 1; serial <= transfers; ++serial) {
            const hw::DmaCommand c = draw_command(draw, serial);
            orders[ordered] = c;
            ends[expected.add(c, ordered, beat_words, bench.delay) - 1] = serial;
            ordered += draw.one_in(2) ? 1 : draw.between(1, 60);
        }
        std::uint32_t ended = 0;
        bool told_in_time = true;
        while (bench.now < expected.end + 10) {
            if (ends.contains(bench.now)) ended = ends[bench.now];
            told_in_time &= bench.status.read().ended == ended;
            if (orders.contains(bench.now)) bench.order(orders[bench.now]);
            bench.step();
        }
        REQUIRE(bench.beats == expected.beats);
        REQUIRE(bench.writes == expected.writes);
        REQUIRE(told_in_time);
        REQUIRE(bench.most_under_way <= 2);
        REQUIRE(bench.status.read().stalled == expected.stalled);
        REQUIRE_FALSE(bench.status.read().failed);
        for (const DmaKind kind : {DmaKind::weights, DmaKind::input, DmaKind::output}) {
            REQUIRE(bench.engine.busy_cycles(kind) == expected.busy[kind]);
        }
    }
}

TEST_CASE("a transfer that is cleared in the middle leaves nothing behind for the next start") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 200; ++trial) {
        const test::SystemCFixture kernel;
        const int beat_words = 1 << draw.between(0, 4);
        Bench bench(beat_words, draw.integer(1, 4));
        const Cycles late = draw.between(1, 9);
        bench.delay = [late](std::size_t) { return late; };
        INFO("trial " << trial << ", beats of " << beat_words << ", answers after " << late);
        bench.order(draw_command(draw, 1));
        const Cycles cleared = draw.between(1, 40), held = draw.between(1, 4);
        while (bench.now < cleared) bench.step();
        bench.clear = true;
        while (bench.now < cleared + held) bench.step();
        // What the cleared transfer has put on the bus is answered after all; what it did is not looked at.
        bench.clear = false;
        Expected expected;
        expected.beats = bench.beats;
        expected.last_answer = bench.last_answer;
        bench.writes.clear();
        // The first transfer of a start goes first by its serial number as well.
        const hw::DmaCommand c = draw_command(draw, 1);
        bench.order(c);
        expected.add(c, bench.now, beat_words, bench.delay);
        while (bench.now < expected.end + 10) bench.step();
        REQUIRE(bench.beats == expected.beats);
        REQUIRE(bench.writes == expected.writes);
        REQUIRE(bench.status.read().ended == 1);
        REQUIRE(bench.status.read().stalled == expected.stalled);
        REQUIRE(bench.engine.busy_cycles(c.kind) == expected.busy[c.kind]);
    }
}

TEST_CASE("a beat that memory refuses stops the engine until it is cleared") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 50; ++trial) {
        const test::SystemCFixture kernel;
        const int beat_words = 1 << draw.between(0, 4);
        Bench bench(beat_words, draw.integer(1, 4));
        hw::DmaCommand c = draw_command(draw, 1);
        Expected expected;
        const Cycles end = expected.add(c, 0, beat_words, bench.delay);
        const std::size_t beats = expected.beats.size();
        bench.refused = static_cast<std::size_t>(draw.between(0, static_cast<std::int64_t>(beats) - 1));
        INFO("trial " << trial << ": beat " << *bench.refused << " of " << beats << " is refused");
        bench.order(c);
        bench.step();
        bench.order(draw_command(draw, 2));  // which never starts
        // The answer to beat b is looked at when cycle 7 + b ends.
        const Cycles stops = 8 + static_cast<Cycles>(*bench.refused);
        while (bench.now < stops) {
            REQUIRE_FALSE(bench.status.read().failed);
            bench.step();
        }
        bench.order(draw_command(draw, 3));  // nor does one that comes later
        while (bench.now < end + 200) {
            REQUIRE(bench.status.read().failed);
            REQUIRE(bench.status.read().ended == 0);
            bench.step();
        }
        // One more beat may have been asked for meanwhile; what came before the refused one is in the SRAM.
        REQUIRE(bench.beats.size() == std::min(beats, *bench.refused + 2));
        expected.beats.resize(bench.beats.size());
        REQUIRE(bench.beats == expected.beats);
        if (c.kind != DmaKind::output) {
            expected.writes.resize(*bench.refused);
            REQUIRE(bench.writes == expected.writes);
        }

        bench.refused.reset();
        bench.clear = true;
        bench.step();
        bench.clear = false;
        REQUIRE_FALSE(bench.status.read().failed);
        bench.writes.clear();
        Expected again;
        again.beats = bench.beats;
        again.last_answer = bench.last_answer;
        c.serial = 1;
        bench.order(c);
        again.add(c, bench.now, beat_words, bench.delay);
        while (bench.now < again.end + 4) bench.step();
        REQUIRE(bench.beats == again.beats);
        REQUIRE(bench.writes == again.writes);
        REQUIRE(bench.status.read().ended == 1);
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "an engine without a transfer drives nothing new") {
    Bench bench(8, 1);
    hw::DmaCommand c;
    c.serial = 1;
    c.bursts = 2;
    c.burst_words = 9;
    c.stride = 100;
    bench.order(c);
    while (bench.status.read().ended == 0) bench.step();
    bench.step();  // the last request is withdrawn
    const std::uint64_t before = sc_delta_count();
    const Cycles from = bench.now;
    int events = 0;
    while (bench.now < from + 100) {
        bench.step();
        events += bench.beat.event() + bench.status.event() + bench.read.event() + bench.write.event() +
                  bench.weight_write.event();
    }
    CHECK(events == 0);
    // A cycle has its two clock edges and nothing that follows from them.
    CHECK(sc_delta_count() - before <= 2 * 2 * 100);
}
