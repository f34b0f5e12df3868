#include "models/numeric/lfsr_rounds.h"

#include "models/base/error.h"
#include "models/numeric/lfsr_vectors.h"

namespace quell::numeric {

LfsrStride::LfsrStride(int width) {
    if (width > kWidest) throw Error("strides are for registers of up to {} bits, {} came", kWidest, width);
    const LfsrMap map =
        LfsrMap::jump(width, kRounds * static_cast<std::uint64_t>(lfsr_leap(width)) % lfsr_period(width));
    for (std::size_t nibble = 0; nibble < 8; ++nibble) {
        for (std::uint64_t value = 0; value < 16; ++value) {
            const std::uint64_t part = (value << (4 * nibble)) & lfsr_period(width);
            const std::uint64_t next = map(part);
            for (std::size_t byte = 0; byte < 4; ++byte) {
                tables_[byte][nibble][value] = static_cast<std::uint8_t>(next >> (8 * byte));
            }
        }
    }
}

LfsrRounds::LfsrRounds(const LfsrLeap& leap, const LfsrStride& stride, std::span<const std::uint64_t> streams)
    : stride_(&stride),
      streams_(static_cast<std::int64_t>(streams.size())),
      planes_(4 * static_cast<std::size_t>(LfsrStride::kRounds) * streams.size()) {
    for (std::size_t stream = 0; stream < streams.size(); ++stream) {
        std::uint64_t state = streams[stream];
        for (std::size_t round = 0; round < LfsrStride::kRounds; ++round, state = leap(state)) {
            const std::size_t place = round * streams.size() + stream;
            for (std::size_t byte = 0; byte < 4; ++byte) {
                planes_[place / 32 * 128 + 32 * byte + lfsr_vector_slot(place % 32)] =
                    static_cast<std::uint8_t>(state >> (8 * byte));
            }
        }
    }
}

void LfsrRounds::next(std::uint32_t* states) {
    lfsr_vectors_next(stride_->table(0, 0), planes_.data(), states, streams_);
}

}  // namespace quell::numeric
