#include "tests/unit/numeric/normal_errors.h"

#include "models/numeric/box_muller.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace quell::test {

namespace {

[[gnu::target_clones("avx2", "default")]] double largest_error(const numeric::Word* normals,
                                                               const double* factors, double radius,
                                                               std::size_t count) {
    double error = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const double difference = std::abs(normals[k] - radius * factors[k]);
        error = difference > error ? difference : error;
    }
    return error;
}

}  // namespace

NormalErrors normal_errors_at_16_bits(std::uint64_t stride, bool second) {
    const numeric::BoxMuller unit(16);
    std::vector<std::uint64_t> u2;
    std::vector<double> factors;
    for (std::uint64_t state = stride; state < 65536; state += stride) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(state) / 65536;
        u2.push_back(state);
        factors.push_back(second ? std::sin(angle) : std::cos(angle));
    }
    NormalErrors errors;
    std::vector<std::uint64_t> u1(u2.size());
    std::vector<numeric::Word> normals(u2.size());
    for (std::uint64_t state = 1; state < 65536; ++state) {
        if (second) {
            std::transform(u2.begin(), u2.end(), normals.begin(),
                           [&](std::uint64_t other) { return unit.second(state, other); });
        } else {
            std::fill(u1.begin(), u1.end(), state);
            unit.first(u1.data(), u2.data(), normals.data(), static_cast<std::int64_t>(u2.size()));
        }
        const double radius = std::sqrt(-2 * std::log(static_cast<double>(state) / 65536));
        double& error = radius > 0.01 ? errors.in_steps : errors.in_steps_near_one;
        error = std::max(error, largest_error(normals.data(), factors.data(), 4096 * radius, u2.size()));
        errors.pairs += static_cast<std::int64_t>(u2.size());
    }
    return errors;
}

}  // namespace quell::test
