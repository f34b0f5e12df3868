// The DMA engine between a memory and an activation SRAM, over a bus of eight words: brings two bursts of ten
// words, then takes eight of them back, for which memory answers two cycles late. Prints every beat and every
// answer; with --vcd NAME also draws NAME.vcd.
#include "hw/dma_engine.h"

#include "testbench/bench.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

using namespace sc_core;
using namespace quell;
using numeric::Word;

namespace {

constexpr int kBeatWords = 8;

// Transfer 1: starts in cycle 0, beats of 8, 2, 8 and 2 words, so 8 + 4 cycles. Transfer 2: starts behind it,
// one beat, so 8 + 1, and 2 because of the late answer. Each is over with the cycle before the next one's
// first.
constexpr int kEnds[] = {0 + 8 + 4, 12 + 8 + 1 + 2};

bool bench(const testbench::Arguments& arguments) {
    testbench::Clock clk;
    sc_signal<bool> clear("clear");
    sc_signal<hw::DmaCommand> command("command");
    sc_signal<hw::DmaStatus> status("status");
    sc_signal<hw::BusBeat> beat("beat");
    sc_signal<hw::BusAnswer> answer("answer");
    sc_vector<sc_signal<hw::ReadRequest>> read("read", 1);
    sc_vector<sc_signal<hw::WordBus>> data("data", 1);
    sc_vector<sc_signal<hw::WriteRequest>> write("write", 1);
    sc_signal<hw::WriteRequest> weight_write("weight_write");
    hw::DmaEngine engine("dma", kBeatWords, 1);
    hw::Sram sram("activation_sram", {256, 8, 8, 8, 1}, {{"dma", kBeatWords}}, {{"dma", kBeatWords}});
    engine.clk(clk);
    engine.clear(clear);
    engine.command(command);
    engine.status(status);
    engine.beat(beat);
    engine.answer(answer);
    engine.activation_read(read[0]);
    engine.activation_data(data[0]);
    engine.activation_write(write[0]);
    engine.weight_write(weight_write);
    sram.clk(clk);
    sram.read(read);
    sram.data(data);
    sram.write(write);
    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        engine.trace(file);
        sram.trace(file);
    });

    std::vector<Word> memory(256);
    for (std::size_t word = 0; word < memory.size(); ++word) memory[word] = static_cast<Word>(1000 + word);
    hw::DmaCommand bring, store;
    bring.serial = 1;
    bring.memory = 2 * 16;  // bytes
    bring.stride = 2 * 30;
    bring.bursts = 2;
    bring.burst_words = 10;
    bring.address = 4;
    store.serial = 2;
    store.kind = timing::DmaKind::output;
    store.memory = 2 * 128;
    store.bursts = 1;
    store.burst_words = 8;
    store.address = 6;

    std::deque<std::pair<int, hw::BusAnswer>> answers;  // with their cycles
    std::uint64_t seen = 0;
    std::uint32_t ended = 0;
    std::vector<int> ends;
    for (int cycle = 0; cycle < 26; ++cycle) {
        command = cycle == 0 ? bring : store;
        if (const hw::BusBeat& now = beat.read(); now.serial != seen) {
            seen = now.serial;
            std::printf("cycle %2d  beat %d: %s %d words, byte %d on\n", cycle, static_cast<int>(seen),
                        now.write ? "write" : "read ", now.words.count, static_cast<int>(now.address));
            hw::BusAnswer reply;
            reply.serial = seen;
            reply.words = now.words;
            for (std::uint16_t k = 0; k < now.words.count; ++k) {
                Word& word = memory.at(now.address / 2 + k);
                if (now.write) word = now.words.words[k];
                reply.words.words[k] = word;
            }
            answers.emplace_back(cycle + (now.write ? 3 : 1), reply);
        }
        if (!answers.empty() && answers.front().first == cycle) {
            answer = answers.front().second;
            std::printf("cycle %2d  answer %d\n", cycle, static_cast<int>(answers.front().second.serial));
            answers.pop_front();
        }
        if (const hw::DmaStatus& now = status.read(); now.ended != ended) {
            ended = now.ended;
            ends.push_back(cycle + 1);
            std::printf("cycle %2d  transfer %d ends with this cycle (%d); %d cycles stalled so far\n", cycle,
                        static_cast<int>(ended), kEnds[ended - 1] - 1, static_cast<int>(now.stalled));
        }
        testbench::Clock::step();
    }

    bool right = std::equal(ends.begin(), ends.end(), std::begin(kEnds), std::end(kEnds)) &&
                 status.read().stalled == 2;
    // What memory had for word k of the 20; burst k / 10 begins 30 words behind the one before.
    const auto word = [](int k) { return 1000 + 16 + 30 * (k / 10) + k % 10; };
    for (int k = 0; k < 20; ++k) {
        right &= sram.peek(4 + k) == word(k);
        std::printf("SRAM word %2d: %d (%d)\n", 4 + k, sram.peek(4 + k), word(k));
    }
    for (int k = 0; k < 8; ++k) {
        const Word stored = memory[128 + static_cast<std::size_t>(k)];
        right &= stored == word(2 + k);
        std::printf("memory word %3d: %d (%d)\n", 128 + k, stored, word(2 + k));
    }
    return right;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {}, bench);
}
