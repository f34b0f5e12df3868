#include "models/network/executor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace quell::network {

void for_each_image(std::int64_t count, int threads,
                    const std::function<void(std::int64_t image, int worker)>& work) {
    std::int64_t workers =
        threads > 0 ? threads : static_cast<std::int64_t>(std::thread::hardware_concurrency());
    workers = std::clamp<std::int64_t>(workers, 1, std::max<std::int64_t>(count, 1));

    std::atomic<std::int64_t> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto loop = [&](int worker) {
        try {
            while (!failed) {
                const std::int64_t image = next++;
                if (image >= count) return;
                work(image, worker);
            }
        } catch (...) {
            const std::lock_guard lock(failure_mutex);
            if (!failure) failure = std::current_exception();
            failed = true;
        }
    };
    {
        std::vector<std::jthread> others;
        for (int worker = 1; worker < workers; ++worker) others.emplace_back(loop, worker);
        loop(0);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace quell::network
