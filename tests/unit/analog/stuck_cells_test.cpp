#include "models/analog/device/stuck_cells.h"

#include "models/analog/device/chip.h"
#include "tests/support/catch.h"

#include <cmath>
#include <vector>

using namespace quell;

TEST_CASE("a percent of stuck cells is a percent, to the cell") {
    const std::int64_t weights = GENERATE(1, 7, 50, 1000, 12345, 100'000);
    const int slices = GENERATE(1, 3);
    const double on = GENERATE(0.0, 1.0, 33.3, 100.0), off = GENERATE(0.0, 1.0, 5.0, 50.0);
    config::DeviceConfig config;
    config.preset = config::DevicePreset::generic;
    config.programming_percent = 0;
    config.read_percent = 1;  // of every cell that is not stuck
    config.stuck_on_percent = on;
    config.stuck_off_percent = off;
    config.cells_per_weight = slices;
    const std::vector<float> values(static_cast<std::size_t>(weights), 0.5F);
    const analog::Chip chip(config);
    std::int64_t stuck_on = 0, stuck_off = 0;
    chip.cells(4, values, {1, weights, 1})
        .for_each_chunk(analog::LayerCells::Keep::everything, [&](const analog::CellChunk& chunk) {
            for (const analog::CellPlane& plane : chunk.planes) {
                for (std::size_t i = 0; i < chunk.count; ++i) {
                    if (plane.read_sigma[i] > 0) continue;
                    stuck_on +=
                        plane.drifted[i] == 1.0F && plane.mean[i] == 1.0F && plane.variance[i] == 0.0F;
                    stuck_off +=
                        plane.drifted[i] == 0.0F && plane.mean[i] == 0.0F && plane.variance[i] == 0.0F;
                }
            }
        });
    const auto cells = static_cast<double>(2 * slices * weights);
    const auto expected_on = static_cast<std::int64_t>(std::floor(on / 100 * cells + 0.5));
    const auto expected_off = static_cast<std::int64_t>(std::floor(off / 100 * cells + 0.5));
    CHECK(stuck_on == expected_on);
    CHECK(stuck_off == std::min(expected_off, 2 * slices * weights - expected_on));
}

TEST_CASE("stuck cells are drawn anywhere alike") {
    // 2,000 chips, 10 on and 20 off of 100 cells each: every cell about 200 and 400 times. The sum of squared
    // deviations over the variance of one count is near chi-square with 99 degrees of freedom, of which 1e-7
    // lie above 186.
    std::vector<int> on(100, 0), off(100, 0);
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        std::int64_t before = -1;
        for (const analog::StuckCell& stuck : analog::draw_stuck_cells(seed, 3, 100, 10, 20)) {
            CHECK(stuck.cell > before);
            before = stuck.cell;
            ++(stuck.conductance > 0 ? on : off)[static_cast<std::size_t>(stuck.cell)];
        }
    }
    const auto chi_square = [](const std::vector<int>& counts, double share) {
        double sum = 0;
        for (const int count : counts) {
            sum += (count - 2000 * share) * (count - 2000 * share) / (2000 * share * (1 - share));
        }
        return sum;
    };
    CHECK(chi_square(on, 0.1) < 186);
    CHECK(chi_square(on, 0.1) > 40);
    CHECK(chi_square(off, 0.2) < 186);
    CHECK(chi_square(off, 0.2) > 40);
}
