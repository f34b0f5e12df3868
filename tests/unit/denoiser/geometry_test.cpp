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
