#include "sw/study/run_observation.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using tlm::PeWork;
using tlm::PortTransfer;

namespace {

PeWork work(timing::Cycles begin, timing::Cycles end) {
    PeWork told;
    told.time = {begin, end};
    return told;
}

PortTransfer dma(timing::Cycles requested, timing::Cycles begin, timing::Cycles end) {
    PortTransfer told;
    told.source.kind = tlm::TransferSource::Kind::dma;
    told.requested = requested;
    told.time = {begin, end};
    told.bytes = 16;
    return told;
}

}  // namespace

TEST_CASE("what reaches into the window is kept", "[study]") {
    tlm::ActivityLog log({100, 199}, 10);
    log.record(work(50, 100));  // ends before it
    log.record(work(50, 101));
    log.record(work(150, 150));  // nothing
    log.record(work(199, 300));
    log.record(work(200, 300));  // begins behind it
    REQUIRE(log.work().size() == 2);
    CHECK(log.work()[0].time.end == 101);
    CHECK(log.work()[1].time.begin == 199);
    CHECK_FALSE(log.full_at());
}

TEST_CASE("a log that is full says since when", "[study]") {
    tlm::ActivityLog log({}, 2);
    log.record(work(0, 10));
    log.record(dma(10, 10, 20));
    CHECK_FALSE(log.full_at());
    log.record(work(70, 80));
    log.record(work(90, 99));
    CHECK(log.work().size() == 1);
    CHECK(log.full_at() == 70);
}

TEST_CASE("DMA transfers without a gap are one", "[study]") {
    tlm::ActivityLog log({}, 10);
    log.record(dma(0, 0, 4));
    log.record(dma(4, 4, 8));
    log.record(dma(8, 9, 13));    // had to wait
    log.record(dma(14, 14, 18));  // a gap
    PortTransfer store = dma(18, 18, 20);
    store.write = true;
    log.record(store);
    REQUIRE(log.transfers().size() == 4);
    CHECK(log.transfers()[0].time.end == 8);
    CHECK(log.transfers()[0].bytes == 32);
    CHECK(log.transfers()[0].transfers == 2);
    CHECK(log.transfers()[1].requested == 8);
    CHECK(log.transfers()[2].transfers == 1);
}

TEST_CASE("an observation that is not whole is refused with what to narrow", "[study]") {
    study::RunObservation late({1000, 2000});
    late.end = 1000;
    CHECK_THROWS_WITH(study::require_complete(late, "timeline"),
                      "--timeline-from 1000: the run ends in cycle 1000, nothing was to be seen");
    study::RunObservation seen({0, 10});
    seen.end = 1000;
    CHECK_NOTHROW(study::require_complete(seen, "vcd"));
    for (std::size_t i = 0; i < study::RunObservation::limit; ++i) seen.log.record(work(0, 1));
    CHECK_NOTHROW(study::require_complete(seen, "vcd"));
    seen.log.record(work(7, 8));
    CHECK_THROWS_WITH(
        study::require_complete(seen, "vcd"),
        "--vcd: more than 1000000 intervals, the next in cycle 7: narrow --vcd-from and --vcd-to; "
        "no file was written");
}
