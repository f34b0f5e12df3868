#include "sw/train/interrupt.h"

#include <ctime>

namespace quell::train {

InterruptWatch::InterruptWatch() {
    sigemptyset(&watched_);
    sigaddset(&watched_, SIGINT);
    sigaddset(&watched_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &watched_, &before_);
}

InterruptWatch::~InterruptWatch() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool InterruptWatch::requested() {
    const timespec at_once{0, 0};
    if (!requested_) requested_ = sigtimedwait(&watched_, nullptr, &at_once) > 0;
    return requested_;
}

}  // namespace quell::train
