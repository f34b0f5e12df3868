// A few threads that do one piece of work together, again and again, without being made anew each time.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace quell {

class ThreadTeam {
public:
    // members: the caller and members - 1 threads; 0 for as many as the processor runs at once.
    explicit ThreadTeam(int members);
    ~ThreadTeam();
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;

    int members() const { return 1 + static_cast<int>(others_.size()); }

    // Calls work(0) here and work(1), ... work(members - 1) on the others at the same time; returns when all
    // have returned. Throws what one of them has thrown.
    void run(const std::function<void(int member)>& work);

private:
    void serve(int member);
    void attempt(int member);

    const std::function<void(int)>* work_ = nullptr;
    std::atomic<std::uint32_t> round_{0};  // goes up with every piece of work
    std::atomic<int> busy_{0};             // others that have not yet returned
    std::atomic<bool> ended_{false};
    std::mutex failure_mutex_;
    std::exception_ptr failure_;
    std::vector<std::jthread> others_;
};

// The things first..end of a row of them.
struct Share {
    std::int64_t first, end;
};

// The piece of `count` things, in order, that is `member`'s of `members`.
constexpr Share share_of(std::int64_t count, int member, int members) {
    return {count * member / members, count * (member + 1) / members};
}

}  // namespace quell
