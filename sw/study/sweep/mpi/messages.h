// What the ranks of a sweep tell each other (docs/sweeps.md, "Many machines"). Rank 0 hands out points and
// writes the database; every other rank has workers of its own, which compute them.
#pragma once

#include <mpi.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace quell::study {

enum class MpiTag : int {
    hello = 1,  // to rank 0, once: how many workers there are, or why there are none
    chunk,      // from rank 0: a worker's number and its chunk
    record,     // to rank 0: a worker's number and the record of its next point
    returned,   // to rank 0: a worker's number and a chunk that is to be given again
    stop        // from rank 0, the last message
};

struct MpiMessage {
    int rank = 0;
    MpiTag tag = MpiTag::stop;
    std::string bytes;
};

void send(int rank, MpiTag tag, std::string_view bytes);

// The next message from anyone; nothing when none came in time. Sleeps between looks: a rank that waits
// leaves its processor to the workers.
std::optional<MpiMessage> receive(std::chrono::milliseconds patience);

// A worker's number before what is about it.
std::string numbered(std::size_t worker, std::string_view bytes);
std::size_t take_number(std::string_view& bytes);

}  // namespace quell::study
