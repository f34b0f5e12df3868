// What a training says of itself while it runs: a line on a terminal, rows in a CSV file.
#pragma once

#include "sw/train/training.h"

#include <chrono>
#include <string>

namespace quell::train {

// One line on standard error, written over a few times a second; nothing where that is no terminal.
class ProgressLine {
public:
    ProgressLine();
    void show(const StepReport& report);
    void clear();

private:
    bool terminal_;
    std::chrono::steady_clock::time_point last_{};
};

// A row per epoch; the header where the file is new. Empty name: none.
void append_log(const std::string& file, const EpochReport& report);
// Begins the file anew.
void begin_log(const std::string& file);

}  // namespace quell::train
