#include "models/energy/energy_table.h"
#include "models/energy/event_counting.h"
#include "tests/support/catch.h"

#include <set>
#include <string>

using namespace quell;
using energy::Event;
using energy::Module;

namespace {

double of(const energy::EventCounts& counts, Module module) {
    return energy::energy_by_module_uj(counts,
                                       energy::default_energy_table({}))[static_cast<std::size_t>(module)];
}

}  // namespace

TEST_CASE("every row of the table has a name, a figure and a source", "[energy]") {
    const energy::EnergyTable table = energy::default_energy_table({});
    std::set<std::string> names;
    for (std::size_t i = 0; i < energy::events; ++i) {
        const auto event = static_cast<Event>(i);
        CAPTURE(energy::name(event));
        CHECK(names.insert(std::string(energy::name(event))).second);
        CHECK_FALSE(table.at(event).source.empty());
        // Zero is for what nobody has published, and says so.
        CHECK((table.at(event).picojoules > 0) == (table.at(event).source.find("none") != 0));
    }
    names.clear();
    for (std::size_t i = 0; i < energy::modules; ++i)
        CHECK(names.insert(std::string(energy::name(static_cast<Module>(i)))).second);
}

// Everything that one IMA has works all the time: 8 crossbars, 16 steps of 100 ns a product. The powers are
// those of ISAAC's table I.
TEST_CASE("a busy IMA takes the powers of ISAAC's table", "[energy]") {
    const std::int64_t products = 10;
    const double nanoseconds = 10 * 1600;
    timing::Strip strip;
    strip.products = products;
    timing::Pass pass;
    pass.pes = {0, 1};
    pass.crossbars = pass.crossbars_per_pe = 8;
    pass.runs = {{strip, 1}};
    const analog::CrossbarMapping mapping = analog::map_to_crossbars({1, 128, 64}, {});
    REQUIRE(mapping.crossbars() == 8);
    const energy::EventCounts counts = energy::count_events(std::span(&pass, 1), mapping, 1, {});
    const auto milliwatts = [&](Module module) { return 1e6 * of(counts, module) / nanoseconds; };
    CHECK(milliwatts(Module::adc) == Approx(16));
    CHECK(milliwatts(Module::dac) == Approx(4));
    CHECK(milliwatts(Module::sample_and_hold) == Approx(0.01));
    CHECK(milliwatts(Module::crossbar) == Approx(2.4));
    CHECK(milliwatts(Module::shift_and_add) == Approx(0.2));
    CHECK(milliwatts(Module::registers) == Approx(1.24 + 0.23));
}

// Twelve of them, the eDRAM and its bus at their 1 KB in 100 ns, and what is on while the tile works.
TEST_CASE("a busy tile takes 330 mW", "[energy]") {
    const double nanoseconds = 1600;
    timing::Strip strip;
    strip.products = 1;
    timing::Pass pass;
    pass.pes = {0, 1};
    pass.crossbars = pass.crossbars_per_pe = 96;
    pass.runs = {{strip, 1}};
    energy::EventCounts counts =
        energy::count_events(std::span(&pass, 1), analog::map_to_crossbars({1, 128, 768}, {}), 1, {});
    counts[Event::line_buffer_byte] = counts[Event::pe_bus_byte] = 1024 * 16;
    counts += energy::count_time(nanoseconds, 1, 168, false);
    const double milliwatts = 1e6 * energy::energy_uj(counts, energy::default_energy_table({})) / nanoseconds;
    CHECK(milliwatts == Approx(330).epsilon(0.002));
    CHECK(1e6 * of(counts, Module::line_buffer) / nanoseconds == Approx(20.7).epsilon(0.002));
    CHECK(1e6 * of(counts, Module::pe_bus) / nanoseconds == Approx(7).epsilon(0.01));
    CHECK(1e6 * of(counts, Module::router) / nanoseconds == Approx(10.5));
}

// An independent design: PUMA's 16-bit product of 128 x 128 on eight crossbars of 2 bits takes 43.97 nJ.
TEST_CASE("a product of eight slices costs about what PUMA's does", "[energy]") {
    timing::Strip strip;
    strip.products = 1;
    timing::Pass pass;
    pass.pes = {0, 1};
    pass.crossbars = pass.crossbars_per_pe = 8;
    pass.runs = {{strip, 1}};
    const energy::EventCounts counts =
        energy::count_events(std::span(&pass, 1), analog::map_to_crossbars({1, 128, 64}, {}), 1, {});
    const double nanojoules = 1e3 * energy::energy_uj(counts, energy::default_energy_table({}));
    CHECK(nanojoules == Approx(43.97).epsilon(0.15));
}

TEST_CASE("SRAM words follow Horowitz's three sizes", "[energy]") {
    CHECK(energy::sram_word_picojoules(8 * 1024) == Approx(10.0 / 4));
    CHECK(energy::sram_word_picojoules(32 * 1024) == Approx(20.0 / 4));
    CHECK(energy::sram_word_picojoules(1024 * 1024) == Approx(100.0 / 4));
    // Half way between 32 and 1024 KiB, in logarithms: the geometric mean.
    CHECK(energy::sram_word_picojoules(static_cast<std::int64_t>(1024 * 181.0193359838)) ==
          Approx(std::sqrt(5.0 * 25)).epsilon(1e-4));
    config::DenoiserConfig small;
    small.activation.bytes = 32 * 1024;
    CHECK(energy::default_energy_table(small).at(Event::block_activation_word).picojoules == Approx(5));
}

TEST_CASE("the events of a layer by hand", "[energy]") {
    timing::Strip strip;
    strip.loads = {{0, 100}, {timing::memory_base, 10}};
    strip.products = 7;
    strip.digital = {
        {timing::DigitalFunction::bias, 56},       {timing::DigitalFunction::swish, 56},
        {timing::DigitalFunction::affine, 56},     {timing::DigitalFunction::copy, 56},
        {timing::DigitalFunction::bias, 28, true}, {timing::DigitalFunction::bias, 30, true, true}};
    strip.stores = {{500, 56}};
    timing::Pass pass;
    pass.pes = {0, 2};
    pass.crossbars = 12;  // row splits of 3, four stacks
    pass.crossbars_per_pe = 6;
    pass.program = true;
    pass.weight_address = timing::memory_base;
    pass.weight_words = 32;
    pass.runs = {{strip, 5}};
    const analog::CrossbarMapping mapping = analog::map_to_crossbars({1, 300, 32}, {});
    REQUIRE(mapping.row_splits == 3);
    REQUIRE(mapping.column_blocks == 4);

    const energy::EventCounts counts = energy::count_events(std::span(&pass, 1), mapping, 1, {});
    const double crossbar_steps = 5 * 7 * 12 * 16;
    for (const Event event :
         {Event::conversion, Event::sample_hold, Event::shift_add, Event::output_register}) {
        CHECK(counts[event] == crossbar_steps * 128);
    }
    CHECK(counts[Event::row_drive] == crossbar_steps * 128);
    CHECK(counts[Event::input_register] == crossbar_steps * 128);
    CHECK(counts[Event::cell_product] == crossbar_steps * 16384);
    CHECK(counts[Event::cell_write] == 12 * 16384);
    CHECK(counts[Event::digital_add] == 5 * (56 + 56 + 28) * 2);  // bias, affine, partial sums
    CHECK(counts[Event::digital_multiply] == 5 * (56 + 56) * 2);  // swish, affine
    CHECK(counts[Event::digital_function] == 5 * 56 * 2);         // swish
    CHECK(counts[Event::scratchpad_byte] == 5 * 2 * 156);
    CHECK(counts[Event::memory_byte] == 5 * 2 * 10 + 64);
    CHECK(counts[Event::interconnect_byte] == 5 * 2 * (166 + 60) + 64);
    // Both PEs read the 300 inputs of a product, two bytes each.
    CHECK(counts[Event::line_buffer_byte] == 5 * 7 * 2 * 300 * 2);
    CHECK(counts[Event::pe_bus_byte] == counts[Event::line_buffer_byte]);
    CHECK(energy::pes_at_work(std::span(&pass, 1)) == 2);
}

TEST_CASE("whose inputs are read how often", "[energy]") {
    timing::Strip strip;
    strip.products = 1;
    timing::Pass pass;
    pass.runs = {{strip, 1}};
    const auto bytes = [&](const analog::LayerMatrix& matrix, int pes, std::int64_t per_pe,
                           std::int64_t replicas) {
        const analog::CrossbarMapping mapping = analog::map_to_crossbars(matrix, {});
        pass.pes = {0, pes};
        pass.crossbars = mapping.crossbars() * replicas;
        pass.crossbars_per_pe = per_pe;
        return energy::count_events(std::span(&pass, 1), mapping, replicas, {})[Event::line_buffer_byte];
    };
    CHECK(bytes({1, 128, 8}, 1, 1, 1) == 256);
    CHECK(bytes({1, 128, 8}, 1, 3, 3) == 3 * 256);    // copies have products of their own
    CHECK(bytes({1, 256, 8}, 2, 1, 1) == 512);        // a stack over two PEs: half of it in each
    CHECK(bytes({64, 9, 1}, 1, 8, 1) == 64 * 9 * 2);  // depthwise: every input once
}

TEST_CASE("the events of a block by hand", "[energy]") {
    config::DenoiserConfig config;
    const denoiser::Geometry geometry = denoiser::make_geometry(16, 9, 10, config);  // B = 4
    const timing::BlockTiming block = timing::time_block(geometry, config);
    const energy::EventCounts counts = energy::count_events(block, geometry, config);
    CHECK(counts[Event::block_multiply] == 90 * (3 * 16 * 4 + 9 * 4));
    CHECK(counts[Event::block_add] == counts[Event::block_multiply]);
    CHECK(counts[Event::block_leaky_word] == 2 * 90 * 4);
    CHECK(counts[Event::block_lfsr_step] == 2 * 1440);
    CHECK(counts[Event::block_lane_multiply] == 8 * 1440);
    CHECK(counts[Event::block_lane_add] == (42 + 1) * 1440);
    // X in, Y out, and the weights once: 16 x 4 x 3 + 9 x 4 words.
    CHECK(counts[Event::scratchpad_byte] == 2 * (2 * 1440 + 228));
    CHECK(counts[Event::interconnect_byte] == counts[Event::scratchpad_byte]);

    config.normals_per_pair = 2;
    CHECK(energy::count_events(block, geometry, config)[Event::block_lfsr_step] == 1440);
    config.sampling = config::Sampling::mean;
    const denoiser::Geometry mean_only = denoiser::make_geometry(16, 9, 10, config);
    const energy::EventCounts quiet =
        energy::count_events(timing::time_block(mean_only, config), mean_only, config);
    CHECK(quiet[Event::block_lfsr_step] == 0);
    CHECK(quiet[Event::block_lane_multiply] == 0);
    CHECK(quiet[Event::block_lane_add] == 1440);
    CHECK(quiet[Event::block_multiply] == 90 * (2 * 16 * 4 + 9 * 4));
}

TEST_CASE("passing time is charged to the PEs that work, leakage to all", "[energy]") {
    const energy::EventCounts counts = energy::count_time(1000, 3, 168, true);
    CHECK(counts[Event::pe_router_ns] == 3000);
    CHECK(counts[Event::pe_digital_ns] == 3000);
    CHECK(counts[Event::pe_leakage_ns] == 168000);
    CHECK(counts[Event::block_leakage_ns] == 1000);
    CHECK(energy::count_time(1000, 3, 168, false)[Event::block_leakage_ns] == 0);
    // A milliwatt is a picojoule per nanosecond: 10.5 and 2.65 mW, 3 us.
    CHECK(energy::energy_uj(counts, energy::default_energy_table({})) == Approx(3 * 13.15e-3));
}

TEST_CASE("microjoules are events times picojoules, by module and together", "[energy]") {
    energy::EventCounts counts;
    counts[Event::conversion] = 2'000'000;
    counts[Event::memory_byte] = 1'000;
    counts[Event::block_multiply] = 1'000'000;
    counts[Event::block_add] = 1'000'000;
    const energy::EnergyTable table = energy::default_energy_table({});
    CHECK(of(counts, Module::adc) == Approx(2 * 1.5625));
    CHECK(of(counts, Module::data_memory) == Approx(0.244));
    CHECK(of(counts, Module::denoiser_cores) == Approx(0.95));
    CHECK(energy::energy_uj(counts, table) == Approx(2 * 1.5625 + 0.244 + 0.95));
    CHECK(energy::denoiser_unit_energy_uj(counts, table) == Approx(0.95));
}
