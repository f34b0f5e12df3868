#include "models/timing/convolution_pipeline.h"
#include "models/timing/denoiser_latency.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

using namespace quell::timing;

namespace {

// The same machine stepped a cycle at a time: loader, array and writer as state machines. It knows nothing of
// the recurrence; it is what docs/timing.md, section 3 describes.
class SteppedMachine {
public:
    SteppedMachine(Cycles activation_latency, Cycles weight_latency)
        : first_data_(kStepIssueCycles + std::max(activation_latency, weight_latency)) {}

    void add(const Unit& unit) {
        for (std::size_t k = 0; k < unit.passes.size(); ++k) {
            for (std::int64_t n = 0; n < unit.passes[k].count; ++n) {
                passes_.push_back({unit.passes[k].load, unit.passes[k].stream, unit.outputs, unit.write,
                                   passes_.empty() || passes_.back().last, false});
            }
        }
        passes_.back().last = true;
    }

    // The cycle after the last write.
    Cycles run() {
        std::size_t loading = 0, streaming = 0;  // next pass to load, next pass to start
        Cycles load_left = passes_[0].load, stream_left = 0;
        bool shadow_full = false;
        int units_started = 0, units_written = 0;
        std::int64_t write_left = 0, outputs_left = 0;
        struct Output {
            Cycles at;
            std::int64_t write;
            bool last;
        };
        std::deque<Output> outputs;  // finished sums on their way to the writer
        std::vector<Cycles> spacing_due;
        std::size_t active = passes_.size();
        Cycles active_start = 0;
        bool writing_last = false;
        for (Cycles now = 0;; ++now) {
            // A load of no cycles is there as soon as the registers are free.
            if (!shadow_full && loading < passes_.size() && load_left == 0 && now >= first_data_)
                shadow_full = true;
            // The array takes the shadow registers over.
            if (stream_left == 0 && shadow_full) {
                const Pass& pass = passes_[streaming];
                const bool half_free = !pass.first || units_started - units_written < 2;
                if (half_free) {
                    active = streaming++;
                    active_start = now;
                    units_started += pass.first;
                    stream_left = pass.stream;
                    shadow_full = false;
                    ++loading;
                    load_left = loading < passes_.size() ? passes_[loading].load : 0;
                    outputs_left = pass.last ? pass.outputs : 0;
                }
            }
            // The loader fills the shadow registers.
            if (!shadow_full && loading < passes_.size() && now >= first_data_ && load_left > 0) {
                if (--load_left == 0) shadow_full = true;
            }
            // The array streams; the last pass of a unit gives an output every so often.
            if (stream_left > 0) {
                const Pass& pass = passes_[active];
                const Cycles each = pass.stream / pass.outputs;
                if (outputs_left > 0 && (now - active_start) % each == 0) {
                    --outputs_left;
                    outputs.push_back({now + kConvolutionOutputCycles, pass.write, outputs_left == 0});
                }
                --stream_left;
            }
            // The writer takes one output at a time.
            if (write_left == 0 && !outputs.empty() && outputs.front().at <= now) {
                write_left = outputs.front().write;
                writing_last = outputs.front().last;
                outputs.pop_front();
            }
            if (write_left > 0 && --write_left == 0 && writing_last) ++units_written;
            if (streaming == passes_.size() && stream_left == 0 && outputs.empty() && write_left == 0)
                return now + 1;
            REQUIRE(now < 1000000);
        }
    }

private:
    struct Pass {
        Cycles load, stream;
        std::int64_t outputs, write;
        bool first, last;
    };
    Cycles first_data_;  // on both buses
    std::vector<Pass> passes_;
};

}  // namespace

TEST_CASE("one unit, counted by hand", "[timing]") {
    // Issue 2, load 6 + latency 1; four passes of 16 with the loads hidden; the last starts at 9 + 3 * 16 =
    // 57, its first output is at the writer at 64, and 16 outputs of 4 cycles each follow.
    Unit unit;
    unit.add_pass(6, 16, 4);
    unit.outputs = 16;
    unit.write = 4;
    ConvolutionPipeline pipeline(0, 1, 1);
    const UnitRun run{unit, 1};
    pipeline.run({&run, 1});
    CHECK(pipeline.end() == 64 + 64);
    CHECK(pipeline.stream_end() == 57 + 16);
    CHECK(pipeline.fill() == 9);
    CHECK(pipeline.compute() == 64);
    CHECK(pipeline.sram_stall() == 0);
    CHECK(pipeline.drain() == 128 - 73);
}

TEST_CASE("the recurrence counts what a machine stepped by cycles takes", "[timing]") {
    std::mt19937 random(17);
    const auto pick = [&](int least, int most) {
        return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
    };
    for (int trial = 0; trial < 400; ++trial) {
        const int activation_latency = pick(1, 4), weight_latency = pick(1, 6);
        SteppedMachine machine(activation_latency, weight_latency);
        ConvolutionPipeline pipeline(0, activation_latency, weight_latency);
        std::vector<UnitRun> sequence;
        const int kinds = pick(1, 3);
        for (int kind = 0; kind < kinds; ++kind) {
            Unit unit;
            unit.outputs = pick(1, 9);
            unit.write = pick(1, 6);
            if (pick(0, 2) == 0) unit.add_pass(0, unit.outputs * pick(1, 2), 1);
            if (pick(0, 1) == 0) unit.add_pass(pick(0, 12), unit.outputs * pick(1, 2), pick(1, 4));
            unit.add_pass(pick(0, 12), unit.outputs * pick(1, 2), 1);
            sequence.push_back({unit, pick(1, 12)});
        }
        const int times = pick(1, 6);
        for (int round = 0; round < times; ++round) {
            for (const UnitRun& run : sequence) {
                for (int k = 0; k < run.count; ++k) machine.add(run.unit);
            }
        }
        pipeline.run(sequence, times);
        INFO("trial " << trial);
        REQUIRE(pipeline.end() == machine.run());
        REQUIRE(pipeline.fill() + pipeline.compute() + pipeline.sram_stall() + pipeline.drain() ==
                pipeline.end());
        REQUIRE(pipeline.sram_stall() >= 0);
    }
}

TEST_CASE("waiting for weights is booked apart", "[timing]") {
    Unit unit;
    unit.add_pass(2, 4, 2);
    unit.outputs = 4;
    unit.write = 1;
    const UnitRun run{unit, 3};
    ConvolutionPipeline free(100, 1, 1), held(100, 1, 1);
    free.run({&run, 1});
    held.wait_for_weights(150);
    held.run({&run, 1});
    // Without waiting the first pass starts at 100 + 2 + 1 + 2 = 105; weights that are in the SRAM from 150
    // on are on the bus one cycle later.
    CHECK(held.waited() == 46);
    CHECK(held.end() == free.end() + 46);
    CHECK(held.fill() == free.fill());
    CHECK(held.sram_stall() == free.sram_stall());
}
