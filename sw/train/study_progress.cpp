#include "sw/train/study_progress.h"

#include <unistd.h>

#include <fmt/format.h>

#include <iostream>

namespace quell::train {

using Clock = std::chrono::steady_clock;

StudyProgress::StudyProgress(double work)
    : terminal_(isatty(STDERR_FILENO) != 0), all_(work), begin_(Clock::now()) {}

void StudyProgress::begin(const std::string& what, double work) {
    what_ = what;
    now_ = work;
}

std::string StudyProgress::left(double part) const {
    const double done = done_ + part * now_;
    if (!(done > 0)) return "";
    const double seconds =
        std::chrono::duration<double>(Clock::now() - begin_).count() / done * std::max(0.0, all_ - done);
    const auto minutes = static_cast<std::int64_t>(seconds / 60);
    return fmt::format("{}:{:02}:{:02} left", minutes / 60, minutes % 60,
                       static_cast<std::int64_t>(seconds) % 60);
}

void StudyProgress::show(const StepReport& r) {
    if (!terminal_) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    const double part =
        (static_cast<double>(r.epoch) + static_cast<double>(r.step) / static_cast<double>(r.steps)) /
        static_cast<double>(r.epochs);
    std::cerr << fmt::format("\r\033[K{}: epoch {}/{}  loss {:.4f}  accuracy {:.2f} %  {:.0f} images/s  {}",
                             what_, r.epoch + 1, r.epochs, r.loss, r.accuracy_percent, r.images_per_second,
                             left(part))
              << std::flush;
}

void StudyProgress::end(const std::string& outcome) {
    clear();
    done_ += now_;
    now_ = 0;
    std::cerr << fmt::format("{}: {}; {}\n", what_, outcome, left(0));
}

void StudyProgress::clear() {
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
}

}  // namespace quell::train
