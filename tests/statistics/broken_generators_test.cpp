// The checks must see what is wrong: each generator here has one fault, and the sound one beside it none.
#include "models/numeric/box_muller.h"
#include "models/numeric/lfsr.h"
#include "tests/statistics/checks.h"
#include "tests/statistics/seed.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <string>

using namespace quell;
using namespace quell::statistics;

namespace {

constexpr int kLanes = 2;
constexpr std::int64_t kSamples = 1000000;
constexpr Generator kSound{48, kLanes, 1};  // of an odd leap, so that its streams are sound

Comparisons checked(const Draw& draw) {
    Comparisons comparisons;
    check_normals(draw, kLanes, kSamples, comparisons);
    return comparisons;
}

bool has_alarm(const Comparisons& comparisons, const std::string& part) {
    return std::any_of(comparisons.alarms().begin(), comparisons.alarms().end(),
                       [&](const std::string& alarm) { return alarm.find(part) != std::string::npos; });
}

// The sound generator's words, each changed alone.
template <typename Change>
Draw changed(std::uint64_t seed, Change change) {
    return [draw = normals(kSound, seed), change](std::vector<Series>& series) {
        draw(series);
        for (Series& lane : series) {
            for (numeric::Word& word : lane) word = change(word);
        }
    };
}

// Box-Muller on two registers of 48 bits that advance by `steps` a sample; lane l starts from seed + l.
Draw stepping(std::uint64_t seed, std::uint64_t steps) {
    struct State {
        numeric::LfsrMap advance;
        numeric::BoxMuller unit;
        std::vector<std::uint64_t> registers;
    };
    State state{numeric::LfsrMap::jump(48, steps), numeric::BoxMuller(48), {}};
    for (std::uint64_t k = 0; k < 2 * kLanes; ++k) {
        state.registers.push_back(numeric::LfsrMap::jump(48, 1000003 * (seed + k))(0x123456789ABC));
    }
    return [state](std::vector<Series>& series) mutable {
        for (std::size_t lane = 0; lane < series.size(); ++lane) {
            auto &u1 = state.registers[2 * lane], &u2 = state.registers[2 * lane + 1];
            for (numeric::Word& word : series[lane]) {
                word = state.unit.first(u1, u2);
                u1 = state.advance(u1);
                u2 = state.advance(u2);
            }
        }
    };
}

}  // namespace

TEST_CASE("the generator that the faults are put into passes", "[statistics]") {
    const auto sound = checked(normals(kSound, announced_seed()));
    WARN(sound.report());
    CHECK(sound.alarms().empty());
}

TEST_CASE("a scale error of half a per cent is seen", "[statistics]") {
    const auto broken = checked(changed(announced_seed(), [](numeric::Word word) {
        return static_cast<numeric::Word>(std::lround(1.005 * word));
    }));
    CHECK(has_alarm(broken, "all lanes: variance"));
}

TEST_CASE("an offset of six thousandths is seen", "[statistics]") {
    const auto broken = checked(
        changed(announced_seed(), [](numeric::Word word) { return static_cast<numeric::Word>(word + 25); }));
    CHECK(has_alarm(broken, "all lanes: mean"));
}

TEST_CASE("a wider positive side is seen as skewness", "[statistics]") {
    const auto broken = checked(changed(announced_seed(), [](numeric::Word word) {
        return static_cast<numeric::Word>(word > 0 ? std::lround(1.01 * word) : std::lround(0.99 * word));
    }));
    CHECK(has_alarm(broken, "all lanes: skewness"));
}

TEST_CASE("words of eight fraction bits fewer are seen as a distribution of steps", "[statistics]") {
    const auto broken = checked(changed(announced_seed(), [](numeric::Word word) {
        return static_cast<numeric::Word>(((word + 128) >> 8) * 256);
    }));
    CHECK(has_alarm(broken, "all lanes: Kolmogorov-Smirnov"));
}

TEST_CASE("a tail that ends at four sigma is seen", "[statistics]") {
    const auto broken = checked(changed(announced_seed(), [](numeric::Word word) {
        return std::clamp<numeric::Word>(word, -4 * 4096, 4 * 4096);
    }));
    CHECK(has_alarm(broken, "all lanes: samples beyond 4 sigma"));
}

TEST_CASE("the sum of twelve uniforms is seen not to be normal", "[statistics]") {
    // Its kurtosis is 2.9.
    const Draw uniforms = registers({53, 12, 1}, announced_seed());
    std::vector<Series> parts(24);
    const auto broken = checked([&](std::vector<Series>& series) {
        for (Series& part : parts) part.resize(series.front().size());
        uniforms(parts);
        for (std::size_t lane = 0; lane < series.size(); ++lane) {
            for (std::size_t n = 0; n < series[lane].size(); ++n) {
                int sum = 0;
                for (std::size_t k = 0; k < 12; ++k) sum += parts[12 * lane + k][n];
                series[lane][n] = static_cast<numeric::Word>(sum + 6);
            }
        }
    });
    CHECK(has_alarm(broken, "all lanes: kurtosis"));
}

TEST_CASE("a register that advances by one step a sample is seen", "[statistics]") {
    const auto broken = checked(stepping(announced_seed(), 1));
    WARN(broken.report());
    CHECK(has_alarm(broken, "correlation of values"));
    CHECK(has_alarm(broken, "correlation of magnitudes"));
    const auto whole_words = checked(stepping(announced_seed(), 53));
    CHECK(whole_words.alarms().empty());
}

TEST_CASE("two lanes with one seed are seen, and at a lag as well", "[statistics]") {
    for (const std::size_t lag : {0, 1, 64}) {
        const Draw draw = normals(kSound, announced_seed());
        Series past(lag, 0);
        const auto broken = checked([&](std::vector<Series>& series) {
            draw(series);
            past.insert(past.end(), series[0].begin(), series[0].end());
            std::copy_n(past.begin(), series[1].size(), series[1].begin());
            past.erase(past.begin(), past.end() - static_cast<std::ptrdiff_t>(lag));
        });
        const std::string name = "lanes 0 and 1, lag " + std::to_string(lag) + ": correlation of ";
        CHECK(has_alarm(broken, name + "values"));
        CHECK(has_alarm(broken, name + "magnitudes"));
        CHECK(broken.alarms().size() == 2);
    }
}

TEST_CASE("one radius for two lanes is seen in the magnitudes alone", "[statistics]") {
    // Lane 1 takes lane 0's magnitudes with signs of its own.
    const auto broken = checked([draw = normals(kSound, announced_seed())](std::vector<Series>& series) {
        draw(series);
        for (std::size_t n = 0; n < series[0].size(); ++n) {
            const int magnitude = std::abs(int{series[0][n]});
            series[1][n] = static_cast<numeric::Word>(series[1][n] < 0 ? -magnitude : magnitude);
        }
    });
    CHECK(broken.alarms().size() == 1);
    CHECK(has_alarm(broken, "lanes 0 and 1, lag 0: correlation of magnitudes"));
}

TEST_CASE("registers that share bits are seen", "[statistics]") {
    // The second register is four steps ahead of the first: its low 28 bits are the first's high ones, so
    // that as fractions they correlate by 2^-4.
    const numeric::LfsrLeap leap(32);
    std::uint64_t ahead = 0x12345678, behind = numeric::LfsrMap::jump(32, 4)(ahead);
    const auto top = [](std::uint64_t word) {
        return static_cast<numeric::Word>(static_cast<int>(word >> 20) - 2048);
    };
    Comparisons broken;
    check_registers(
        [&](std::vector<Series>& series) {
            for (std::size_t n = 0; n < series[0].size(); ++n) {
                series[0][n] = top(ahead);
                series[1][n] = top(behind);
                ahead = leap(ahead);
                behind = leap(behind);
            }
        },
        2, kSamples, broken);
    CHECK(broken.alarms().size() == 1);
    CHECK(has_alarm(broken, "registers 0 and 1, lag 0: correlation of top bits: 0.06"));
}

TEST_CASE("bounds are those of a false alarm in two thousand million comparisons", "[statistics]") {
    CHECK(2 * normal_distribution(-kCriticalNormal) == Approx(kFalseAlarm).epsilon(1e-4));
    // By hand: P(X <= 1) = 3 e^-2 for a mean of 2.
    CHECK(poisson_below_or_at(1, 2) == Approx(3 * std::exp(-2.0)));
    Comparisons counts;
    counts.count("none of 21 expected", 0, 21);  // e^-21 = 7.6e-10
    CHECK(counts.alarms().empty());
    counts.count("none of 23 expected", 0, 23);  // e^-23 = 1.0e-10
    CHECK(counts.alarms().size() == 1);
    counts.count("seven of 0.1 expected", 7, 0.1);  // 0.1^7 / 7! = 2e-11
    CHECK(counts.alarms().size() == 2);
    counts.count("five of 0.1 expected", 5, 0.1);  // 0.1^5 / 5! = 8e-8
    CHECK(counts.alarms().size() == 2);
}
