#include "hw/convolution_sequencer.h"

#include "tests/support/catch.h"
#include "tests/unit/hw/drawn_steps.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace quell;
using timing::Cycles;

namespace {

// What a step is drawn on.
struct Machine {
    int activation_latency = 1, weight_latency = 1;
    int read_words = 16, write_words = 8, weight_words = 4;
};

Machine draw_machine(test::DrawnCases& draw) {
    return {draw.integer(1, 4), draw.integer(1, 4), draw.integer(1, 16), draw.integer(1, 9),
            draw.integer(1, 4)};
}

struct Load {
    std::uint32_t address = 0, count = 0;
    int row = 0, first = 0;
};

// The passes and units of docs/timing.md, section 3, with the addresses that follow from it.
struct PlainPass {
    bool bias = false;
    std::vector<Load> loads;
    std::uint32_t weights = 0, weight_stride = 0, weight_words = 0;
    int tap_row = 0;
};
struct PlainUnit {
    std::vector<PlainPass> passes;
    std::int64_t outputs = 0, pixels = 0, first_pixel = 0;
    std::uint32_t address = 0;
    std::int64_t tile = 0;
    bool tile_first = false, tile_last = false;
};

std::vector<Load> window(const test::DrawnStep& d, std::int64_t channel, std::int64_t pixel,
                         std::int64_t pixels, int tap_row) {
    // Pixel by pixel from the one left of the tile to the one right of it; a run goes on while pixels lie in
    // the map and in the same strip.
    std::vector<Load> loads;
    const std::int64_t begin = pixel + tap_row * d.geometry().width - 1;
    std::int64_t strip_before = -1;
    for (std::int64_t p = begin; p < begin + pixels + 2; ++p) {
        if (p < 0 || p >= d.geometry().pixels()) continue;
        const std::int64_t strip = p / d.plan.strip_pixels;
        if (strip != strip_before) {
            const auto slot = static_cast<std::size_t>(strip) % d.step.slots.size();
            loads.push_back(
                {d.step.slots[slot] + static_cast<std::uint32_t>(channel * d.plan.strip_size(strip) + p -
                                                                 strip * d.plan.strip_pixels),
                 0, 0, static_cast<int>(p - begin)});
            strip_before = strip;
        }
        ++loads.back().count;
    }
    return loads;
}

std::vector<PlainUnit> plain_units(const test::DrawnStep& d) {
    std::vector<PlainUnit> units;
    const auto word = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
    for (const hw::WeightTile& tile : d.step.tiles) {
        const std::size_t tile_begin = units.size();
        const std::int64_t end = tile.channels.first + tile.channels.count;
        for (std::int64_t channel = tile.channels.first, count = 0; channel < end; channel += count) {
            const std::int64_t group = channel / d.group_channels();
            count = std::min(end, (group + 1) * d.group_channels()) - channel;
            for (std::int64_t pixel = 0; pixel < d.size(); pixel += d.plan.tile_pixels) {
                PlainUnit unit;
                unit.outputs = count;
                unit.pixels = std::min(d.plan.tile_pixels, d.size() - pixel);
                unit.first_pixel = d.step.strip * d.plan.strip_pixels + pixel;
                unit.address = word(d.step.destination + (channel - d.step.first_channel) * d.size() + pixel);
                unit.tile = tile.number;
                const std::int64_t in_tile = channel - tile.channels.first;
                if (d.geometry().bias) {
                    unit.passes.push_back({true, {}, word(tile.biases + 3 * in_tile), 3, 3});
                }
                for (std::int64_t input = 0; d.pointwise() && input < d.inputs(); input += 3) {
                    PlainPass pass;
                    const std::int64_t rows = std::min<std::int64_t>(3, d.inputs() - input);
                    for (std::int64_t row = 0; row < rows; ++row) {
                        const std::int64_t from = d.step.tensor == hw::WeightTensor::reduce
                                                      ? input + row
                                                      : group * d.inputs() + input + row;
                        pass.loads.push_back({word(d.step.source + from * d.size() + pixel),
                                              word(unit.pixels), static_cast<int>(row), 0});
                    }
                    pass.weights = word(tile.weights + in_tile * d.inputs() + input);
                    pass.weight_stride = word(d.inputs());
                    pass.weight_words = word(rows);
                    unit.passes.push_back(pass);
                }
                for (int row = 0; !d.pointwise() && row < 3; ++row) {
                    PlainPass pass;
                    pass.loads = window(d, channel, unit.first_pixel, unit.pixels, row - 1);
                    pass.weights = word(tile.weights + 9 * in_tile + 3 * row);
                    pass.weight_stride = 9;
                    pass.weight_words = 3;
                    pass.tap_row = row - 1;
                    unit.passes.push_back(pass);
                }
                units.push_back(unit);
            }
        }
        units[tile_begin].tile_first = true;
        units.back().tile_last = true;
    }
    return units;
}

// All that happens in a step, cycle by cycle, and where the cycles went: the recurrence of docs/timing.md,
// section 3.
struct Expected {
    std::map<Cycles, hw::ConvolutionCommands> commands;
    std::vector<Cycles> tiles_freed;
    Cycles end = 0;
    Cycles fill = 0, compute = 0, sram_stall = 0, drain = 0, waited = 0, written = 0;

    Expected(const test::DrawnStep& d, const Machine& m, Cycles begin, const std::vector<Cycles>& ready)
        : depthwise(!d.pointwise()), stride(static_cast<std::uint32_t>(d.size())) {
        const Cycles lead = std::max(m.activation_latency, m.weight_latency);
        Cycles start = begin + 2 + lead, stream = 0, stream_end = 0, first_start = -1, waited_first = 0;
        std::vector<Cycles> unit_written{begin, begin};
        int half = 1;
        for (const PlainUnit& unit : plain_units(d)) {
            half = 1 - half;
            Cycles each = 1;
            for (const PlainPass& pass : unit.passes) {
                const bool first = &pass == &unit.passes.front();
                each = timing::ceil_divide(pass.weight_words, m.weight_words);
                // The shadow registers are free from the start of the pass before: it loads as soon as that.
                Cycles load_at = start;
                for (const Load& load : pass.loads) {
                    at(load_at - m.activation_latency).activation_read = {
                        load.count, load.address, static_cast<std::uint32_t>(m.read_words)};
                    for (std::uint32_t done = 0; done < load.count;
                         done += static_cast<std::uint32_t>(m.read_words)) {
                        at(load_at++).cores.load = {
                            d.pointwise() ? hw::LoadTarget::row : hw::LoadTarget::window,
                            static_cast<std::uint8_t>(load.row),
                            static_cast<std::uint16_t>(load.first + static_cast<int>(done))};
                    }
                }
                const Cycles load = load_at - start;
                start += std::max(stream, load);
                if (first) {
                    start = std::max(start, unit_written[unit_written.size() - 2]);
                    const Cycles weights_at =
                        unit.tile_first ? ready[static_cast<std::size_t>(unit.tile)] + lead : 0;
                    waited += std::max<Cycles>(0, weights_at - start);
                    start = std::max(start, weights_at);
                    if (first_start < 0) {
                        first_start = start;
                        waited_first = waited;
                    }
                }
                stream_words(unit, pass, start, each, m, half, first);
                stream = unit.outputs * each;
                stream_end = start + stream;
                compute += unit.outputs;
            }
            if (unit.tile_last) tiles_freed.push_back(stream_end);
            write(unit, start + 7, each, m, half, unit_written);
        }
        end = unit_written.back();
        fill = first_start - begin - waited_first;
        drain = end - stream_end;
        sram_stall = stream_end - first_start - compute - (waited - waited_first);
    }

private:
    hw::ConvolutionCommands& at(Cycles cycle) { return commands[cycle]; }

    void stream_words(const PlainUnit& unit, const PlainPass& pass, Cycles start, Cycles each,
                      const Machine& m, int half, bool first) {
        for (std::int64_t output = 0; output < unit.outputs; ++output) {
            const Cycles enters = start + output * each;
            at(enters - m.weight_latency).weight_read = {
                pass.weight_words, pass.weights + static_cast<std::uint32_t>(output) * pass.weight_stride,
                static_cast<std::uint32_t>(m.weight_words)};
            hw::StreamControl& stream = at(enters).cores.stream;
            stream.channel = true;
            stream.take_over = output == 0 && !pass.bias;
            stream.bias = pass.bias;
            stream.first = first;
            stream.half = static_cast<std::uint8_t>(half);
            stream.output = static_cast<std::uint16_t>(output);
            for (Cycles k = 1; k < each; ++k) {
                at(enters + k).cores.stream.first_row = static_cast<std::uint8_t>(k * m.weight_words);
            }
        }
        if (pass.bias) return;
        using Kind = hw::TapMask::Kind;
        at(start).mask = {depthwise ? Kind::depthwise : Kind::none, depthwise ? unit.first_pixel : 0,
                          depthwise ? pass.tap_row : 0};
    }

    void write(const PlainUnit& unit, Cycles f, Cycles each, const Machine& m, int half,
               std::vector<Cycles>& unit_written) {
        const Cycles v = timing::ceil_divide(unit.pixels, m.write_words), before = unit_written.back();
        Cycles free = before;
        for (std::int64_t output = 0; output < unit.outputs; ++output) {
            const Cycles now = std::max(free, f + output * each);
            at(now - 2).cores.emit = {true,
                                      static_cast<std::uint8_t>(half),
                                      static_cast<std::uint16_t>(output),
                                      static_cast<std::uint16_t>(unit.pixels),
                                      static_cast<std::uint16_t>(m.write_words),
                                      unit.address + static_cast<std::uint32_t>(output) * stride};
            free = now + v;
        }
        // The closed form says the same.
        CHECK(free == std::max(std::max(before, f) + unit.outputs * v, f + (unit.outputs - 1) * each + v));
        written += unit.outputs * v;
        unit_written.push_back(free);
    }

    const bool depthwise;
    const std::uint32_t stride;  // of the output channels
};

bool equal(const hw::ConvolutionCommands& a, const hw::ConvolutionCommands& b) {
    return a.activation_read == b.activation_read && a.weight_read == b.weight_read && a.cores == b.cores &&
           a.mask.kind == b.mask.kind && a.mask.pixel == b.mask.pixel && a.mask.row == b.mask.row;
}

std::string text(const hw::ConvolutionCommands& c) {
    std::ostringstream stream;
    stream << "read " << c.activation_read << ", weights " << c.weight_read << ", cores " << c.cores
           << ", mask " << static_cast<int>(c.mask.kind) << ' ' << c.mask.pixel << ' ' << c.mask.row;
    return stream.str();
}

// Cycles for which a bus or port is taken: none of them twice.
struct Bus {
    Cycles free = -1'000'000;
    void take(Cycles from, Cycles cycles) {
        REQUIRE(from >= free);
        free = from + cycles;
    }
};

}  // namespace

TEST_CASE("every read, load, stream and emit of a step has the cycle of docs/timing.md, section 3") {
    test::DrawnCases draw;
    int waits = 0, stalls = 0;
    for (int trial = 0; trial < 500; ++trial) {
        test::DrawnStep d = test::draw_step(draw);
        const Machine m = draw_machine(draw);
        d.plan.read_words = d.plan.core_read_words = m.read_words;
        d.plan.write_words = d.plan.core_write_words = m.write_words;
        d.plan.weight_read_words = m.weight_words;
        // Beside the lanes the cores have a share of the ports.
        const bool beside = draw.one_in(2);
        (beside ? d.plan.read_words : d.plan.core_read_words) += 3;
        (beside ? d.plan.write_words : d.plan.core_write_words) += 5;
        const Cycles begin = draw.between(1, 1000);
        // Weight tiles arrive in order: long before, in time, or late.
        std::vector<Cycles> ready;
        Cycles arrives = begin + (draw.one_in(2) ? -1 : draw.between(0, 30));
        for (std::size_t tile = 0; tile < d.step.tiles.size(); ++tile) {
            ready.push_back(arrives);
            arrives += draw.one_in(2) ? 0 : draw.between(0, 300);
        }
        INFO("trial " << trial << ": " << d << "; SRAM latencies " << m.activation_latency << " and "
                      << m.weight_latency << ", words a cycle " << m.read_words << ", " << m.write_words
                      << ", " << m.weight_words << "; begins in " << begin);
        Expected expected(d, m, begin, ready);

        config::DenoiserConfig config;
        config.activation.read_latency = m.activation_latency;
        config.weight.read_latency = m.weight_latency;
        hw::ConvolutionSequencer sequencer(config);
        sequencer.begin(begin, d.plan, d.step, beside);
        Bus reads, loads, weight_reads, streams, writes;
        std::vector<Cycles> freed;
        Cycles now = begin;
        for (;; ++now) {
            while (sequencer.take_freed_tile(now)) freed.push_back(now);
            if (sequencer.over(now)) break;
            REQUIRE(now < expected.end);
            const auto arrived =
                std::count_if(ready.begin(), ready.end(), [now](Cycles cycle) { return cycle <= now; });
            const hw::ConvolutionCommands& commands = sequencer.step(now, arrived);
            if (!equal(commands, expected.commands[now])) {
                INFO("cycle " << now << " of " << begin << " to " << expected.end << ":\n"
                              << text(commands) << "\nexpected\n"
                              << text(expected.commands[now]));
                REQUIRE(equal(commands, expected.commands[now]));
            }
            const auto cycles = [](std::uint32_t count, int most) {
                return timing::ceil_divide(count, most);
            };
            if (const auto count = commands.activation_read.count; count > 0) {
                reads.take(now, cycles(count, m.read_words));
            }
            if (const auto count = commands.weight_read.count; count > 0) {
                weight_reads.take(now, cycles(count, m.weight_words));
            }
            if (const auto& emit = commands.cores.emit; emit.valid) {
                writes.take(now + 2, cycles(emit.words, m.write_words));
            }
            if (commands.cores.load.target != hw::LoadTarget::none) loads.take(now, 1);
            if (commands.cores.stream.channel) streams.take(now, 1);
        }
        REQUIRE(now == expected.end);
        // The last tile's words are on the bus before the step is over.
        REQUIRE(freed == expected.tiles_freed);
        const hw::ConvolutionCounts& counts = sequencer.counts();
        REQUIRE(counts.fill == expected.fill);
        REQUIRE(counts.compute == expected.compute);
        REQUIRE(counts.sram_stall == expected.sram_stall);
        REQUIRE(counts.drain == expected.drain);
        REQUIRE(counts.waited == expected.waited);
        REQUIRE(counts.written == expected.written);
        REQUIRE(counts.fill + counts.compute + counts.sram_stall + counts.drain + counts.waited ==
                expected.end - begin);
        waits += counts.waited > 0;
        stalls += counts.sram_stall > 0;
    }
    CHECK(waits > 20);
    CHECK(stalls > 20);
}

TEST_CASE("the first unit of a step, by hand") {
    // 1x1 convolution of 4 channels to 2 on one core: passes of 3 and 1 inputs, 3 pixels, ports of 16, 8 and
    // 4 words, latencies of 1. Begin 10: issued in 12, data from 13 on. Three loads in 13 to 15, so the first
    // pass starts in 16; its two channels end with 17, the second pass has loaded in 16 and starts in 18. Its
    // sums are at the writer in 25 and 26.
    test::DrawnStep d;
    d.plan.geometry = {4, 1, 3, 2, 1, true, false};
    d.plan.tile_pixels = d.plan.strip_pixels = 3;
    d.plan.read_words = 16;
    d.plan.write_words = 8;
    d.plan.weight_read_words = 4;
    d.step.tiles = {{{0, 2}, 700, 800, 0}};
    d.step.source = 100;
    d.step.destination = 200;
    config::DenoiserConfig config;
    config.activation.read_latency = config.weight.read_latency = 1;
    hw::ConvolutionSequencer sequencer(config);
    sequencer.begin(10, d.plan, d.step, false);
    std::map<Cycles, std::string> seen;
    Cycles now = 10;
    for (; !sequencer.over(now); ++now) {
        const hw::ConvolutionCommands& c = sequencer.step(now, 1);
        std::string& line = seen[now];
        if (c.activation_read.count > 0) line += "read " + std::to_string(c.activation_read.address) + ' ';
        if (c.weight_read.count > 0) {
            line += "weights " + std::to_string(c.weight_read.count) + " from " +
                    std::to_string(c.weight_read.address) + ' ';
        }
        if (c.cores.load.target == hw::LoadTarget::row) {
            line += "load row " + std::to_string(c.cores.load.row) + ' ';
        }
        if (c.cores.stream.channel) {
            line += c.cores.stream.take_over ? "take over " : "";
            line += "output " + std::to_string(c.cores.stream.output) + ' ';
        }
        if (c.cores.emit.valid) line += "emit to " + std::to_string(c.cores.emit.address) + ' ';
        if (line.empty()) seen.erase(now);
    }
    CHECK(now == 27);
    CHECK(seen == std::map<Cycles, std::string>{{12, "read 100 "},
                                                {13, "read 103 load row 0 "},
                                                {14, "read 106 load row 1 "},
                                                {15, "read 109 weights 3 from 700 load row 2 "},
                                                {16, "weights 3 from 704 load row 0 take over output 0 "},
                                                {17, "weights 1 from 703 output 1 "},
                                                {18, "weights 1 from 707 take over output 0 "},
                                                {19, "output 1 "},
                                                {23, "emit to 200 "},
                                                {24, "emit to 203 "}});
}

TEST_CASE("a step that is given up leaves nothing for the next") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 100; ++trial) {
        const Machine m = draw_machine(draw);
        config::DenoiserConfig config;
        config.activation.read_latency = m.activation_latency;
        config.weight.read_latency = m.weight_latency;
        const auto draw_one = [&] {
            test::DrawnStep d = test::draw_step(draw);
            d.plan.read_words = m.read_words;
            d.plan.write_words = m.write_words;
            d.plan.weight_read_words = m.weight_words;
            return d;
        };
        const test::DrawnStep given_up = draw_one(), next = draw_one();
        INFO("trial " << trial << ": " << given_up << ", given up for " << next);
        hw::ConvolutionSequencer used(config), fresh(config);
        used.begin(5, given_up.plan, given_up.step, false);
        const Cycles cycles = draw.between(0, 60);
        for (Cycles now = 5; now < 5 + cycles && !used.over(now); ++now) used.step(now, 1000);
        used.reset();
        REQUIRE_FALSE(used.active());
        REQUIRE_FALSE(used.over(1'000'000));
        REQUIRE_FALSE(used.take_freed_tile(1'000'000));
        used.begin(300, next.plan, next.step, false);
        fresh.begin(300, next.plan, next.step, false);
        Cycles now = 300;
        for (; !fresh.over(now); ++now) {
            REQUIRE_FALSE(used.over(now));
            REQUIRE(equal(used.step(now, 1000), fresh.step(now, 1000)));
        }
        REQUIRE(used.over(now));
    }
}
