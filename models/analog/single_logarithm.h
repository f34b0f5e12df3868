// ln x in single precision, in a form that compilers turn into vector instructions, alike on all processors.
#pragma once

#include <bit>
#include <cstdint>

namespace quell::analog {

// Of a normal x > 0, by the polynomial of the Cephes library (relative error below 2e-7): ln x = e ln 2 +
// ln m, m in [sqrt(1/2), sqrt(2)).
inline float single_logarithm(float x) {
    const std::int32_t bits = std::bit_cast<std::int32_t>(x) - 0x3F3504F3;
    const float e = static_cast<float>(bits >> 23);
    const float m = std::bit_cast<float>((bits & 0x007FFFFF) + 0x3F3504F3) - 1.0F;
    const float m2 = m * m;
    float p = 7.0376836292e-2F;
    p = p * m - 1.1514610310e-1F;
    p = p * m + 1.1676998740e-1F;
    p = p * m - 1.2420140846e-1F;
    p = p * m + 1.4249322787e-1F;
    p = p * m - 1.6668057665e-1F;
    p = p * m + 2.0000714765e-1F;
    p = p * m - 2.4999993993e-1F;
    p = p * m + 3.3333331174e-1F;
    return m + (p * m2 * m + e * -2.12194440e-4F - 0.5F * m2) + e * 0.693359375F;
}

}  // namespace quell::analog
