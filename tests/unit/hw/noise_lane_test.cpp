#include "hw/noise_cancellation.h"

#include "models/timing/denoiser_latency.h"
#include "tests/support/systemc_fixture.h"

#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace sc_core;
using namespace quell;

namespace {

// A unit of one lane, which stands for any lane of `source`.
struct Bench {
    denoiser::NoiseSource source, one;
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> load_wire{"load"}, sampling_wire{"sampling"}, enable_wire{"enable"};
    sc_vector<sc_signal<std::uint64_t>> seed_1_wire{"seed_1", 1}, seed_2_wire{"seed_2", 1};
    sc_signal<std::int32_t> x_shift_wire{"x_shift"}, mean_shift_wire{"mean_shift"},
        noise_shift_wire{"noise_shift"};
    sc_signal<hw::LaneFeed> feed{"feed"};
    sc_signal<hw::LaneWrite> write_control{"write_control"};
    sc_signal<hw::WriteRequest> write{"write"};
    hw::NoiseCancellation unit;

    // What is driven in the next cycle.
    bool load = false, sampling = false, enable = false, valid_in = false;
    std::uint64_t seed_1 = 0, seed_2 = 0;
    std::int32_t x_shift = 0, mean_shift = 0, noise_shift = 0;
    std::int16_t x = 0, mean = 0, variance = 0;

    explicit Bench(int width, int normals_per_pair = 1, int lanes = 3)
        : source(width, lanes, normals_per_pair), one(width, 1, normals_per_pair), unit("lanes", one) {
        unit.clk(clk);
        unit.load(load_wire);
        unit.seed_1(seed_1_wire);
        unit.seed_2(seed_2_wire);
        unit.sampling(sampling_wire);
        unit.x_shift(x_shift_wire);
        unit.mean_shift(mean_shift_wire);
        unit.noise_shift(noise_shift_wire);
        unit.enable(enable_wire);
        unit.feed(feed);
        unit.write_control(write_control);
        unit.write(write);
    }

    bool valid_out() const { return enable && !load && unit.lanes()[0].valid_out(); }
    std::int16_t y() const { return unit.lanes()[0].y(); }

    void step() {
        load_wire = load;
        sampling_wire = sampling;
        enable_wire = enable;
        seed_1_wire[0] = seed_1;
        seed_2_wire[0] = seed_2;
        x_shift_wire = x_shift;
        mean_shift_wire = mean_shift;
        noise_shift_wire = noise_shift;
        hw::LaneFeed element;
        element.count = valid_in;
        element.x[0] = x;
        element.mean[0] = mean;
        element.variance[0] = variance;
        feed = element;
        sc_start(2, SC_NS);
    }
    void load_lane(int lane, std::uint64_t base, const denoiser::Canceller& canceller, bool sample) {
        const std::vector<std::uint64_t> starts = source.starts(base);
        seed_1 = starts[static_cast<std::size_t>(2 * lane)];
        seed_2 = starts[static_cast<std::size_t>(2 * lane + 1)];
        load_now(canceller, sample);
    }
    void load_now(const denoiser::Canceller& canceller, bool sample) {
        sampling = sample;
        x_shift = canceller.x_shift();
        mean_shift = canceller.mean_shift();
        noise_shift = canceller.noise_shift();
        load = true;
        step();
        load = false;
    }
    void step(std::int16_t x_word, std::int16_t mean_word, std::int16_t variance_word) {
        enable = true;
        valid_in = true;
        x = x_word;
        mean = mean_word;
        variance = variance_word;
        step();
    }
    // A register inside the lane, by its module's name as waves show it.
    std::uint64_t state(const char* name) const {
        const auto* lfsr = dynamic_cast<hw::Lfsr*>(sc_find_object(name));
        REQUIRE(lfsr != nullptr);
        return lfsr->state();
    }
};

struct Element {
    std::int16_t y;
    int edges_left;
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a lane cancels one element, by hand") {
    // All with 12 fraction bits: 1 - (0.25 + 1.177410 * sqrt(1)) = -0.42741; the normal, U1 = 1/2 and U2 =
    // 0+, is 4823 / 4096: 4096 - 1024 - 4823.
    Bench bench(32);
    bench.seed_1 = 0x80000000;
    bench.seed_2 = 1;
    bench.load_now(denoiser::Canceller({}, true), true);
    bench.step(4096, 1024, 4096);
    bench.valid_in = false;
    for (int cycle = 2; cycle < 27; ++cycle) {
        bench.step();
        REQUIRE_FALSE(bench.valid_out());
    }
    bench.step();
    CHECK(bench.valid_out());
    CHECK(bench.y() == -1751);
    bench.step();
    CHECK_FALSE(bench.valid_out());
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "a lane without sampling subtracts in two cycles: registers stand still") {
    Bench bench(32);
    bench.seed_1 = 0x80000000;
    bench.seed_2 = 1;
    bench.load_now(denoiser::Canceller({}, false), false);
    bench.step(4096, 1024, 4096);
    CHECK_FALSE(bench.valid_out());
    bench.step(-32768, 1, 4096);
    CHECK(bench.valid_out());
    CHECK(bench.y() == 3072);
    bench.valid_in = false;
    bench.step();
    CHECK(bench.valid_out());
    CHECK(bench.y() == -32768);  // saturated
    bench.step();
    CHECK_FALSE(bench.valid_out());
    CHECK(bench.state("lanes.lane_0.lfsr_1") == 0x80000000);
    CHECK(bench.state("lanes.lane_0.lfsr_2") == 1);
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "a lane gives the model's bits and cycles through stalls, bubbles and reloads") {
    const int width = GENERATE(16, 20, 32, 52, 53, 64);
    const int per_pair = GENERATE(1, 2);
    GIVEN("a lane in the middle of three, and the golden model's") {
        const int lane = 1;
        Bench bench(width, per_pair);
        std::mt19937_64 random(static_cast<unsigned>(1000 * width + per_pair));
        const auto word = [&] { return static_cast<std::int16_t>(random()); };
        int elements = 0, loads = 0, dropped = 0;
        WHEN("runs with random scales follow each other, each loaded while the one before is in flight") {
            for (int run = 0; run < 12; ++run) {
                const bool sampling = run % 4 != 3;
                denoiser::FractionBits fraction;
                fraction.x = static_cast<int>(random() % 33) - 8;
                fraction.mean_out = static_cast<int>(random() % 33) - 8;
                fraction.variance_out = 2 * (static_cast<int>(random() % 17) - 4);
                if (run < 4) fraction = {};
                const denoiser::Canceller canceller(fraction, sampling);
                const std::uint64_t base = random() % numeric::lfsr_period(width) + 1;
                denoiser::NoiseLanes golden(bench.source, base);
                const int latency =
                    static_cast<int>(sampling ? timing::kNoiseLaneCycles : timing::kMeanLaneCycles);
                // What comes with load goes nowhere.
                bench.enable = random() % 2 == 0;
                bench.valid_in = random() % 2 == 0;
                bench.load_lane(lane, base, canceller, sampling);
                REQUIRE_FALSE(bench.valid_out());
                ++loads;

                std::deque<Element> in_flight;
                std::uint64_t pairs = 0, normals = 0;
                std::int16_t kept = bench.y();
                for (int cycle = 0; cycle < 400; ++cycle) {
                    const bool enable = run % 3 == 0 || random() % 4 != 0;
                    const bool valid =
                        run % 3 == 2 ? cycle / 50 % 2 == 0 && random() % 4 == 0 : random() % 8 != 0;
                    const std::int16_t x = word(), mean = word();
                    const auto variance = random() % 8 == 0 ? std::int16_t{32767} : word();
                    bench.enable = enable;
                    bench.valid_in = valid;
                    bench.x = x;
                    bench.mean = mean;
                    bench.variance = variance;
                    bench.step();
                    bool valid_out = false;
                    if (enable) {
                        if (valid && sampling) {
                            in_flight.push_back(
                                {canceller.cancel(x, mean, variance, golden.next(lane)), latency});
                            if (normals++ % static_cast<unsigned>(per_pair) == 0) ++pairs;
                        } else if (valid) {
                            in_flight.push_back({canceller.cancel_mean(x, mean), latency});
                        }
                        for (Element& element : in_flight) --element.edges_left;
                        valid_out = !in_flight.empty() && in_flight.front().edges_left == 0;
                        if (valid_out) {
                            kept = in_flight.front().y;
                            in_flight.pop_front();
                            ++elements;
                        }
                    }
                    if (bench.valid_out() != valid_out || bench.y() != kept) {
                        INFO("width " << width << ", " << per_pair << " normals a pair, run " << run
                                      << ", cycle " << cycle);
                        REQUIRE(bench.valid_out() == valid_out);
                        REQUIRE(bench.y() == kept);
                    }
                }
                dropped += static_cast<int>(in_flight.size());
                // The registers advanced once for each pair that was taken, and no more.
                std::uint64_t u1 = bench.seed_1, u2 = bench.seed_2;
                for (std::uint64_t pair = 0; pair < pairs; ++pair) {
                    u1 = bench.source.leap()(u1);
                    u2 = bench.source.leap()(u2);
                }
                REQUIRE(bench.state("lanes.lane_0.lfsr_1") == u1);
                REQUIRE(bench.state("lanes.lane_0.lfsr_2") == u2);
            }
            THEN("every output of every cycle is the expected one") {
                CHECK(elements > 1500);
                CHECK(dropped > 20);
                CHECK(loads == 12);
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a lane's run does not depend on what was before its load") {
    Bench bench(32, 2);
    const denoiser::Canceller canceller({}, true);
    const auto run = [&] {
        std::vector<std::int16_t> out;
        bench.load_lane(2, 0x12345678, canceller, true);
        for (std::int16_t i = 0; i < 100; ++i) {
            bench.step(static_cast<std::int16_t>(50 * i), i, static_cast<std::int16_t>(300 * i));
            if (bench.valid_out()) out.push_back(bench.y());
        }
        return out;
    };
    const std::vector<std::int16_t> fresh = run();
    REQUIRE(fresh.size() == 100 - 27 + 1);
    bench.step(1, 2, 3);  // 101 elements: one normal of the last pair is left over
    CHECK(run() == fresh);
}

TEST_CASE_METHOD(test::SystemCFixture, "a lane refuses seeds and shifts that are none") {
    Bench bench(32);
    bench.seed_1 = 1;
    bench.seed_2 = 1;
    bench.sampling = true;
    SECTION("a seed of zero") {
        bench.seed_2 = 0;
        bench.load = true;
        REQUIRE_THROWS_WITH(bench.step(), test::contains("lanes.lane_0.lfsr_2: the seed"));
    }
    SECTION("a shift out of range") {
        bench.mean_shift = 41;
        bench.load = true;
        REQUIRE_THROWS_WITH(bench.step(),
                            test::contains("lanes.lane_0: mean_shift is 0 to 40 bits, 41 came"));
    }
    SECTION("a negative shift") {
        bench.noise_shift = -1;
        bench.load = true;
        REQUIRE_THROWS_WITH(bench.step(),
                            test::contains("lanes.lane_0: noise_shift is 0 to 8 bits, -1 came"));
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "lanes write what comes out where they are told, for one cycle") {
    const int lanes = GENERATE(1, 3, 64);
    const denoiser::NoiseSource source(32, lanes, 1);
    const denoiser::Canceller canceller({}, false);
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> load{"load"}, sampling{"sampling"}, enable{"enable"};
    const auto count = static_cast<std::size_t>(lanes);
    sc_vector<sc_signal<std::uint64_t>> seed_1{"seed_1", count}, seed_2{"seed_2", count};
    sc_signal<std::int32_t> x_shift{"x_shift"}, mean_shift{"mean_shift"}, noise_shift{"noise_shift"};
    sc_signal<hw::LaneFeed> feed{"feed"};
    sc_signal<hw::LaneWrite> write_control{"write_control"};
    sc_signal<hw::WriteRequest> write{"write"};
    hw::NoiseCancellation unit("lanes", source);
    unit.clk(clk);
    unit.load(load);
    unit.seed_1(seed_1);
    unit.seed_2(seed_2);
    unit.sampling(sampling);
    unit.x_shift(x_shift);
    unit.mean_shift(mean_shift);
    unit.noise_shift(noise_shift);
    unit.enable(enable);
    unit.feed(feed);
    unit.write_control(write_control);
    unit.write(write);
    for (std::size_t k = 0; k < count; ++k) {
        seed_1[k] = k + 1;
        seed_2[k] = k + 1;
    }
    x_shift = canceller.x_shift();
    mean_shift = canceller.mean_shift();
    load = true;
    sc_start(2, SC_NS);
    load = false;

    hw::LaneFeed elements;
    elements.count = static_cast<std::uint16_t>(lanes);
    for (std::size_t k = 0; k < count; ++k) elements.x[k] = static_cast<std::int16_t>(100 + k);
    feed = elements;
    enable = true;
    sc_start(2, SC_NS);
    feed = hw::LaneFeed{};
    write_control = hw::LaneWrite{static_cast<std::uint32_t>(lanes), 500};
    sc_start(2, SC_NS);
    write_control = hw::LaneWrite{};
    REQUIRE(write.read().words.count == lanes);
    CHECK(write.read().address == 500);
    for (std::size_t k = 0; k < count; ++k) CHECK(write.read().words.words[k] == 100 + static_cast<int>(k));
    const bool stands_still = GENERATE(false, true);
    enable = !stands_still;
    sc_start(2, SC_NS);
    CHECK(write.read().words.count == 0);
}

TEST_CASE_METHOD(test::SystemCFixture, "a lane's waves have its registers by stage") {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("quell_noise_lane_" + std::to_string(getpid()));
    {
        Bench bench(32, 2);
        sc_trace_file* file = sc_create_vcd_trace_file(path.c_str());
        bench.unit.trace(file);
        bench.load_lane(0, 1, denoiser::Canceller({}, true), true);
        for (int cycle = 0; cycle < 30; ++cycle) bench.step(1000, 0, 4096);
        sc_close_vcd_trace_file(file);
    }
    const std::string vcd = path.string() + ".vcd";
    std::stringstream text;
    text << std::ifstream(vcd).rdbuf();
    std::filesystem::remove(vcd);
    for (const char* name :
         {"module lane_0 ", "module uniform_to_normal ", "module lfsr_2 ", "module stage_24 ", " 20 ",
          " root ", " radicand ", " sum ", " product ", " cosine "}) {
        INFO(name);
        CHECK(text.str().find(name) != std::string::npos);
    }
    INFO("a value was out of its width");
    CHECK(text.str().find("\nbx") == std::string::npos);
}
