// How far a study of several trainings is: a line where one ends, and on a terminal one that moves.
#pragma once

#include "sw/train/training.h"

#include <chrono>
#include <string>

namespace quell::train {

class StudyProgress {
public:
    // `work`: of all that is to be done, in any unit.
    explicit StudyProgress(double work);

    // What is done now, and how much of the work it is.
    void begin(const std::string& what, double work);
    // Within it, on a terminal.
    void show(const StepReport& report);
    // It is done; the line says so, `outcome`, and the time left.
    void end(const std::string& outcome);
    void clear();

private:
    std::string left(double part) const;  // of what is done now

    bool terminal_;
    double all_, done_ = 0, now_ = 0;
    std::string what_;
    std::chrono::steady_clock::time_point begin_, last_{};
};

}  // namespace quell::train
