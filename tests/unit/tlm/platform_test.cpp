#include "tlm/platform.h"
#include "models/base/error.h"
#include "tests/support/systemc_fixture.h"

#include <string>
#include <vector>

using namespace quell;

namespace {

std::vector<std::uint64_t> program(const std::vector<std::string>& lines) {
    std::vector<std::uint64_t> words;
    for (const std::string& line : lines) quell::tlm::encode(quell::tlm::assemble(line), words);
    return words;
}

}  // namespace

// ISAAC's tile at 500 MHz: an interval of 800 cycles, a drain of 300. Scratchpad: 2 + one cycle for 16 words.
TEST_CASE_METHOD(test::SystemCFixture, "a program by hand", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"LOOP body=4 count=3", "strip LOAD address=0x0 words=160",
                 "MVM pe=0 pes=2 crossbars=4 products=2", "ALU pe=0 pes=2 elements=33 function=relu",
                 "STORE address=0x1000 words=16", "SYNC layer=7", "HALT"}));
    platform.run();
    REQUIRE(platform.layers().size() == 1);
    const quell::tlm::LayerTrace& layer = platform.layers()[0];
    CHECK(layer.layer == 7);
    CHECK(layer.breakdown.load == 12);
    CHECK(layer.breakdown.compute == 3 * 1600);
    CHECK(layer.breakdown.drain == 300);
    CHECK(layer.breakdown.digital == 3);  // 33 elements on 16 lanes
    CHECK(layer.breakdown.store == 3);
    CHECK(platform.cycles() == layer.breakdown.total());
    CHECK(platform.activity().products == 3 * 2 * 4 * 2);
    CHECK(platform.activity().tile_busy == 2 * 4800);
}

TEST_CASE_METHOD(test::SystemCFixture, "layers wait for each other at SYNC", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"strip LOAD address=0x0 words=16", "MVM pe=0 pes=1 crossbars=1 products=1",
                 "STORE address=0x0 words=16", "SYNC layer=0", "strip LOAD address=0x0 words=16",
                 "ALU pe=0 pes=1 elements=16 function=copy", "STORE address=0x0 words=16", "SYNC layer=1",
                 "HALT"}));
    platform.run();
    REQUIRE(platform.layers().size() == 2);
    CHECK(platform.layers()[0].breakdown.total() == 3 + 800 + 300 + 3);
    CHECK(platform.layers()[1].breakdown.total() == 3 + 1 + 3);
    CHECK(platform.cycles() == 1106 + 7);
}

TEST_CASE_METHOD(test::SystemCFixture, "loads and stores that share one port are booked as bus stalls",
                 "[tlm]") {
    quell::tlm::PlatformParameters parameters;
    parameters.platform.scratchpad.ports = 1;
    quell::tlm::Platform platform("platform", parameters,
                                  program({"LOOP body=3 count=6", "strip LOAD address=0x0 words=1600",
                                           "ALU pe=0 pes=1 elements=16 function=copy",
                                           "STORE address=0x10000 words=1600", "SYNC layer=0", "HALT"}));
    platform.run();
    const timing::CycleBreakdown& b = platform.layers().at(0).breakdown;
    CHECK(b.bus_stall > 0);
    CHECK(b.total() == platform.cycles());
    CHECK(platform.cycles() >= 12 * 102);  // the port is busy that long
}

TEST_CASE_METHOD(test::SystemCFixture, "programming waits for the slower of fetch and writing", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"PROGRAM pe=0 pes=1 crossbars=1 address=0x200000000 words=16", "SYNC layer=0", "HALT"}));
    platform.run();
    CHECK(platform.layers().at(0).breakdown.program == 128 * 500);  // 128 rows of 1 us
}

TEST_CASE_METHOD(test::SystemCFixture, "a block takes the cycles of the closed form", "[tlm]") {
    quell::tlm::PlatformParameters parameters;
    quell::tlm::Platform platform(
        "platform", parameters,
        program({"SYNC layer=0", "DENOISE address=0x0 site=3 channels=16 height=9 width=10 weights=0x2000",
                 "HALT"}));
    platform.run();
    const timing::BlockTiming expected =
        timing::time_block(denoiser::make_geometry(16, 9, 10, parameters.denoiser), parameters.denoiser);
    REQUIRE(platform.blocks().size() == 1);
    CHECK(platform.blocks()[0].site == 3);
    CHECK(platform.blocks()[0].cycles == expected.cycles);
    CHECK(platform.blocks()[0].timing.breakdown.total() == expected.cycles);
    CHECK(platform.cycles() == expected.cycles);
}

// Two stages of 1,106 cycles (load 3, product 800, drain 300, store 3) and 7 (load 3, copy 1, store 3); the
// second reads what the first wrote into one of two buffers.
TEST_CASE_METHOD(test::SystemCFixture, "program counters wait for each other's feature maps", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"COUNTER body=8 images=4", "STAGE stage=0 delay=0 body=7",
                 "RING buffers=2 address=0x1000 words=16", "WAIT stage=1 behind=2",
                 "strip LOAD address=0x0 words=16", "MVM pe=0 pes=1 crossbars=1 products=1",
                 "STORE address=0x1000 words=16", "SYNC layer=0",
                 //
                 "COUNTER body=8 images=4", "STAGE stage=1 delay=0 body=7",
                 "RING buffers=2 address=0x1000 words=16", "WAIT stage=0 behind=0",
                 "strip LOAD address=0x1000 words=16", "ALU pe=1 pes=1 elements=16 function=copy",
                 "STORE address=0x4000 words=16", "SYNC layer=1", "HALT"}));
    platform.run();
    REQUIRE(platform.layers().size() == 8);
    std::vector<timing::Cycles> begins[2];
    for (const quell::tlm::LayerTrace& trace : platform.layers()) {
        REQUIRE((trace.layer == 0 || trace.layer == 1));
        auto& begin = begins[trace.layer];
        CHECK(trace.image == static_cast<std::int64_t>(begin.size()));
        begin.push_back(platform.cycles_at(trace.begin));
        CHECK(trace.breakdown.total() == (trace.layer == 0 ? 1106 : 7));
    }
    CHECK(begins[0] == std::vector<timing::Cycles>{0, 1106, 2212, 3318});
    CHECK(begins[1] == std::vector<timing::Cycles>{1106, 2212, 3318, 4424});
    CHECK(platform.cycles() == 4424 + 7);
}

// The second stage takes 800 + 300 + 6 cycles and the first 7; one buffer lies between them.
TEST_CASE_METHOD(test::SystemCFixture, "a producer waits for its only buffer", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"COUNTER body=6 images=3", "STAGE stage=0 delay=0 body=5", "WAIT stage=1 behind=1",
                 "strip LOAD address=0x0 words=16", "ALU pe=1 pes=1 elements=16 function=copy",
                 "STORE address=0x1000 words=16", "SYNC layer=0",
                 //
                 "COUNTER body=6 images=3", "STAGE stage=1 delay=0 body=5", "WAIT stage=0 behind=0",
                 "strip LOAD address=0x1000 words=16", "MVM pe=0 pes=1 crossbars=1 products=1",
                 "STORE address=0x4000 words=16", "SYNC layer=1", "HALT"}));
    platform.run();
    CHECK(platform.cycles() == 3 * (7 + 1106));
}

// Both counters copy 1,600 elements on PE 0, 100 cycles, at the same time: the second waits.
TEST_CASE_METHOD(test::SystemCFixture, "a digital unit serves one layer at a time", "[tlm]") {
    quell::tlm::PlatformParameters parameters;
    parameters.platform.scratchpad.ports = 4;
    const auto counter = [](int stage) {
        const std::string number = std::to_string(stage);
        return std::vector<std::string>{"COUNTER body=5 images=1",
                                        "STAGE stage=" + number + " delay=0 body=4",
                                        "strip LOAD address=0x0 words=16",
                                        "ALU pe=0 pes=2 elements=1600 function=copy",
                                        "STORE address=0x" + std::to_string(1 + stage) + "000 words=16",
                                        "SYNC layer=" + number};
    };
    std::vector<std::string> lines = counter(0);
    for (const std::string& line : counter(1)) lines.push_back(line);
    lines.push_back("HALT");
    quell::tlm::Platform platform("platform", parameters, program(lines));
    platform.run();
    timing::Cycles waited = 0, computed = 0;
    for (const quell::tlm::LayerTrace& trace : platform.layers()) {
        waited += trace.breakdown.digital_stall;
        computed += trace.breakdown.compute;
    }
    CHECK(computed == 200);
    CHECK(waited == 100);
    CHECK(platform.cycles() == 3 + 200 + 3);
}

TEST_CASE_METHOD(test::SystemCFixture, "stages that wait for each other do not end in silence", "[tlm]") {
    quell::tlm::Platform platform(
        "platform", {},
        program({"COUNTER body=4 images=1", "STAGE stage=0 delay=0 body=3", "WAIT stage=1 behind=0",
                 "strip LOAD address=0x0 words=16", "SYNC layer=0", "COUNTER body=4 images=1",
                 "STAGE stage=1 delay=0 body=3", "WAIT stage=0 behind=0", "strip LOAD address=0x0 words=16",
                 "SYNC layer=1", "HALT"}));
    CHECK_THROWS_WITH(platform.run(), test::contains("without reaching HALT"));
}

TEST_CASE_METHOD(test::SystemCFixture, "an illegal program is refused before anything runs", "[tlm]") {
    CHECK_THROWS_WITH(quell::tlm::Platform("platform", {}, program({"SYNC layer=0"})),
                      test::contains("HALT"));
}
