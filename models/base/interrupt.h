// Ctrl-C as a question that is asked between two steps.
#pragma once

#include <csignal>

namespace quell {

// While it lives, the first SIGINT, SIGTERM or SIGHUP is kept for `requested`; the second ends the process.
class InterruptWatch {
public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

    bool requested() const;

private:
    struct sigaction interrupt_before_, termination_before_, hangup_before_;
};

}  // namespace quell
