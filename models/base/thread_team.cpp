#include "models/base/thread_team.h"

#include <algorithm>
#include <utility>

namespace quell {

namespace {

// Looks for a while before it sleeps: waking takes longer than a short piece of work.
template <typename T>
T wait_while(const std::atomic<T>& value, T old) {
    constexpr int looks = 2000;
    for (int look = 0; look < looks; ++look) {
        const T now = value.load(std::memory_order_acquire);
        if (now != old) return now;
    }
    value.wait(old, std::memory_order_acquire);
    return value.load(std::memory_order_acquire);
}

}  // namespace

ThreadTeam::ThreadTeam(int members) {
    if (members == 0) members = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    for (int member = 1; member < members; ++member) others_.emplace_back([this, member] { serve(member); });
}

ThreadTeam::~ThreadTeam() {
    ended_ = true;
    ++round_;
    round_.notify_all();
}

void ThreadTeam::run(const std::function<void(int)>& work) {
    work_ = &work;
    if (!others_.empty()) {
        busy_ = static_cast<int>(others_.size());
        ++round_;
        round_.notify_all();
    }
    attempt(0);
    for (int busy = busy_; busy != 0; busy = wait_while(busy_, busy)) {
    }
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadTeam::serve(int member) {
    for (std::uint32_t round = 0;;) {
        round = wait_while(round_, round);
        if (ended_) return;
        attempt(member);
        if (--busy_ == 0) busy_.notify_one();
    }
}

void ThreadTeam::attempt(int member) {
    try {
        (*work_)(member);
    } catch (...) {
        const std::lock_guard lock(failure_mutex_);
        if (!failure_) failure_ = std::current_exception();
    }
}

}  // namespace quell
