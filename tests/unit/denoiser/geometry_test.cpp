#include "models/denoiser/geometry.h"
#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;

TEST_CASE("the parameters of the paper's two blocks", "[denoiser]") {
    config::DenoiserConfig config;
    const auto parameters = [&] {
        return denoiser::make_geometry(64, 112, 112, config).parameters() +
               denoiser::make_geometry(512, 7, 7, config).parameters();
    };
    // By hand: 3*64*16 + 9*16 = 3,216 and 3*512*128 + 9*128 = 197,760.
    CHECK(parameters() == 200976);
    // Grouped: every head output has one input, so 64*16 + 9*16 + 2*64 = 1,296 and 512*128 + 9*128 + 2*512 =
    // 67,712.
    config.heads = config::Heads::grouped;
    CHECK(parameters() == 69008);
}

TEST_CASE("multiply-accumulates of the first block", "[denoiser]") {
    const auto g = denoiser::make_geometry(64, 112, 112, {});
    CHECK(g.macs() == 40341504);  // design: 112*112*(3*64*16 + 9*16)
    config::DenoiserConfig mean;
    mean.sampling = config::Sampling::mean;
    CHECK(denoiser::make_geometry(64, 112, 112, mean).macs() == 112 * 112 * (2 * 64 * 16 + 9 * 16));
}

TEST_CASE("the bottleneck is the part of the channels that the ratio says as it is written", "[denoiser]") {
    // In exact decimal arithmetic; in doubles 100 * 0.29 is a little less than 29.
    struct Case {
        std::int64_t channels;
        double ratio;
        std::int64_t bottleneck;
    };
    for (const auto& [channels, ratio, bottleneck] :
         {Case{100, 0.29, 29}, Case{50, 0.58, 29}, Case{100, 0.57, 57}, Case{200, 0.145, 29},
          Case{49, 0.14285714285714285, 6}, Case{3, 0.3333333333333333, 1}, Case{6, 0.3333333333333333, 1},
          Case{64, 0.25, 16}, Case{7, 1, 7}, Case{65536, 1e-5, 1}, Case{65536, 1e-300, 1},
          Case{1000, 0.001, 1}}) {
        config::DenoiserConfig config;
        config.bottleneck_ratio = ratio;
        INFO(channels << " * " << ratio);
        CHECK(denoiser::make_geometry(channels, 1, 1, config).bottleneck == bottleneck);
    }
}

TEST_CASE("a bottleneck is never empty and groups divide both sides", "[denoiser]") {
    config::DenoiserConfig config;
    config.heads = config::Heads::grouped;
    CHECK(denoiser::make_geometry(1, 1, 1, config).bottleneck == 1);
    CHECK(denoiser::make_geometry(3, 1, 1, config).bottleneck == 1);
    const auto g = denoiser::make_geometry(26, 5, 7, config);  // B = 6, gcd(6, 26) = 2
    CHECK(g.bottleneck == 6);
    CHECK(g.groups == 2);
    CHECK(g.head_inputs() == 3);
    CHECK(g.group_channels() == 13);
}

TEST_CASE("impossible maps are refused", "[denoiser]") {
    CHECK_THROWS_WITH(denoiser::make_geometry(0, 1, 1, {}), test::contains("at least 1"));
    CHECK_THROWS_WITH(denoiser::make_geometry(64, -1, 1, {}), test::contains("64x-1x1"));
    CHECK_THROWS_WITH(denoiser::make_geometry(65537, 1, 1, {}), test::contains("65536"));
    CHECK_THROWS_WITH(denoiser::make_geometry(64, 1 << 30, 1 << 30, {}), test::contains("2^31"));
}
