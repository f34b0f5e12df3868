// Worker processes on this machine.
#pragma once

#include "sw/study/sweep/point_runner.h"
#include "sw/study/sweep/workforce.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace quell::study {

class LocalWorkforce final : public Workforce {
public:
    // Workers are forks of this process and share what the runner has read. Before the process has threads of
    // its own. Throws Error when no process can be had.
    LocalWorkforce(PointRunner& runner, int workers);
    // Ends them, whatever they are at.
    ~LocalWorkforce() override;

    std::vector<std::size_t> idle() override;
    void give(std::size_t worker, const Chunk& chunk) override;
    Arrivals wait(std::chrono::milliseconds patience) override;

private:
    struct Worker {
        pid_t process = -1;
        int to = -1, from = -1;  // pipes
        Chunk chunk;             // what is still to come of it
        std::string arrived;     // not yet a whole message
    };

    void start(Worker& worker);
    void take(Worker& worker, Arrivals& arrivals);
    void bury(Worker& worker, Arrivals& arrivals);

    PointRunner& runner_;
    std::vector<Worker> workers_;
};

}  // namespace quell::study
