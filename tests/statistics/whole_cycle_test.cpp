// Registers so short that their whole cycle can be run out: no chance is left, and none of their figures
// depends on the seed. See docs/statistics.md.
#include "models/numeric/lfsr.h"
#include "tests/statistics/checks.h"
#include "tests/statistics/expected_moments.h"
#include "tests/support/catch.h"

#include <fmt/format.h>

#include <cmath>

using namespace quell;
using namespace quell::statistics;

namespace {

Histogram whole_cycle(int width, Comparisons& comparisons) {
    return check_normals(normals({width, 1, 1}, 1), 1, static_cast<std::int64_t>(numeric::lfsr_period(width)),
                         comparisons);
}

}  // namespace

TEST_CASE("expected moments are those of uniform states", "[statistics]") {
    for (const int width : {16, 19, 24, 32, 48, 64}) {
        const Moments m = expected_moments(width);
        WARN(fmt::format("width {}: mean {:.3g}, variance 1 {:+.3g}, skewness {:.3g}, kurtosis 3 {:+.3g}",
                         width, m.mean, m.variance - 1, m.skewness, m.kurtosis - 3));
        // In closed form, of unrounded functions: the mean of -2 ln U over the states is
        // 2 ln 2 w - 2 ln((2^w - 1)!) / (2^w - 1), that of cos^2 one half less 1 / 2^(w+1).
        if (width > 24) continue;
        const double states = static_cast<double>(numeric::lfsr_period(width));
        const double square_radius = 2 * width * std::log(2.0) - 2 * std::lgamma(states + 1) / states;
        const double square_cosine = (std::ldexp(0.5, width) - 1) / states;
        CHECK(m.variance == Approx(square_radius * square_cosine).margin(3e-5));
        CHECK(std::abs(m.mean + 1.2533 / states) < 2e-6);
    }
}

TEST_CASE("the whole cycle of short registers", "[statistics]") {
    const auto width = GENERATE(16, 19, 24);
    Comparisons comparisons;
    const Histogram words = whole_cycle(width, comparisons);
    WARN(fmt::format(
        "width {}: mean {:.3g}, variance 1 {:+.3g}, kurtosis 3 {:+.3g}, Kolmogorov-Smirnov {:.3g}, "
        "{} beyond 5 sigma; {}",
        width, words.moment(1), words.moment(2) - 1, words.moment(4) - 3, words.distance_from_normal(),
        words.beyond(5), comparisons.report()));
    CHECK(comparisons.alarms().empty());
    if (width == 24) CHECK(words.beyond(5) == 7);  // 9.6 are expected of independent samples
}
