// The vector paths against the scalar definitions of the same classes, which box_muller_test.cpp and
// lfsr_test.cpp hold against formulas.
#include "models/numeric/vectors.h"
#include "models/base/error.h"
#include "models/numeric/box_muller.h"
#include "models/numeric/lfsr_rounds.h"
#include "tests/support/catch.h"

#include <random>
#include <vector>

using namespace quell;
using namespace quell::numeric;

namespace {

// Pads to whole vectors and compares every normal with the scalar one.
void compare(const BoxMuller& unit, std::vector<std::uint32_t> u1, std::vector<std::uint32_t> u2) {
    REQUIRE(u1.size() == u2.size());
    while (u1.size() % 32 != 0) {
        u1.push_back(1);
        u2.push_back(0);
    }
    std::vector<Word> normals(u1.size());
    unit.first(u1.data(), u2.data(), normals.data(), static_cast<std::int64_t>(normals.size()));
    for (std::size_t i = 0; i < u1.size(); ++i) {
        if (normals[i] != unit.first(std::uint64_t{u1[i]}, std::uint64_t{u2[i]})) {
            FAIL("width " << unit.width() << ", states " << u1[i] << " and " << u2[i] << ": " << normals[i]);
        }
    }
}

}  // namespace

TEST_CASE("vectors of Box-Muller: every U1 and every U2 of 16 bits", "[vectors]") {
    if (!has_vectors()) return;
    const BoxMuller unit(16);
    std::vector<std::uint32_t> u1, u2;
    for (std::uint32_t state = 1; state < 65536; ++state) {
        u1.push_back(state);
        u2.push_back(state * 40503 & 0xFFFF);
    }
    compare(unit, u1, u2);
    compare(unit, u2, u1);
    // The farthest normals show every bit of the root and of the cosine.
    compare(unit, u1, std::vector<std::uint32_t>(u1.size(), 0));
    compare(unit, std::vector<std::uint32_t>(u1.size(), 1), u1);
}

TEST_CASE("vectors of Box-Muller: every logarithm and every cosine there is", "[vectors]") {
    if (!has_vectors()) return;
    // 25 bits: every fraction of 24 bits below the highest one, and every phase.
    const BoxMuller unit(25);
    constexpr std::uint32_t piece = 1 << 16;
    std::vector<std::uint32_t> states(piece), others(piece);
    for (std::uint32_t first = 0; first < 1U << 25; first += piece) {
        for (std::uint32_t k = 0; k < piece; ++k) {
            states[k] = std::max(first + k, 1U);
            others[k] = 0;  // cos = 1
        }
        compare(unit, states, others);
        std::fill(others.begin(), others.end(), 1U);  // the largest radius
        compare(unit, others, states);
    }
}

TEST_CASE("vectors of Box-Muller: all widths, at the ends and in between", "[vectors]") {
    if (!has_vectors()) return;
    std::mt19937_64 random(20260917);
    for (int width = kNarrowestLfsr; width <= 32; ++width) {
        const auto most = static_cast<std::uint32_t>(lfsr_period(width));
        std::vector<std::uint32_t> edges;
        for (int bit = 0; bit < width; ++bit) {
            const std::uint32_t power = 1U << bit;
            for (const std::uint32_t edge : {power, power - 1, power + 1, most - power, most - power + 1}) {
                if (edge != 0 && edge <= most) edges.push_back(edge);
            }
        }
        std::vector<std::uint32_t> u1, u2;
        for (const std::uint32_t a : edges) {
            for (const std::uint32_t b : edges) {
                u1.push_back(a);
                u2.push_back(b);
            }
        }
        for (int k = 0; k < 50000; ++k) {
            const auto a = static_cast<std::uint32_t>(random()) & most;
            const auto b = static_cast<std::uint32_t>(random()) & most;
            const unsigned fewer = static_cast<unsigned>(random() % static_cast<unsigned>(width));
            for (const std::uint32_t state : {a, a >> fewer, most - (a >> fewer)}) {
                u1.push_back(std::max(state, 1U));
                u2.push_back(b);
            }
        }
        compare(BoxMuller(width), u1, u2);
    }
}

TEST_CASE("rounds of registers are the leaps of each", "[vectors]") {
    if (!has_vectors()) return;
    for (int width = kNarrowestLfsr; width <= LfsrStride::kWidest; ++width) {
        const LfsrLeap leap(width);
        const LfsrStride stride(width);
        for (const int streams : {1, 2, 3, 4, 7, 64}) {
            std::vector<std::uint64_t> states = LfsrStreams(width, streams).starts(4711);
            LfsrRounds rounds(leap, stride, states);
            std::vector<std::uint32_t> block(static_cast<std::size_t>(rounds.size()));
            REQUIRE(block.size() == 32 * states.size());
            for (int repetition = 0; repetition < 5; ++repetition) {
                rounds.next(block.data());
                std::size_t at = 0;
                for (int round = 0; round < 32; ++round) {
                    for (std::uint64_t& state : states) {
                        if (block[at++] != state) FAIL("width " << width << ", " << streams << " streams");
                        state = leap(state);
                    }
                }
            }
        }
    }
    CHECK_THROWS_WITH(LfsrStride(33), test::contains("32 bits, 33"));
}
