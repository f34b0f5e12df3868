#include "models/base/interrupt.h"

namespace quell {
namespace {

// A signal handler may write this and nothing else. Masking the signals and waiting for them would need no
// such flag, but libraries start threads before main, which no mask of ours reaches.
volatile std::sig_atomic_t interrupted = 0;

void remember(int) {
    interrupted = 1;
}

}  // namespace

InterruptWatch::InterruptWatch() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = remember;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &interrupt_before_);
    sigaction(SIGTERM, &action, &termination_before_);
    // The terminal is gone; nohup says that this does not matter.
    sigaction(SIGHUP, nullptr, &hangup_before_);
    if (hangup_before_.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

InterruptWatch::~InterruptWatch() {
    sigaction(SIGINT, &interrupt_before_, nullptr);
    sigaction(SIGTERM, &termination_before_, nullptr);
    sigaction(SIGHUP, &hangup_before_, nullptr);
}

bool InterruptWatch::requested() const {
    return interrupted != 0;
}

}  // namespace quell
