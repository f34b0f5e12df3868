// Working memory that threads borrow for one image and give back, so that an executor can be const and
// shared.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace quell::network {

template <typename Workspace>
class WorkspacePool {
public:
    explicit WorkspacePool(std::function<Workspace()> make) : make_(std::move(make)) {}

    class Loan {
    public:
        Loan(WorkspacePool& pool, std::unique_ptr<Workspace> workspace)
            : pool_(pool), workspace_(std::move(workspace)) {}
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        ~Loan() { pool_.give_back(std::move(workspace_)); }
        Workspace& operator*() const { return *workspace_; }

    private:
        WorkspacePool& pool_;
        std::unique_ptr<Workspace> workspace_;
    };

    // One that is free, or a new one.
    Loan borrow() {
        {
            const std::lock_guard lock(mutex_);
            if (!free_.empty()) {
                std::unique_ptr<Workspace> workspace = std::move(free_.back());
                free_.pop_back();
                return Loan(*this, std::move(workspace));
            }
        }
        return Loan(*this, std::make_unique<Workspace>(make_()));
    }

private:
    void give_back(std::unique_ptr<Workspace> workspace) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(workspace));
    }

    std::function<Workspace()> make_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace quell::network
