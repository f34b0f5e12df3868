#include "hw/pe_array.h"

#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"
#include "tests/support/systemc_fixture.h"

#include <deque>
#include <random>

using namespace quell;
using numeric::Word;

namespace {

// The array without its skew: everything happens at once in the cycle in which it is on the buses.
struct PlainArray {
    std::array<std::array<Word, 3>, 3> shadow{}, active{};

    void take_over(unsigned zero_mask) {
        for (int r = 0; r < 3; ++r) {
            for (int c = 0; c < 3; ++c) {
                active[r][c] = (zero_mask >> (3 * r + c)) % 2 != 0 ? Word{0} : shadow[r][c];
            }
        }
    }
    std::array<std::int64_t, 3> sums(const std::array<Word, 3>& weights) const {
        std::array<std::int64_t, 3> sums{};
        for (int c = 0; c < 3; ++c) {
            for (int r = 0; r < 3; ++r) sums[c] += std::int64_t{active[r][c]} * weights[r];
        }
        return sums;
    }
    void load(const hw::LoadControl& load, const hw::WordBus& bus, int tile_position) {
        for (int r = 0; r < 3; ++r) {
            for (int c = 0; c < 3; ++c) {
                const bool window = load.target == hw::LoadTarget::window;
                if (load.target == hw::LoadTarget::none || (!window && load.row != r)) continue;
                const int k = tile_position + c + (window ? r : 0) - load.first;
                if (k >= 0 && k < bus.count) shadow[r][c] = bus.words[k];
            }
        }
    }
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "the array gives every channel's sums five cycles after its weights") {
    GIVEN("an array somewhere in the tile, weights coming 1, 2 or 3 in a cycle") {
        const int seed = GENERATE(range(0, 12));
        const int weight_words = 1 + seed % 3;
        std::mt19937 random(static_cast<unsigned>(seed));
        const auto pick = [&](int least, int most) {
            return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
        };
        const auto word = [&] { return static_cast<Word>(pick(0, 9) == 0 ? -32768 : pick(-32768, 32767)); };
        const int core = pick(0, 5), tile_position = 3 * core;
        hw::PeArrays arrays("arrays", core + pick(1, 3));
        const int cores = core + 1;
        PlainArray plain;

        WHEN("loads, take-overs and channels come at random, passes as short as one channel") {
            struct Due {
                timing::Cycles at;
                std::array<std::int64_t, 3> sums;
                std::uint16_t output;
            };
            std::deque<Due> due;
            std::array<Word, 3> weights{};
            int row = 3, takes = 0;
            for (timing::Cycles now = 0; now < 4000; ++now) {
                hw::StreamControl stream;
                hw::LoadControl load;
                hw::WordBus weight_bus, activations;
                if (row >= 3 && pick(0, 9) > 1) {
                    row = 0;
                    weights = {word(), word(), word()};
                    stream.channel = true;
                    stream.take_over = pick(0, 1) == 0;
                    stream.output = static_cast<std::uint16_t>(now);
                }
                const auto mask = static_cast<std::uint16_t>(pick(0, 1) == 0 ? 0 : pick(0, 511));
                if (stream.channel) {
                    if (stream.take_over) plain.take_over(mask);
                    takes += stream.take_over;
                    due.push_back({now + 5, plain.sums(weights), stream.output});
                }
                stream.first_row = static_cast<std::uint8_t>(std::min(row, 2));
                for (int k = 0; k < weight_words && row < 3; ++k)
                    weight_bus.words[weight_bus.count++] = weights[row++];
                if (pick(0, 3) > 0) {
                    load.target = pick(0, 1) == 0 ? hw::LoadTarget::row : hw::LoadTarget::window;
                    load.row = static_cast<std::uint8_t>(pick(0, 2));
                    load.first = static_cast<std::uint16_t>(pick(0, tile_position + 6));
                }
                activations.count = static_cast<std::uint16_t>(pick(1, 16));
                for (int k = 0; k < activations.count; ++k) activations.words[k] = word();
                plain.load(load, activations, tile_position);

                const hw::PeArrays::Channel* result = arrays.result();
                const bool expected = !due.empty() && due.front().at == now;
                if ((result != nullptr) != expected) FAIL("cycle " << now);
                if (expected) {
                    const std::array<std::int64_t, 3> sums{arrays.result_sums(0)[core],
                                                           arrays.result_sums(1)[core],
                                                           arrays.result_sums(2)[core]};
                    if (sums != due.front().sums || result->output != due.front().output) {
                        FAIL("wrong sums in cycle " << now);
                    }
                    due.pop_front();
                }
                hw::ZeroMasks masks;
                // The others' masks are their own.
                for (std::uint16_t& other : masks.core) other = static_cast<std::uint16_t>(~mask & 511);
                masks.core[static_cast<std::size_t>(core)] = mask;
                arrays.step(stream, weight_bus, masks, load, activations, cores);
            }
            THEN("they are those of an array that does all at once") {
                CHECK(takes > 400);
                CHECK(due.size() <= 5);
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "weights that come after the partial sums passed their row are refused") {
    hw::PeArrays array("array", 1);
    hw::StreamControl stream;
    stream.channel = true;
    hw::WordBus weights, none;
    weights.count = 1;
    weights.words[0] = 1;
    array.step(stream, weights, hw::ZeroMasks{}, {}, none, 1);
    array.step({}, none, hw::ZeroMasks{}, {}, none, 1);
    stream.channel = false;
    stream.first_row = 1;  // two cycles after row 0
    CHECK_THROWS_WITH(array.step(stream, weights, hw::ZeroMasks{}, {}, none, 1),
                      test::contains("array: 1 weights from row 1 on, 2 cycles"));
}
