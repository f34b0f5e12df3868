// What stands still must not toggle: seen on every signal and register that the waves draw.
#include "tests/support/vcd.h"
#include "tests/unit/hw/denoiser_bench.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

using namespace sc_core;
using namespace quell;

namespace {

// A unit with waves of all of it; the file is gone with the object.
class DrawnUnit {
public:
    explicit DrawnUnit(const test::DenoiserCase& c)
        : bench(c),
          path_(std::filesystem::temp_directory_path() / ("quell_idle_" + std::to_string(getpid()))),
          file_(sc_create_vcd_trace_file(path_.c_str())) {
        file_->set_time_unit(1, SC_NS);
        bench.unit.trace(file_);
    }
    ~DrawnUnit() {
        if (file_ != nullptr) sc_close_vcd_trace_file(file_);
        std::filesystem::remove(path_.string() + ".vcd");
    }

    // The changes, without the initial values: cycle -> names. Call once, at the end.
    std::map<std::int64_t, std::set<std::string>> changes() {
        sc_close_vcd_trace_file(file_);
        file_ = nullptr;
        const test::Vcd vcd(path_.string() + ".vcd");
        std::map<std::int64_t, std::set<std::string>> list;
        for (const auto& [name, signal] : vcd.signals()) {
            std::string before;
            for (const test::VcdChange& change : signal.changes) {
                // Cycle c begins at 2c - 1 ns; the bench drives at 2c.
                const auto cycle = static_cast<std::int64_t>(change.time + 1) / 2;
                if (!before.empty() && change.value != before) list[cycle].insert(name);
                before = change.value;
            }
        }
        return list;
    }

    test::DenoiserBench bench;

private:
    const std::filesystem::path path_;
    sc_trace_file* file_;
};

test::DenoiserCase small(test::DrawnCases& draw) {
    const test::DenoiserCase drawn = test::draw_denoiser(draw);
    return {drawn.config, draw.between(1, 6), draw.between(1, 5), draw.between(1, 5),
            static_cast<std::uint64_t>(draw.between(1, 1000))};
}

std::string joined(const std::set<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += name + '\n';
    return all;
}

bool in(const std::string& name, const std::string& module) {
    return name.find(".denoiser." + module + '.') != std::string::npos;
}

bool ends_with(const std::string& name, const std::string& end) {
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

TEST_CASE("after done nothing in the unit changes until the next start, and before the first nothing does") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 10; ++trial) {
        const test::DenoiserCase c = small(draw);
        INFO("trial " << trial << ": " << c);
        const test::SystemCFixture kernel;
        DrawnUnit unit(c);
        std::vector<std::pair<std::int64_t, std::int64_t>> rests;  // cycles from, to
        unit.bench.steps(3);
        std::int64_t from = unit.bench.now;
        unit.bench.steps(10);
        for (int start = 0; start < 3; ++start) {
            rests.emplace_back(from, unit.bench.now);
            unit.bench.run();
            from = unit.bench.now + 1;  // `done` has risen in the cycle before
            unit.bench.steps(draw.between(2, 40));
        }
        rests.emplace_back(from, unit.bench.now);
        std::size_t busy = 0;
        const auto changes = unit.changes();
        for (const auto& [first, last] : rests) {
            for (const auto& [cycle, names] : changes) {
                if (cycle < first || cycle > last) {
                    ++busy;
                    continue;
                }
                std::set<std::string> others;
                for (const std::string& name : names) {
                    // The engine forgets its transfers in the cycle of `done`, and says so in the next.
                    const bool forgets = cycle == first && in(name, "dma");
                    if (!forgets) others.insert(name);
                }
                INFO("cycle " << cycle << " of " << first << " to " << last << ":\n" << joined(others));
                REQUIRE(others.empty());
            }
        }
        REQUIRE(busy > 100);
    }
}

TEST_CASE("while one unit works the others stand still") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 10; ++trial) {
        test::DenoiserCase drawn = small(draw);
        config::DenoiserConfig config = drawn.config;
        config.schedule = config::Schedule::sequential;
        const test::DenoiserCase c(config, drawn.geometry.channels, drawn.geometry.height,
                                   drawn.geometry.width, 9);
        INFO("trial " << trial << ": " << c);
        const test::SystemCFixture kernel;
        DrawnUnit unit(c);
        // In which cycles a unit is clocked: enabled in the cycle before. The lanes take their seeds as well.
        struct Unit {
            std::string module, enable;
            std::set<std::int64_t> clocked;
            std::set<std::string> inputs;  // other modules' wires, drawn where they are used
        };
        std::vector<Unit> units{
            {"cores", "core_enable", {}, {".enable", ".zero_mask"}},
            {"leaky_relu", "leaky_relu_enable", {}, {".enable", ".words_in.count"}},
            {"lanes", "lane_enable", {}, {".load", ".enable", ".x", ".mean", ".variance"}}};
        for (int start = 0; start < 2; ++start) {
            unit.bench.run([&] {
                const std::int64_t now = unit.bench.now;
                for (Unit& one : units) {
                    // The first edge without enable withdraws the last request.
                    if (unit.bench.signal<bool>(one.enable)) one.clocked.insert({now + 1, now + 2});
                }
                if (unit.bench.signal<bool>("lane_load")) units[2].clocked.insert(now + 1);
            });
            unit.bench.steps(5);
        }
        std::size_t at_work = 0;
        for (const auto& [cycle, names] : unit.changes()) {
            if (cycle < 3) continue;  // before the first start
            for (const std::string& name : names) {
                for (const Unit& one : units) {
                    if (!in(name, one.module)) continue;
                    ++at_work;
                    if (one.clocked.contains(cycle)) continue;
                    const bool input =
                        std::any_of(one.inputs.begin(), one.inputs.end(),
                                    [&](const std::string& end) { return ends_with(name, end); });
                    INFO("cycle " << cycle << ": " << name << " changes while " << one.enable << " is low");
                    if (!input) REQUIRE(input);
                }
            }
        }
        REQUIRE(at_work > 100);
    }
}
