// What the platform tells of itself, on programs whose times are known by hand.
#include "tests/support/systemc_fixture.h"
#include "tlm/activity_log.h"
#include "tlm/platform.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace quell;
using Cycles = timing::Cycles;
using quell::tlm::ActivityLog;
using quell::tlm::PeWork;
using quell::tlm::PortTransfer;
using Kind = quell::tlm::TransferSource::Kind;

namespace {

using Span = std::pair<Cycles, Cycles>;

std::vector<std::uint64_t> program(const std::vector<std::string>& lines) {
    std::vector<std::uint64_t> words;
    for (const std::string& line : lines) quell::tlm::encode(quell::tlm::assemble(line), words);
    return words;
}

std::vector<Span> spans(const ActivityLog& log, PeWork::Unit unit) {
    std::vector<Span> found;
    for (const PeWork& work : log.work()) {
        if (work.unit == unit) found.emplace_back(work.time.begin, work.time.end);
    }
    return found;
}

// Requested and granted, ended.
std::vector<std::array<Cycles, 3>> transfers(const ActivityLog& log, Kind kind) {
    std::vector<std::array<Cycles, 3>> found;
    for (const PortTransfer& transfer : log.transfers()) {
        if (transfer.source.kind == kind)
            found.push_back({transfer.requested, transfer.time.begin, transfer.time.end});
    }
    return found;
}

struct Recorded : test::SystemCFixture {
    ActivityLog log{{}, 1000};
    void run(const std::vector<std::string>& lines, quell::tlm::PlatformParameters parameters = {}) {
        parameters.recorder = &log;
        quell::tlm::Platform platform("platform", parameters, program(lines));
        platform.run();
        cycles = platform.cycles();
    }
    Cycles cycles = 0;
};

}  // namespace

// ISAAC's tile at 500 MHz: an interval of 800 cycles, a drain of 300. Scratchpad: 2 + one cycle for 16 words.
TEST_CASE_METHOD(Recorded, "recorder: the strips of a program by hand", "[tlm]") {
    run({"LOOP body=4 count=3", "strip LOAD address=0x0 words=160", "MVM pe=5 pes=2 crossbars=4 products=2",
         "ALU pe=5 pes=2 elements=33 function=relu", "STORE address=0x1000 words=16", "SYNC layer=7",
         "HALT"});
    using Spans = std::vector<Span>;
    CHECK(spans(log, PeWork::Unit::crossbars) == Spans{{12, 1612}, {1612, 3212}, {3212, 4812}});
    CHECK(spans(log, PeWork::Unit::digital) == Spans{{1912, 1915}, {3512, 3515}, {5112, 5115}});
    using Moves = std::vector<std::array<Cycles, 3>>;
    // The input of two strips is held: the third is loaded when the first is multiplied.
    CHECK(transfers(log, Kind::load) == Moves{{0, 0, 12}, {12, 12, 24}, {1612, 1612, 1624}});
    CHECK(transfers(log, Kind::store) == Moves{{1915, 1915, 1918}, {3515, 3515, 3518}, {5115, 5115, 5118}});
    for (const PeWork& work : log.work()) {
        CHECK(work.pes == timing::PeRange{5, 2});
        CHECK(work.counter == 0);
        CHECK(work.amount == (work.unit == PeWork::Unit::digital ? 33 : 2));
    }
    CHECK(log.work()[1].what.empty() != (log.work()[1].unit == PeWork::Unit::digital));
    CHECK(log.transfers()[0].bytes == 320);
    CHECK_FALSE(log.transfers()[0].in_memory);
    CHECK(cycles == 5118);
}

TEST_CASE_METHOD(Recorded, "recorder: who waits for a port, and who has it", "[tlm]") {
    quell::tlm::PlatformParameters parameters;
    parameters.platform.scratchpad.ports = 1;
    run({"LOOP body=3 count=6", "strip LOAD address=0x0 words=1600",
         "ALU pe=0 pes=1 elements=16 function=copy", "STORE address=0x10000 words=1600", "SYNC layer=0",
         "HALT"},
        parameters);
    bool waited = false;
    Cycles end = 0;
    for (const PortTransfer& transfer : log.transfers()) {
        CHECK(transfer.port == 0);
        CHECK(transfer.time.begin >= end);  // one at a time
        CHECK(transfer.time.length() == 102);
        waited = waited || transfer.time.begin > transfer.requested;
        end = transfer.time.end;
    }
    CHECK(log.transfers().size() == 12);
    CHECK(waited);
}

TEST_CASE_METHOD(Recorded, "recorder: two ports are told apart", "[tlm]") {
    run({"LOOP body=3 count=6", "strip LOAD address=0x0 words=1600",
         "ALU pe=0 pes=1 elements=16 function=copy", "STORE address=0x10000 words=1600", "SYNC layer=0",
         "HALT"});
    std::map<int, Cycles> end;
    for (const PortTransfer& transfer : log.transfers()) {
        CHECK(transfer.time.begin == transfer.requested);
        CHECK(transfer.time.begin >= end[transfer.port]);
        end[transfer.port] = transfer.time.end;
    }
    CHECK(end.size() == 2);
}

TEST_CASE_METHOD(Recorded, "recorder: weights and the denoiser's DMA", "[tlm]") {
    run({"PROGRAM pe=0 pes=1 crossbars=1 address=0x200000000 words=16", "SYNC layer=0",
         "DENOISE address=0x0 site=3 channels=16 height=9 width=10 weights=0x2000", "HALT"});
    using Spans = std::vector<Span>;
    CHECK(spans(log, PeWork::Unit::programming) == Spans{{0, 128 * 500}});  // 128 rows of 1 us
    const auto weights = transfers(log, Kind::weights);
    REQUIRE(weights.size() == 1);
    CHECK(weights[0] == std::array<Cycles, 3>{0, 0, 54});
    // X, Y and the weights of 16 channels and 4 in the bottleneck: words of two bytes.
    std::int64_t in = 0, out = 0;
    for (const PortTransfer& transfer : log.transfers()) {
        if (transfer.source.kind == Kind::dma) (transfer.write ? out : in) += transfer.bytes;
    }
    CHECK(in == 2 * (16 * 90 + 3 * 16 * 4 + 9 * 4));
    CHECK(out == 2 * 16 * 90);
}

// The control unit's steps follow each other, and are those of the closed form in both models.
TEST_CASE("recorder: the denoiser's phases", "[tlm]") {
    std::map<std::string, Span> first[2];
    for (const auto model : {quell::tlm::DenoiserModel::transaction, quell::tlm::DenoiserModel::pin_level}) {
        Recorded recorded;
        quell::tlm::PlatformParameters parameters;
        parameters.denoiser_model = model;
        recorded.run({"SYNC layer=0",
                      "DENOISE address=0x0 site=3 channels=16 height=9 width=10 weights=0x2000", "HALT"},
                     parameters);
        const timing::BlockTiming expected =
            timing::time_block(denoiser::make_geometry(16, 9, 10, parameters.denoiser), parameters.denoiser);
        Cycles end = 0;
        std::map<std::string, Span>& of_model = first[model == quell::tlm::DenoiserModel::pin_level ? 1 : 0];
        for (const quell::tlm::DenoiserPhase& phase : recorded.log.phases()) {
            CHECK(phase.time.begin >= end);
            CHECK_FALSE(phase.lanes);
            end = phase.time.end;
            of_model.emplace(std::string(phase.name), Span(phase.time.begin, phase.time.end));
        }
        for (const timing::Phase phase :
             {timing::Phase::reduce, timing::Phase::leaky_relu_1, timing::Phase::depthwise,
              timing::Phase::leaky_relu_2, timing::Phase::mean, timing::Phase::variance,
              timing::Phase::cancel}) {
            const std::string name(timing::phase_name(phase));
            CAPTURE(name, static_cast<int>(model));
            REQUIRE(of_model.contains(name));
            CHECK(of_model[name].second - of_model[name].first ==
                  expected.phases[static_cast<std::size_t>(phase)]);
        }
        CHECK(end <= expected.cycles);
    }
    for (const char* name : {"reduce", "depthwise", "variance", "cancel"})
        CHECK(first[0][name] == first[1][name]);
}

TEST_CASE_METHOD(Recorded, "recorder: overlapped lanes are told apart from the cores", "[tlm]") {
    quell::tlm::PlatformParameters parameters;
    parameters.denoiser.schedule = config::Schedule::overlapped;
    run({"SYNC layer=0", "DENOISE address=0x0 site=3 channels=64 height=28 width=28 weights=0x20000", "HALT"},
        parameters);
    Cycles cores_end = 0, lanes_end = 0;
    bool beside = false;
    for (const quell::tlm::DenoiserPhase& phase : log.phases()) {
        Cycles& end = phase.lanes ? lanes_end : cores_end;
        CHECK(phase.time.begin >= end);
        end = phase.time.end;
        beside = beside || phase.lanes;
    }
    CHECK(beside);
}
