#include "models/numeric/counter_random.h"
#include "tests/support/catch.h"

#include <cstdint>
#include <utility>

using namespace quell::numeric;

namespace {

// Philox4x32-10 written out from the paper (Salmon et al., SC 2011, section 3.3), as an independent second.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::uint32_t k0, std::uint32_t k1) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0], p1 = std::uint64_t{0xCD9E8D57} * c[2];
        c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
             static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    return c;
}

}  // namespace

TEST_CASE("the second implementation gives the published answer", "[counter_random]") {
    // Known-answer vector of the Random123 distribution: counter and key all ones.
    const auto words = philox({~0U, ~0U, ~0U, ~0U}, ~0U, ~0U);
    CHECK(words == std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("seed, purpose and indices lie in key and counter as documented", "[counter_random]") {
    const std::uint64_t seed = 0x0123456789abcdef, a = 0xfedcba9876543210;
    CHECK(random_words(seed, Purpose::denoiser_base_seed, a, 77) ==
          philox({0x76543210, 0xfedcba98, 77, 0x44454E4F}, 0x89abcdef, 0x01234567));
    CHECK(random_words(0, Purpose::drawn_block_tensor, 0, 0) == philox({0, 0, 0, 0x424C4F43}, 0, 0));
}

TEST_CASE("many counters at once give the words of one by one, over the end of the first counter word") {
    const std::array<std::uint32_t, 4> counter{0xFFFFFFF0U, 7, 9,
                                               static_cast<std::uint32_t>(quell::numeric::Purpose::chip)};
    std::array<std::uint32_t, 4 * 64> words{};
    quell::numeric::philox({0x12345678U, 0x9ABCDEF0U}, counter, 64, words.data());
    for (std::uint32_t i = 0; i < 64; ++i) {
        const std::uint64_t a = std::uint64_t{7} << 32 | (counter[0] + i);
        const auto one =
            quell::numeric::random_words(0x9ABCDEF012345678U, quell::numeric::Purpose::chip, a, 9);
        for (std::size_t w = 0; w < 4; ++w) CHECK(words[w * 64 + i] == one[w]);
    }
}
