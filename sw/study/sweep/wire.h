// Records and chunks as bytes between processes of one program on one machine or several of a kind.
#pragma once

#include "sw/study/sweep/sweep_database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quell::study {

// Points that are computed one after the other.
struct Chunk {
    std::int64_t first = 0, count = 0;
};

std::string to_bytes(const PointRecord& record);
std::string to_bytes(const Chunk& chunk);
// Throw Error for bytes that are no such thing.
PointRecord record_from(std::string_view bytes);
Chunk chunk_from(std::string_view bytes);

// A message is its length, 8 bytes, and its bytes.
std::string framed(std::string_view message);
// The first whole message of what arrived so far, taken out of it.
std::optional<std::string> take_message(std::string& arrived);

}  // namespace quell::study
