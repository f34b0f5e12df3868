#include "tests/agreement/block_agreement.h"

#include "models/denoiser/golden_block.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/block_platform.h"

#include <array>
#include <cstdlib>
#include <random>

namespace quell::test {

namespace {

using Numbers = std::vector<std::int64_t>;

Numbers breakdown(const timing::BlockTiming& t) {
    const timing::BlockBreakdown& b = t.breakdown;
    return {b.compute, b.fill, b.drain, b.sram_stall, b.lane_stall, b.load, b.store, b.bus_stall, b.control};
}

// Words at the SRAMs' ports: closed forms in `analytic`, counted access by access in `cycle`.
Numbers counts(const timing::BlockTiming& t) {
    return {t.counts.activation_reads, t.counts.activation_writes, t.counts.weight_reads, t.counts.dma_words};
}

BlockCase draw(std::mt19937& random) {
    const auto between = [&](int least, int most) {
        return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
    };
    BlockCase c;
    c.config.cores = between(1, 16);
    c.config.lanes = between(1, 9);
    c.config.schedule = between(0, 1) == 0 ? config::Schedule::sequential : config::Schedule::overlapped;
    c.config.heads = between(0, 1) == 0 ? config::Heads::full : config::Heads::grouped;
    c.config.sampling = between(0, 2) == 0 ? config::Sampling::mean : config::Sampling::stochastic;
    c.config.normals_per_pair = between(1, 2);
    c.config.bias = between(0, 1) == 0;
    c.config.lfsr_width = between(24, 64);
    c.config.bottleneck_ratio = std::array{0.25, 0.5, 0.125}[static_cast<std::size_t>(between(0, 2))];
    c.config.partial_sum_channels = between(2, 64);
    c.config.activation = {std::int64_t{32768} << between(0, 3), between(4, 16), between(2, 16),
                           between(2, 8), between(1, 3)};
    c.config.weight = {std::int64_t{1024} << between(0, 6), between(1, 4), between(1, 4), 8, between(1, 3)};
    c.config.dma_bits = 16 << between(0, 4);
    c.channels = between(1, 72);
    c.height = between(1, 30);
    c.width = between(1, 30);
    c.seed = random();
    return c;
}

}  // namespace

void agree(const BlockCase& c) {
    const auto g = denoiser::make_geometry(c.channels, c.height, c.width, c.config);
    const auto weights = denoiser::draw_weights(g, c.seed);
    const auto x = denoiser::draw_input(g, c.seed);
    const std::uint64_t base = denoiser::base_seed({c.seed, 0, 0}, c.config.lfsr_width);
    const auto plan = timing::plan_block(g, c.config);
    const denoiser::NoiseSource source(c.config.lfsr_width, c.config.lanes, c.config.normals_per_pair);
    const auto golden =
        denoiser::golden_block(g, weights, c.config.leaky_shift, source, plan.cancel_order(), base, x);
    const auto analytic = timing::time_block(g, c.config);

    INFO("seed " << c.seed << ": " << c.channels << "x" << c.height << "x" << c.width << ", "
                 << c.config.cores << " cores, " << c.config.lanes << " lanes, " << plan.strips
                 << " strips of " << plan.strip_pixels << ", "
                 << (c.config.schedule == config::Schedule::sequential ? "sequential" : "overlapped")
                 << (plan.lane_mode == timing::LaneMode::beside_cores ? ", lanes beside the cores" : "")
                 << (plan.weights_resident ? "" : ", streamed weights"));
    for (const auto model : {tlm::DenoiserModel::transaction, tlm::DenoiserModel::pin_level}) {
        INFO((model == tlm::DenoiserModel::transaction ? "transaction" : "cycle"));
        const SystemCFixture kernel;
        tlm::BlockPlatform platform("platform", c.config, 500, g, weights, x, base, model);
        const tlm::BlockRun run = platform.run();
        // What a unit counted itself tells most about where it went astray.
        CHECK(run.timing.phases == analytic.phases);
        CHECK(run.timing.cycles == analytic.cycles);
        REQUIRE(run.output == golden.output);
        REQUIRE(run.timing.cycles == analytic.cycles);
        REQUIRE(run.timing.phases == analytic.phases);
        REQUIRE(breakdown(run.timing) == breakdown(analytic));
        REQUIRE(run.timing.breakdown.total() == run.timing.cycles);
        REQUIRE(counts(run.timing) == counts(analytic));
    }
}

void drawn_blocks_agree(int trials) {
    const char* given = std::getenv("QUELL_AGREEMENT_SEED");
    const auto seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    WARN("QUELL_AGREEMENT_SEED=" << seed);
    std::mt19937 random(seed);
    for (int trial = 0; trial < trials; ++trial) agree(draw(random));
}

}  // namespace quell::test
