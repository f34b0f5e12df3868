// Two readers and a writer at an SRAM of four banks, four words read and two written a cycle, read latency 2:
// a run that takes two cycles, a reader that waits for its bank, words that are read while they are written.
// Prints what comes when, and what was expected; with --vcd NAME also draws NAME.vcd.
#include "hw/sram.h"

#include "testbench/bench.h"

#include <map>
#include <utility>
#include <vector>

using namespace sc_core;
using namespace quell;
using numeric::Word;

namespace {

const char* const readers[] = {"cores", "lanes"};

// Cycle and reader -> words; address a holds 100 + a at first.
//
// cores ask for 1 to 6 in cycle 0, lanes for 3 and 4 on the same bank port: the cores have all four banks in
// cycle 0, and words 5 and 6 (banks 1, 2) in cycle 1, in which the lanes have 3 and 4 (banks 3, 0).
// The writer has 8 and 9 in cycle 3 and 10 in cycle 4; who reads 8 to 10 in cycle 3 gets what was there
// before.
const std::map<std::pair<int, int>, std::vector<Word>> expected{
    {{2, 0}, {101, 102, 103, 104}}, {{3, 0}, {105, 106}},      {{3, 1}, {103, 104}},
    {{5, 0}, {108, 109, 110}},      {{7, 0}, {900, 901, 902}},
};

void print(const std::vector<Word>& words) {
    for (const Word word : words) std::printf(" %d", word);
}

bool bench(const testbench::Arguments& arguments) {
    testbench::Clock clk;
    sc_vector<sc_signal<hw::ReadRequest>> read("read", 2);
    sc_vector<sc_signal<hw::WordBus>> data("data", 2);
    sc_vector<sc_signal<hw::WriteRequest>> write("write", 1);
    hw::Sram sram("sram", {64, 4, 4, 2, 2}, {{"cores"}, {"lanes"}}, {{"writer"}});
    sram.clk(clk);
    sram.read(read);
    sram.data(data);
    sram.write(write);
    for (std::int64_t address = 0; address < sram.size(); ++address) {
        sram.poke(address, static_cast<Word>(100 + address));
    }
    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        sram.trace(file);
    });

    bool right = true;
    for (int cycle = 0; cycle < 9; ++cycle) {
        for (int reader = 0; reader < 2; ++reader) {
            const hw::WordBus& bus = data[static_cast<std::size_t>(reader)].read();
            const std::vector<Word> words(bus.words.begin(), bus.words.begin() + bus.count);
            const auto due = expected.find({cycle, reader});
            const std::vector<Word> wanted = due == expected.end() ? std::vector<Word>{} : due->second;
            right &= words == wanted;
            if (words.empty() && wanted.empty()) continue;
            std::printf("cycle %d  %s read", cycle, readers[reader]);
            print(words);
            std::printf(" (");
            print(wanted);
            std::printf(" )\n");
        }
        for (auto& request : read) request = hw::ReadRequest{};
        write[0] = hw::WriteRequest{};
        if (cycle == 0) {
            read[0] = hw::ReadRequest{6, 1};
            read[1] = hw::ReadRequest{2, 3};
        }
        if (cycle == 3 || cycle == 5) read[0] = hw::ReadRequest{3, 8};
        if (cycle == 3) {
            hw::WriteRequest request;
            request.address = 8;
            for (int k = 0; k < 3; ++k) {
                request.words.words[request.words.count++] = static_cast<Word>(900 + k);
            }
            write[0] = request;
        }
        testbench::Clock::step();
    }
    std::printf("%ld words read, %ld written; cores waited %ld cycles, lanes %ld, the writer %ld\n",
                static_cast<long>(sram.words_read()), static_cast<long>(sram.words_written()),
                static_cast<long>(sram.read_stalls(0)), static_cast<long>(sram.read_stalls(1)),
                static_cast<long>(sram.write_stalls(0)));
    return right && sram.words_read() == 14 && sram.words_written() == 3 && sram.read_stalls(0) == 1 &&
           sram.read_stalls(1) == 1 && sram.write_stalls(0) == 1;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {}, bench);
}
