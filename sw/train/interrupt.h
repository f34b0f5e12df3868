// Ctrl-C as a question that is asked between two steps.
#pragma once

#include <csignal>

namespace quell::train {

// While it lives, SIGINT and SIGTERM wait instead of ending the process. To be made before any other thread.
class InterruptWatch {
public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

    bool requested();  // stays true

private:
    sigset_t watched_, before_;
    bool requested_ = false;
};

}  // namespace quell::train
