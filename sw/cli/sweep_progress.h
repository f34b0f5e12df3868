// How far a sweep is: one line on a terminal, written over a few times a second; nothing elsewhere.
#pragma once

#include "sw/study/sweep/sweep_run.h"

#include <unistd.h>

#include <fmt/ostream.h>

#include <chrono>
#include <ostream>

namespace quell::cli {

class SweepProgressLine {
public:
    explicit SweepProgressLine(std::ostream& err) : err_(err), terminal_(::isatty(STDERR_FILENO) != 0) {}

    void show(const study::SweepProgress& progress) {
        const auto now = Clock::now();
        if (!terminal_ || now - last_ < std::chrono::milliseconds(200)) return;
        last_ = now;
        const double seconds = std::chrono::duration<double>(now - begin_).count();
        const double rate = seconds > 0 ? static_cast<double>(progress.computed) / seconds : 0;
        fmt::print(err_, "\r\033[K{} of {} points", progress.recorded, progress.points);
        if (progress.failed > 0) fmt::print(err_, ", {} failed", progress.failed);
        if (rate > 0) {
            const auto left =
                static_cast<std::int64_t>(static_cast<double>(progress.points - progress.recorded) / rate);
            fmt::print(err_, ", {:.3g}/s, {}:{:02}:{:02} left", rate, left / 3600, left / 60 % 60, left % 60);
        }
        err_ << std::flush;
    }

    void clear() {
        if (terminal_) err_ << "\r\033[K" << std::flush;
    }

private:
    using Clock = std::chrono::steady_clock;
    std::ostream& err_;
    bool terminal_;
    Clock::time_point begin_ = Clock::now(), last_{};
};

}  // namespace quell::cli
