#include "hw/conv_core.h"

#include "models/base/error.h"
#include "tests/support/systemc_fixture.h"
#include "tests/unit/hw/convolution_script.h"

#include <deque>
#include <random>

using namespace sc_core;
using namespace quell;
using numeric::Word;
using test::ScriptPass;

namespace {

constexpr int kChannels = 40, kLeakyShift = 7;

// N cores on common buses.
struct Bench {
    sc_clock clk{"clk", sc_time(2, SC_NS), 0.5, sc_time(1, SC_NS), true};
    sc_signal<bool> enable{"enable"}, leaky{"leaky"};
    sc_signal<int> shift{"shift"};
    sc_signal<hw::CoreControl> control{"control"};
    sc_signal<hw::WordBus> activations{"activations"}, weights{"weights"};
    sc_signal<int> used{"used"};
    sc_signal<hw::ZeroMasks> zero_masks{"zero_masks"};
    sc_signal<hw::WriteRequest> write{"write"};
    hw::ConvCores cores;

    explicit Bench(int count) : cores("cores", count, kChannels, kLeakyShift) {
        cores.clk(clk);
        cores.enable(enable);
        cores.used(used);
        cores.leaky(leaky);
        cores.requantise_shift(shift);
        cores.control(control);
        cores.activations(activations);
        cores.weights(weights);
        cores.zero_masks(zero_masks);
        cores.write(write);
        used = count;
        enable = true;
    }

    void drive(const test::ScriptCycle& cycle) {
        control = hw::CoreControl{cycle.load, cycle.stream, cycle.emit};
        activations = cycle.activations;
        weights = cycle.weights;
        hw::ZeroMasks masks;
        std::copy(cycle.zero_masks.begin(), cycle.zero_masks.end(), masks.core.begin());
        zero_masks = masks;
    }
    void step() { sc_start(2, SC_NS); }
};

class Random {
public:
    explicit Random(unsigned seed) : random_(seed) {}
    int pick(int least, int most) {
        return least + static_cast<int>(random_() % static_cast<unsigned>(most - least + 1));
    }
    Word word() { return static_cast<Word>(pick(0, 9) == 0 ? -32768 : pick(-32768, 32767)); }
    std::vector<Word> words(std::size_t count) {
        std::vector<Word> words(count);
        for (Word& w : words) w = word();
        return words;
    }

private:
    std::mt19937 random_;
};

// Round half up, saturate, LeakyReLU: in floating point, which is exact for these sums (below 2^52).
int requantised(std::int64_t sum, int shift, bool leaky) {
    const double word =
        std::clamp(std::floor(static_cast<double>(sum) * std::exp2(-shift) + 0.5), -32768.0, 32767.0);
    return static_cast<int>(word >= 0 || !leaky ? word : std::floor(word / 128 + 0.5));
}

std::array<Word, 3> bias_words(std::int64_t bias) {
    return {static_cast<Word>(bias & 0xFFFF), static_cast<Word>(bias >> 16 & 0xFFFF),
            static_cast<Word>(bias >> 32)};
}

// What one unit gives: sums[output][pixel].
using UnitSums = std::vector<std::vector<std::int64_t>>;

struct Work {
    test::ConvolutionScript script;
    std::vector<UnitSums> sums;
};

std::vector<std::int64_t> random_biases(Random& random, int count) {
    std::vector<std::int64_t> biases;
    for (int k = 0; k < count; ++k) {
        biases.push_back((std::int64_t{random.word()} << 30) + (std::int64_t{random.word()} << 15) +
                         random.word() / 2);
    }
    return biases;
}

ScriptPass bias_pass(const std::vector<std::int64_t>& biases) {
    ScriptPass pass;
    pass.bias = true;
    for (const std::int64_t bias : biases) pass.channels.push_back(bias_words(bias));
    return pass;
}

// A 1x1 convolution of some pixels.
void add_pointwise(Work& work, Random& random, const test::ScriptMachine& machine, int cores, int pixels,
                   int inputs, int outputs, bool with_bias) {
    std::vector<std::vector<Word>> x, w;
    for (int i = 0; i < inputs; ++i) x.push_back(random.words(static_cast<std::size_t>(pixels)));
    for (int j = 0; j < outputs; ++j) w.push_back(random.words(static_cast<std::size_t>(inputs)));
    for (int tile = 0; tile < pixels; tile += 3 * cores) {
        const int size = std::min(3 * cores, pixels - tile);
        const auto biases = random_biases(random, with_bias ? outputs : 0);
        std::vector<ScriptPass> passes;
        if (with_bias) passes.push_back(bias_pass(biases));
        for (int i = 0; i < inputs; i += 3) {
            ScriptPass pass;
            pass.weight_rows = std::min(3, inputs - i);
            pass.zero_masks.assign(static_cast<std::size_t>(cores), 0);
            for (int r = 0; r < pass.weight_rows; ++r) {
                add_loads(pass, hw::LoadTarget::row, r, 0,
                          {x[i + r].begin() + tile, x[i + r].begin() + tile + size}, machine.read_words);
            }
            for (int j = 0; j < outputs; ++j) {
                pass.channels.emplace_back();
                for (int r = 0; r < pass.weight_rows; ++r) pass.channels.back()[r] = w[j][i + r];
            }
            passes.push_back(pass);
        }
        work.script.add(passes, size);
        UnitSums sums;
        for (int j = 0; j < outputs; ++j) {
            sums.emplace_back();
            for (int p = 0; p < size; ++p) {
                std::int64_t sum = with_bias ? biases[j] : 0;
                for (int i = 0; i < inputs; ++i) sum += std::int64_t{x[i][tile + p]} * w[j][i];
                sums.back().push_back(sum);
            }
        }
        work.sums.push_back(sums);
    }
}

// One channel of a depthwise 3x3 convolution over a map; `cut`: the channel lies in strips of so many pixels.
void add_depthwise(Work& work, Random& random, const test::ScriptMachine& machine, int cores, int height,
                   int width, int cut, bool with_bias) {
    const int pixels = height * width;
    const std::vector<Word> x = random.words(static_cast<std::size_t>(pixels)), w = random.words(9);
    const auto biases = random_biases(random, with_bias ? 1 : 0);
    for (int tile = 0; tile < pixels; tile += 3 * cores) {
        const int size = std::min(3 * cores, pixels - tile);
        std::vector<ScriptPass> passes;
        if (with_bias) passes.push_back(bias_pass(biases));
        for (int k = -1; k <= 1; ++k) {
            ScriptPass pass;
            const int left = tile + k * width - 1, end = std::min(left + size + 2, pixels);
            for (int from = std::max(left, 0); from < end;) {
                const int to = std::min(end, (from / cut + 1) * cut);
                add_loads(pass, hw::LoadTarget::window, 0, from - left, {x.begin() + from, x.begin() + to},
                          machine.read_words);
                from = to;
            }
            pass.channels.push_back({w[3 * (k + 1)], w[3 * (k + 1) + 1], w[3 * (k + 1) + 2]});
            for (int core = 0; core < cores; ++core) {
                unsigned mask = 0;
                for (int r = 0; r < 3; ++r) {
                    for (int c = 0; c < 3; ++c) {
                        const int pixel = tile + 3 * core + c, row = pixel / width + k,
                                  column = pixel % width + r - 1;
                        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
                        if (!inside) mask |= 1U << (3 * r + c);
                    }
                }
                pass.zero_masks.push_back(static_cast<std::uint16_t>(mask));
            }
            passes.push_back(pass);
        }
        work.script.add(passes, size);
        UnitSums sums(1);
        for (int p = tile; p < tile + size; ++p) {
            std::int64_t sum = with_bias ? biases[0] : 0;
            for (int i = 0; i < 3; ++i) {
                for (int j = 0; j < 3; ++j) {
                    const int row = p / width + i - 1, column = p % width + j - 1;
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    sum += std::int64_t{w[3 * i + j]} * x[row * width + column];
                }
            }
            sums[0].push_back(sum);
        }
        work.sums.push_back(sums);
    }
}

// Plays the script; every word must be there in its cycle, and nothing in any other.
void play(Bench& bench, const Work& work, int shift, bool leaky) {
    bench.shift = shift;
    bench.leaky = leaky;
    auto next = work.script.outputs().begin();
    const auto& cycles = work.script.cycles();
    for (std::size_t now = 0; now < cycles.size(); ++now) {
        const bool expected =
            next != work.script.outputs().end() && next->at == static_cast<timing::Cycles>(now);
        const hw::WriteRequest& out = bench.write.read();
        if ((out.words.count > 0) != expected) {
            FAIL("cycle " << now << ": " << out.words.count << " words are written");
        }
        if (expected) {
            const auto& sums = work.sums[next->unit][next->output];
            if (out.address != test::ConvolutionScript::address(next->output)) {
                FAIL("cycle " << now << ": address " << out.address);
            }
            if (out.words.count != sums.size()) FAIL("cycle " << now << ": " << out.words.count << " words");
            for (std::size_t pixel = 0; pixel < sums.size(); ++pixel) {
                const int word = requantised(sums[pixel], shift, leaky);
                if (out.words.words[pixel] != word) {
                    FAIL("unit " << next->unit << ", output " << next->output << ", pixel " << pixel
                                 << ", cycle " << now << ": " << out.words.words[pixel] << " instead of "
                                 << word);
                }
            }
        }
        if (expected) ++next;
        bench.drive(cycles[now]);
        bench.step();
    }
    CHECK(next == work.script.outputs().end());
}

test::ScriptMachine random_machine(Random& random) {
    return {random.pick(1, 4), random.pick(1, 5), random.pick(1, 16), random.pick(1, 8), random.pick(1, 4)};
}

timing::Cycles counted(const Work& work, const test::ScriptMachine& machine) {
    timing::ConvolutionPipeline pipeline(0, machine.activation_latency, machine.weight_latency);
    pipeline.run(work.script.timed());
    return pipeline.end();
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "cores convolve 1x1 with the right words in the right cycles") {
    GIVEN("cores fed as fast as their SRAMs can") {
        const int seed = GENERATE(range(0, 30));
        INFO("seed " << seed);
        Random random(static_cast<unsigned>(seed));
        const test::ScriptMachine machine = random_machine(random);
        const int cores = random.pick(1, 5);
        Bench bench(cores);
        Work work{test::ConvolutionScript(machine), {}};
        WHEN("units of any shape follow each other") {
            for (int step = 0; step < 3; ++step) {
                add_pointwise(work, random, machine, cores, random.pick(1, 9 * cores), random.pick(1, 10),
                              random.pick(1, step == 2 ? kChannels : 6), random.pick(0, 1) == 0);
            }
            THEN(
                "every word is that of the plain sums, and the last is written when docs/timing.md says so") {
                play(bench, work, random.pick(10, 34), random.pick(0, 1) == 0);
                CHECK(work.script.end() == counted(work, machine));
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "cores convolve depthwise with the right words in the right cycles") {
    GIVEN("maps with borders, cut in strips") {
        const int seed = GENERATE(range(100, 140));
        INFO("seed " << seed);
        Random random(static_cast<unsigned>(seed));
        const test::ScriptMachine machine = random_machine(random);
        const int cores = random.pick(1, 4);
        Bench bench(cores);
        Work work{test::ConvolutionScript(machine), {}};
        WHEN("channels follow each other") {
            const int height = random.pick(1, 7), width = random.pick(1, 9),
                      cut = random.pick(1, height * width);
            const bool bias = random.pick(0, 1) == 0;
            for (int channel = 0; channel < 3; ++channel) {
                add_depthwise(work, random, machine, cores, height, width, cut, bias);
            }
            THEN(
                "every word is that of the plain sums, and the last is written when docs/timing.md says so") {
                play(bench, work, random.pick(10, 30), random.pick(0, 1) == 0);
                CHECK(work.script.end() == counted(work, machine));
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "loads, starts and the two kinds of convolution may come at any time") {
    const int seed = GENERATE(range(200, 220));
    INFO("seed " << seed);
    Random random(static_cast<unsigned>(seed)), slack(static_cast<unsigned>(seed));
    const test::ScriptMachine machine = random_machine(random);
    const int cores = random.pick(1, 3);
    Bench bench(cores);
    Work work{test::ConvolutionScript(machine, [&] { return std::max(0, slack.pick(-6, 6)); }), {}};
    for (int step = 0; step < 4; ++step) {
        add_pointwise(work, random, machine, cores, random.pick(1, 7 * cores), random.pick(1, 7),
                      random.pick(1, 5), random.pick(0, 1) == 0);
        add_depthwise(work, random, machine, cores, random.pick(1, 4), random.pick(1, 4), 16, false);
    }
    play(bench, work, random.pick(-2, 34), random.pick(0, 1) == 0);
}

TEST_CASE_METHOD(test::SystemCFixture, "a unit fills one half while a slow writer empties the other") {
    Random random(7);
    const test::ScriptMachine machine{1, 1, 16, 1, 4};  // nine cycles to write what streams in one
    Bench bench(3);
    Work work{test::ConvolutionScript(machine), {}};
    add_pointwise(work, random, machine, 3, 63, 3, kChannels, false);
    // All but the first word of a unit wait, and units wait for the half that is being written.
    CHECK(work.script.late_outputs() >= 7 * (kChannels - 1));
    play(bench, work, 20, false);
    CHECK(work.script.end() == counted(work, machine));
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "the first word of a pass is at the writer seven cycles after its weights") {
    Bench bench(1);
    bench.shift = 0;
    test::ScriptCycle load, start, emit;
    load.load = {hw::LoadTarget::row, 1, 0};
    load.activations.count = 3;
    load.activations.words = {10, 20, 30};
    start.stream.channel = start.stream.take_over = start.stream.first = true;
    start.stream.output = 4;
    start.weights.count = 2;
    start.weights.words = {0, 3};
    emit.emit = {true, 0, 4, 3, 2, 70};
    for (int now = 0; now <= 8; ++now) {
        // Loaded in cycle 0, weights in cycle 1.
        const hw::WriteRequest& out = bench.write.read();
        CHECK((out.words.count > 0) == (now == 8));
        if (now == 8) {
            REQUIRE(out.words.count == 3);
            CHECK(out.address == 70);
            CHECK(out.most == 2);
            CHECK(out.words.words[0] == 30);
            CHECK(out.words.words[1] == 60);
            CHECK(out.words.words[2] == 90);
        }
        bench.drive(now == 0 ? load : now == 1 ? start : now == 6 ? emit : test::ScriptCycle{});
        bench.step();
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a core that is not enabled stands still, with all it holds") {
    Random random(11);
    const test::ScriptMachine machine{1, 1, 8, 8, 4};
    Work work{test::ConvolutionScript(machine), {}};
    add_pointwise(work, random, machine, 2, 6, 7, 4, true);
    Bench bench(2);
    bench.shift = 18;
    std::vector<hw::WriteRequest> outputs;
    int busy = 0;
    for (const test::ScriptCycle& cycle : work.script.cycles()) {
        if (random.pick(0, 2) == 0) {
            // The buses carry what is not for the cores.
            bench.enable = false;
            for (int k = random.pick(1, 4); k > 0; --k) {
                test::ScriptCycle noise = work.script.cycles()[static_cast<std::size_t>(random.pick(5, 20))];
                noise.emit.valid = true;
                bench.drive(noise);
                bench.step();
                CHECK(bench.write.read().words.count == 0);
                ++busy;
            }
            bench.enable = true;
        }
        bench.drive(cycle);
        bench.step();
        if (bench.write.read().words.count > 0) outputs.push_back(bench.write.read());
    }
    CHECK(busy > 10);
    REQUIRE(outputs.size() == 4);
    for (std::size_t j = 0; j < 4; ++j) {
        for (std::size_t c = 0; c < 3; ++c) {
            CHECK(outputs[j].words.words[3 + c] == requantised(work.sums[0][j][3 + c], 18, false));
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "biases of more than 47 bits and addresses outside a half are refused") {
    Bench bench(1);
    test::ScriptCycle bias, load, start;
    bias.stream.channel = bias.stream.bias = bias.stream.first = true;
    bias.stream.output = 5;
    bias.weights.count = 3;
    load.load = {hw::LoadTarget::row, 0, 0};
    load.activations.count = 3;
    load.activations.words = {0, 1, 0};
    start.stream.channel = start.stream.take_over = true;
    start.stream.output = 5;
    start.weights.count = 1;
    start.weights.words = {1};
    const auto run = [&] {
        for (const test::ScriptCycle& cycle : {bias, load, start}) {
            bench.drive(cycle);
            bench.step();
        }
        bench.drive({});
        for (int k = 0; k < 8; ++k) bench.step();
    };
    SECTION("the largest bias passes") {
        bias.weights.words = {-1, -1, 16383};  // 2^46 - 1
        run();
        CHECK(bench.cores.take_bias_refusal().empty());
    }
    SECTION("one more is told, once") {
        bias.weights.words = {0, 0, 16384};
        run();
        CHECK_THAT(
            bench.cores.take_bias_refusal(),
            test::contains("cores: the bias 70368744177664 of output channel 5 does not fit in 47 bits"));
        CHECK(bench.cores.take_bias_refusal().empty());
    }
    SECTION("the least passes, one less is told") {
        bias.weights.words = {0, 0, -16384};
        run();
        CHECK(bench.cores.take_bias_refusal().empty());
        bias.weights.words = {-1, -1, -16385};
        run();
        CHECK_THAT(bench.cores.take_bias_refusal(), test::contains("the bias -70368744177665"));
    }
    SECTION("an address") {
        start.stream.output = kChannels;
        CHECK_THROWS_WITH(run(), test::contains("output channel 40 in a half that holds 40"));
    }
}
