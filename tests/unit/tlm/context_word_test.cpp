#include "tlm/context_word.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tlm/context_program.h"

#include <random>

using namespace quell;
using quell::tlm::Instruction;
using quell::tlm::Opcode;

namespace {

std::vector<std::uint64_t> words_of(const std::vector<std::string>& lines) {
    std::vector<std::uint64_t> words;
    for (const std::string& line : lines) quell::tlm::encode(quell::tlm::assemble(line), words);
    return words;
}

auto decoding(const std::vector<std::uint64_t>& words) {
    return [words] { quell::tlm::decode_program(words, config::PlatformConfig{}); };
}

}  // namespace

// The layout of docs/context-words.md, by hand.
TEST_CASE("words are laid out as documented", "[tlm]") {
    CHECK(words_of({"HALT"}) == std::vector<std::uint64_t>{0});
    CHECK(words_of({"LOAD address=0x40 words=1344"}) ==
          std::vector<std::uint64_t>{std::uint64_t{1} << 60 | std::uint64_t{0x40} << 24 | 1344});
    CHECK(words_of({"strip MVM pe=3 pes=2 crossbars=96 products=112"}) ==
          std::vector<std::uint64_t>{std::uint64_t{2} << 60 | std::uint64_t{1} << 59 |
                                     std::uint64_t{3} << 47 | std::uint64_t{2} << 35 |
                                     std::uint64_t{96} << 23 | 112});
    CHECK(words_of({"ALU pe=0 pes=168 elements=7 function=relu"}) ==
          std::vector<std::uint64_t>{std::uint64_t{4} << 60 | std::uint64_t{168} << 35 |
                                     std::uint64_t{1} << 29 | 7});
    CHECK(words_of({"LOOP body=5 count=110"}) ==
          std::vector<std::uint64_t>{std::uint64_t{9} << 60 | std::uint64_t{5} << 32 | 110});
    CHECK(words_of({"COUNTER body=12 images=16"}) ==
          std::vector<std::uint64_t>{std::uint64_t{10} << 60 | std::uint64_t{12} << 32 | 16});
    CHECK(words_of({"STAGE stage=3 delay=2 body=11"}) ==
          std::vector<std::uint64_t>{std::uint64_t{11} << 60 | std::uint64_t{3} << 48 |
                                     std::uint64_t{2} << 32 | 11});
    CHECK(words_of({"WAIT stage=5 behind=4"}) ==
          std::vector<std::uint64_t>{std::uint64_t{12} << 60 | std::uint64_t{5} << 48 |
                                     std::uint64_t{4} << 32});
    CHECK(words_of({"RING buffers=3 address=0x40 words=1000"}) ==
          std::vector<std::uint64_t>{std::uint64_t{13} << 60 | 3, std::uint64_t{0x40} << 30 | 1000});
    CHECK(words_of({"PROGRAM pe=1 pes=1 crossbars=4 address=0x200000000 words=64"}) ==
          std::vector<std::uint64_t>{std::uint64_t{7} << 60 | std::uint64_t{1} << 47 |
                                         std::uint64_t{1} << 35 | std::uint64_t{4} << 23,
                                     std::uint64_t{0x200000000} << 30 | 4});
    CHECK(words_of({"DENOISE address=0x10 site=20 channels=512 height=7 width=9 weights=0x20"}) ==
          std::vector<std::uint64_t>{std::uint64_t{6} << 60 | std::uint64_t{20} << 34 | 0x10,
                                     std::uint64_t{512} << 32 | std::uint64_t{7} << 16 | 9, 0x20});
}

TEST_CASE("assembly gives the same word again, whatever the word", "[tlm]") {
    std::mt19937_64 random(7);
    int legal = 0;
    for (int i = 0; i < 20000; ++i) {
        const std::vector<std::uint64_t> words{random() >> (i % 3 == 0 ? 1 : 0), random() >> 8,
                                               random() >> 30};
        Instruction instruction;
        try {
            instruction = quell::tlm::decode(words, 0);
        } catch (const Error&) {
            continue;  // bits that belong to no field, an opcode that is none
        }
        ++legal;
        std::vector<std::uint64_t> again;
        quell::tlm::encode(quell::tlm::assemble(quell::tlm::disassemble(instruction)), again);
        REQUIRE(again == std::vector<std::uint64_t>(
                             words.begin(), words.begin() + static_cast<std::ptrdiff_t>(again.size())));
    }
    CHECK(legal > 1000);
}

TEST_CASE("a field too large for its bits is refused by name", "[tlm]") {
    std::vector<std::uint64_t> words;
    Instruction load;
    load.opcode = Opcode::load;
    load.transfer = {0, std::int64_t{1} << 24};
    CHECK_THROWS_WITH(quell::tlm::encode(load, words), test::contains("words = 16777216"));
    load.transfer = {-1, 4};
    CHECK_THROWS_WITH(quell::tlm::encode(load, words), test::contains("address"));
    Instruction program;
    program.opcode = Opcode::program;
    program.transfer = {0, 17};  // counts in 16s
    CHECK_THROWS_WITH(quell::tlm::encode(program, words), test::contains("words = 17"));
}

TEST_CASE("lines that are no instruction are refused", "[tlm]") {
    const auto assembling = [](const std::string& line) { quell::tlm::assemble(line); };
    CHECK_THROWS_WITH(assembling("JUMP 3"), test::contains("'JUMP'"));
    CHECK_THROWS_WITH(assembling("LOAD address=1"), test::contains("'words' is missing"));
    CHECK_THROWS_WITH(assembling("LOAD address=1 words=2 words=3"), test::contains("twice"));
    CHECK_THROWS_WITH(assembling("LOAD address=1 words=-2"), test::contains("'-2'"));
    CHECK_THROWS_WITH(assembling("LOAD address=1 words=2 pe=1"), test::contains("'pe'"));
    CHECK_THROWS_WITH(assembling("ALU pe=0 pes=1 elements=1 function=tanh"), test::contains("'tanh'"));
    CHECK_THROWS_WITH(assembling("strip HALT"), test::contains("strip"));
}

TEST_CASE("a program is checked as a whole", "[tlm]") {
    const std::string load = "LOAD address=0x0 words=16", store = "STORE address=0x0 words=16";
    CHECK_NOTHROW(decoding(words_of({"strip " + load, store, "SYNC layer=0", "HALT"}))());

    CHECK_THROWS_WITH(decoding({std::uint64_t{15} << 60})(), test::contains("15 is no opcode"));
    CHECK_THROWS_WITH(decoding({1})(), test::contains("no field"));
    CHECK_THROWS_WITH(decoding(words_of({"SYNC layer=0"}))(), test::contains("HALT"));
    CHECK_THROWS_WITH(decoding({})(), test::contains("HALT"));
    CHECK_THROWS_WITH(decoding(words_of({"HALT", "HALT"}))(), test::contains("followed"));
    CHECK_THROWS_WITH(decoding(words_of({load, "HALT"}))(), test::contains("none has begun"));
    CHECK_THROWS_WITH(decoding(words_of({"strip " + store, load, "HALT"}))(), test::contains("out of order"));
    CHECK_THROWS_WITH(decoding(words_of({"LOOP body=9 count=2", "strip " + load, "HALT"}))(),
                      test::contains("behind"));
    CHECK_THROWS_WITH(decoding(words_of({"LOOP body=0 count=2", "HALT"}))(), test::contains("empty"));
    CHECK_THROWS_WITH(decoding(words_of({"LOOP body=1 count=2", "SYNC layer=0", "HALT"}))(),
                      test::contains("strips only"));
    CHECK_THROWS_WITH(decoding(words_of({"strip MVM pe=160 pes=9 crossbars=1 products=1", "HALT"}))(),
                      test::contains("PEs 160 to 168"));
    CHECK_THROWS_WITH(decoding(words_of({"strip MVM pe=0 pes=1 crossbars=97 products=1", "HALT"}))(),
                      test::contains("97 crossbars"));
    CHECK_THROWS_WITH(decoding(words_of({"strip LOAD address=0x53fff8 words=16", "HALT"}))(),
                      test::contains("scratchpad"));
    // The first repetition is inside, the last is not: 10752 KiB are 5,505,024 words.
    CHECK_NOTHROW(
        decoding(words_of({"LOOP body=1 count=2", "strip LOAD address=0x53ffe0 words=16", "HALT"}))());
    CHECK_THROWS_WITH(
        decoding(words_of({"LOOP body=1 count=3", "strip LOAD address=0x53ffe0 words=16", "HALT"}))(),
        test::contains("scratchpad"));

    const std::string sync = "SYNC layer=0", stage = "STAGE stage=0 delay=0 body=2";
    CHECK_NOTHROW(decoding(words_of({"COUNTER body=3 images=1", stage, "strip " + load, sync, "HALT"}))());
    CHECK_THROWS_WITH(decoding(words_of({stage, "strip " + load, sync, "HALT"}))(),
                      test::contains("counter's stretch"));
    CHECK_THROWS_WITH(decoding(words_of({"WAIT stage=0 behind=0", "HALT"}))(),
                      test::contains("counter's stage"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=2 images=1", "strip " + load, sync, "HALT"}))(),
                      test::contains("stages only"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=2 images=1", stage, "strip " + load, sync, "HALT"}))(),
                      test::contains("reaches out of the counter"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=9 images=1", stage, "strip " + load, sync, "HALT"}))(),
                      test::contains("behind the program's"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=3 images=1", "STAGE stage=0 delay=0 body=2",
                                         "strip " + load, "WAIT stage=0 behind=1", "HALT"}))(),
                      test::contains("out of order in its stage"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=2 images=1", "STAGE stage=0 delay=0 body=1",
                                         "strip " + load, "HALT"}))(),
                      test::contains("without SYNC"));
    CHECK_THROWS_WITH(
        decoding(words_of({"COUNTER body=3 images=1", stage, "WAIT stage=7 behind=0", sync, "HALT"}))(),
        test::contains("stage 7"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=4 images=1", "STAGE stage=0 delay=0 body=1", sync,
                                         "STAGE stage=0 delay=0 body=1", sync, "HALT"}))(),
                      test::contains("twice"));
    CHECK_THROWS_WITH(decoding(words_of({"COUNTER body=4 images=1", "STAGE stage=0 delay=0 body=3",
                                         "RING buffers=400 address=0x0 words=16384", sync, "HALT"}))(),
                      test::contains("scratchpad"));
    std::vector<std::uint64_t> cut = words_of({"PROGRAM pe=0 pes=1 crossbars=1 address=0x0 words=16"});
    cut.pop_back();
    CHECK_THROWS_WITH(decoding(cut)(), test::contains("2 words"));
}
