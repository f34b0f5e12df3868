// Workers on other ranks, as rank 0 sees them.
#pragma once

#include "sw/study/sweep/mpi/messages.h"
#include "sw/study/sweep/workforce.h"

#include <vector>

namespace quell::study {

class MpiWorkforce final : public Workforce {
public:
    // Waits until every other rank has said how many workers it has. Throws Error naming the rank that has
    // none, and why.
    MpiWorkforce();

    std::vector<std::size_t> idle() override;
    void give(std::size_t worker, const Chunk& chunk) override;
    Arrivals wait(std::chrono::milliseconds patience) override;

private:
    struct Worker {
        int rank = 0;
        std::size_t number = 0;  // on its rank
        std::int64_t to_come = 0;
    };
    Worker& worker_of(int rank, std::size_t number);
    void take(const MpiMessage& message, Arrivals& arrivals);

    std::vector<Worker> workers_;
};

// Ends all other ranks' work; to be called once, whatever came before.
void stop_other_ranks();

}  // namespace quell::study
