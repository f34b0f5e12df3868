#include "sw/train/progress.h"

#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace quell::train {

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressLine::show(const StepReport& r) {
    if (!terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    const auto left = static_cast<std::int64_t>(r.seconds_left);
    std::cerr
        << fmt::format(
               "\repoch {}/{}  step {}/{}  loss {:.4f}  accuracy {:.2f} %  {:.0f} images/s  {}:{:02} left ",
               r.epoch + 1, r.epochs, r.step, r.steps, r.loss, r.accuracy_percent, r.images_per_second,
               left / 60, left % 60)
        << std::flush;
}

void ProgressLine::clear() {
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
}

void begin_log(const std::string& file) {
    if (file.empty()) return;
    std::ofstream out(file, std::ios::trunc);
    out << "epoch,loss,accuracy_percent,test_accuracy_percent,learning_rate,images_per_second,seconds\n";
    out.close();
    if (!out) throw Error("{}: cannot be written: {}", file, std::strerror(errno));
}

void append_log(const std::string& file, const EpochReport& r) {
    if (file.empty()) return;
    std::ofstream out(file, std::ios::app);
    out << fmt::format("{},{},{},{},{},{:.1f},{:.1f}\n", r.epoch + 1, r.loss, r.accuracy_percent,
                       r.test_accuracy_percent ? fmt::format("{}", *r.test_accuracy_percent) : "",
                       r.learning_rate, r.images_per_second, r.seconds);
    out.close();
    if (!out) throw Error("{}: cannot be written: {}", file, std::strerror(errno));
}

}  // namespace quell::train
