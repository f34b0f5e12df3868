#include "models/analog/device/cell_block.h"
#include "models/analog/single_logarithm.h"
#include "models/base/wide_loops.h"

#include <bit>
#include <cstdint>

namespace quell::analog {
namespace {

inline float larger(float a, float b) {
    return a > b ? a : b;
}
inline float smaller(float a, float b) {
    return a < b ? a : b;
}

// exp x for |x| <= 87: Cephes' polynomial.
inline float exponential(float x) {
    const float limited = larger(smaller(x, 87.0F), -87.0F);
    const float n = (limited * 1.44269504088896341F + 12582912.0F) - 12582912.0F;  // to the nearest integer
    const float f = (limited - n * 0.693359375F) - n * -2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * f + 1.3981999507e-3F;
    p = p * f + 8.3334519073e-3F;
    p = p * f + 4.1665795894e-2F;
    p = p * f + 1.6666665459e-1F;
    p = p * f + 5.0000001201e-1F;
    const float scale = std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
    return (p * f * f + f + 1.0F) * scale;
}

inline float clamped(const CellBlockLaw::Logarithm& law, float log_target) {
    return larger(law.low, smaller(law.high, law.slope * log_target + law.offset));
}

CellBlockLaw::Logarithm in_single(const ClampedLogarithm& law) {
    return {static_cast<float>(law.slope), static_cast<float>(law.offset), static_cast<float>(law.low),
            static_cast<float>(law.high)};
}

}  // namespace

CellBlockLaw::CellBlockLaw(const CellLaw& law)
    : drift_mean(in_single(law.drift_mean)),
      drift_sigma(in_single(law.drift_sigma)),
      drift_time(static_cast<float>(law.drift_time)),
      read_constant(static_cast<float>(law.read_constant)),
      read_share(static_cast<float>(law.read_share)),
      read_power(static_cast<float>(law.read_power)),
      read_largest(static_cast<float>(law.read_largest)) {
    for (std::size_t i = 0; i < programming.size(); ++i) {
        programming[i] = static_cast<float>(law.programming[i]);
    }
}

QUELL_WIDE void programming_sigmas(const CellBlockLaw& law, const CellRow& target, CellRow& sigma) {
    const float c0 = law.programming[0], c1 = law.programming[1], c2 = law.programming[2],
                c3 = law.programming[3], c4 = law.programming[4];
    for (std::size_t i = 0; i < normal_block; ++i) {
        const float g = target.value[i];
        sigma.value[i] = larger(0.0F, (((c4 * g + c3) * g + c2) * g + c1) * g + c0);
    }
}

QUELL_WIDE void make_cells(const CellBlockLaw& given, const CellRow& target, const CellRow& programming_sigma,
                           const CellRow& programming, const CellRow& drift, CellBlock& cells) {
    const CellBlockLaw law = given;
    for (std::size_t i = 0; i < normal_block; ++i) {
        const float g = target.value[i];
        // Every law has reached its limit long before 1e-30.
        const float log_target = single_logarithm(larger(g, 1e-30F));

        const float programmed = larger(0.0F, g + programming_sigma.value[i] * programming.value[i]);
        const float exponent = larger(0.0F, clamped(law.drift_mean, log_target) +
                                                clamped(law.drift_sigma, log_target) * drift.value[i]);
        const float drifted = programmed * exponential(-exponent * law.drift_time);
        const float share =
            smaller(law.read_share * exponential(-law.read_power * log_target), law.read_largest);
        const float sigma = law.read_constant + drifted * share;

        // Of N(drifted, sigma^2) cut at zero, with a = drifted / sigma, Q its tail beyond a and
        // d = f(a) - a Q: mean drifted + sigma d, variance sigma^2 (1 - Q - d (a + d)). Beyond a = 12 the cut
        // is nowhere to be seen. Q: Abramowitz and Stegun 26.2.17, error below 7.5e-8.
        const float a = smaller(12.0F, drifted / larger(sigma, 1e-30F));
        const float density = 0.398942280401432678F * exponential(-0.5F * a * a);
        const float t = 1.0F / (1.0F + 0.2316419F * a);
        const float tail =
            density *
            (t * (0.319381530F +
                  t * (-0.356563782F + t * (1.781477937F + t * (-1.821255978F + t * 1.330274429F)))));
        const float raised = larger(0.0F, density - a * tail);
        cells.programmed.value[i] = programmed;
        cells.drifted.value[i] = drifted;
        cells.read_sigma.value[i] = sigma;
        cells.mean.value[i] = drifted + sigma * raised;
        cells.variance.value[i] = sigma * sigma * larger(0.0F, 1.0F - tail - raised * (a + raised));
    }
}

}  // namespace quell::analog
