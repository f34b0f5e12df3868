#include "models/config/configuration.h"

#include "models/base/error.h"
#include "models/config/option_table.h"
#include "tests/support/catch.h"

#include <sstream>

using namespace quell;
using namespace quell::config;
using test::contains;

namespace {

Configuration parse(const std::vector<std::string>& words) {
    Configuration configuration;
    OptionTable table;
    register_options(table, configuration);
    table.parse_command_line(words);
    resolve(table, configuration);
    validate(configuration);
    return configuration;
}

}  // namespace

TEST_CASE("the defaults are legal, and the paper's machine") {
    const Configuration configuration = parse({});
    CHECK(configuration.denoiser.cores == 10);
    CHECK(configuration.denoiser.lanes == 4);
    CHECK(configuration.denoiser.bottleneck_ratio == 0.25);
    CHECK(configuration.denoiser.leaky_shift == 7);
    CHECK(configuration.run.clock_mhz == 500);
    CHECK_FALSE(configuration.placement.after);
}

TEST_CASE("every default may be given back as it is printed") {
    Configuration configuration;
    OptionTable table;
    register_options(table, configuration);
    for (const std::string& name : table.names()) {
        INFO(name);
        Configuration other;
        OptionTable second;
        register_options(second, other);
        CHECK_NOTHROW(second.parse_command_line({"--" + name, table.at(name).default_text()}));
        CHECK(second.at(name).text() == table.at(name).default_text());
    }
}

TEST_CASE("every option says what it is for and where its default comes from") {
    Configuration configuration;
    OptionTable table;
    register_options(table, configuration);
    for (const std::string& name : table.names()) {
        INFO(name);
        CHECK_FALSE(table.at(name).help().empty());
        CHECK_FALSE(table.at(name).source().empty());
        CHECK(table.at(name).help().find_first_of("\n#") == std::string::npos);
        CHECK(table.at(name).source().find_first_of("\n#") == std::string::npos);
    }
}

TEST_CASE("the effective configuration, fed back, is the same configuration") {
    Configuration first;
    OptionTable table;
    register_options(table, first);
    table.parse_command_line({"--denoiser.after=1,20", "--tile.preset=puma", "--seed=18446744073709551615",
                              "--input.scale=0.0078125", "--denoiser.schedule=overlapped"});
    resolve(table, first);
    std::ostringstream printed;
    table.write_file(printed);

    Configuration second;
    OptionTable other;
    register_options(other, second);
    std::istringstream stream(printed.str());
    other.parse_stream(stream, "printed.ini");
    resolve(other, second);
    validate(second);
    std::ostringstream again;
    other.write_file(again);
    CHECK(again.str() == printed.str());
    CHECK(second.run.seed == 18446744073709551615ULL);
    CHECK(second.input.scale == 0.0078125);
    CHECK(second.placement.after == std::vector<std::int64_t>{1, 20});
}

TEST_CASE("contradictions name the options") {
    CHECK_THROWS_WITH(parse({"--denoiser.bottleneck_ratio=1.5"}), contains("denoiser.bottleneck_ratio"));
    CHECK_THROWS_WITH(parse({"--denoiser.dma_bits=100"}),
                      contains("denoiser.dma_bits") && contains("multiple of 16"));
    CHECK_THROWS_WITH(parse({"--denoiser.activation_sram_bytes=1001"}), contains("activation_sram_bytes"));
    // More words than banks are no contradiction: the banks bind.
    CHECK_NOTHROW(parse({"--denoiser.weight_sram_read_words=6"}));
    CHECK_THROWS_WITH(parse({"--denoiser.after=3,3"}), contains("denoiser.after") && contains("twice"));
    CHECK_THROWS_WITH(parse({"--input.mean=1,2"}), contains("input.mean") && contains("input.std"));
    CHECK_THROWS_WITH(parse({"--input.std=none"}), contains("input.std"));
    CHECK_NOTHROW(parse({"--input.mean=0", "--input.std=1,2,3"}));
    CHECK_NOTHROW(parse({"--denoiser.after=none"}));
}

TEST_CASE("limits of the denoiser are those of the design") {
    CHECK_NOTHROW(parse({"--denoiser.lfsr_width=16"}));
    CHECK_NOTHROW(parse({"--denoiser.lfsr_width=64"}));
    CHECK_THROWS_WITH(parse({"--denoiser.lfsr_width=15"}), contains("16 to 64"));
    CHECK_THROWS_WITH(parse({"--denoiser.lfsr_width=65"}), contains("16 to 64"));
    CHECK_THROWS_WITH(parse({"--denoiser.cores=0"}), contains("1 to 64"));
    CHECK_THROWS_WITH(parse({"--denoiser.lanes=65"}), contains("1 to 64"));
    CHECK_THROWS_WITH(parse({"--clock_mhz=500MHz"}), contains("clock_mhz") && contains("MHz"));
}

TEST_CASE("a preset sets what was not given") {
    CHECK(parse({"--tile.preset=puma"}).tile.stages == 3);
    CHECK(parse({"--tile.preset=puma", "--tile.stages=5"}).tile.stages == 5);
    CHECK(parse({}).tile.stages == 7);
}
