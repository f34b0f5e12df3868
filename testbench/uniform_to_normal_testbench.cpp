// Two leap-forward LFSRs and the Box-Muller pipeline behind them, a pair a cycle. Prints, 24 cycles behind
// their samples, Z1 and Z2 in units of 2^-12, beside them what double precision makes of the same samples;
// with --vcd NAME also draws NAME.vcd, every register by stage.
#include "hw/lfsr.h"
#include "hw/uniform_to_normal.h"

#include "testbench/bench.h"

#include <cmath>
#include <deque>
#include <utility>

using namespace sc_core;
using namespace quell;

namespace {

constexpr int kWidth = 32, kLatency = 24, kPairs = 40;
// docs/numerics.md, section 5: in units of the last bit.
constexpr double kBound = 0.75;

// What clocks them in a lane.
struct Pair : sc_module {
    sc_in<bool> clk{"clk"};
    hw::Lfsr lfsr_1, lfsr_2;
    hw::UniformToNormal unit;
    int samples = 0;

    Pair(const sc_module_name& name, const numeric::LfsrLeap& leap, const numeric::BoxMuller& tables)
        : sc_module(name), lfsr_1("lfsr_1", leap), lfsr_2("lfsr_2", leap), unit("unit", tables, 2) {
        lfsr_1.load(0x2545F491);
        lfsr_2.load(0x9E3779B9);
        SC_HAS_PROCESS(Pair);
        SC_METHOD(step);
        sensitive << clk.pos();
        dont_initialize();
    }
    void step() {
        const bool valid = samples++ < kPairs;
        unit.step(valid, lfsr_1.state(), lfsr_2.state());
        lfsr_1.advance();
        lfsr_2.advance();
    }
};

bool bench(const testbench::Arguments& arguments) {
    const numeric::LfsrLeap leap(kWidth);
    const numeric::BoxMuller tables(kWidth);
    testbench::Clock clk;
    Pair pair("pair", leap, tables);
    pair.clk(clk);
    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        pair.lfsr_1.trace(file);
        pair.lfsr_2.trace(file);
        pair.unit.trace(file);
    });

    bool right = true;
    int pairs = 0;
    std::deque<std::pair<std::uint64_t, std::uint64_t>> samples;
    for (int cycle = 0; cycle < kPairs + kLatency + 4; ++cycle) {
        if (cycle < kPairs) samples.emplace_back(pair.lfsr_1.state(), pair.lfsr_2.state());
        right &= pair.unit.valid() == (cycle >= kLatency && cycle < kLatency + kPairs);
        if (pair.unit.valid() && !samples.empty()) {
            const double scale = std::ldexp(1.0, kWidth);
            const auto [u1, u2] = samples.front();
            samples.pop_front();
            const double radius = std::sqrt(-2 * std::log(static_cast<double>(u1) / scale));
            const double angle = 2 * M_PI * static_cast<double>(u2) / scale;
            const double z1 = 4096 * radius * std::cos(angle), z2 = 4096 * radius * std::sin(angle);
            std::printf("cycle %2d  u1 %08lx  u2 %08lx  z1 %6d (%9.2f)  z2 %6d (%9.2f)\n", cycle,
                        static_cast<unsigned long>(u1), static_cast<unsigned long>(u2), pair.unit.normal_1(),
                        z1, pair.unit.normal_2(), z2);
            right &= std::abs(pair.unit.normal_1() - z1) < kBound;
            right &= std::abs(pair.unit.normal_2() - z2) < kBound;
            ++pairs;
        }
        testbench::Clock::step();
    }
    return right && pairs == kPairs;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {}, bench);
}
