#include "tests/integration/sweep/sweep_kills.h"
#include "tests/integration/sweep/sweep_program.h"
#include "tests/support/catch.h"

#include <chrono>
#include <thread>

using namespace quell;

namespace {

template <typename Condition>
bool soon(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

// Gone, or a zombie that only its new parent has to take notice of.
bool is_gone(pid_t process) {
    const std::string stat = test::content("/proc/" + std::to_string(process) + "/stat");
    return stat.empty() || stat.find(") Z ") != std::string::npos;
}

}  // namespace

TEST_CASE("a sweep killed five times ends as one that is not") {
    test::kill_a_sweep(5, 3);
}

TEST_CASE("workers end with the sweep that started them, and so do their points") {
    const test::SweepProgram program;
    const pid_t process =
        program.start({"sweep", "--axis", "denoiser.cores=1..16", "--axis", "denoiser.lanes=1..16", "--jobs",
                       "3", "--db", program.file("x.sqlite")});
    REQUIRE(soon([&] { return test::children_of(process).size() == 3; }));
    const std::vector<pid_t> workers = test::children_of(process);
    std::vector<pid_t> points;
    REQUIRE(soon([&] {
        for (const pid_t worker : workers) {
            for (const pid_t point : test::children_of(worker)) points.push_back(point);
        }
        return !points.empty();
    }));
    ::kill(process, SIGKILL);
    program.wait(process);
    for (const pid_t worker : workers) CHECK(soon([&] { return is_gone(worker); }));
    for (const pid_t point : points) CHECK(soon([&] { return is_gone(point); }));
}

TEST_CASE("Ctrl-C on a terminal reaches the workers as well, and loses no point") {
    const test::SweepProgram program;
    const std::vector<std::string> words{"sweep",
                                         "--axis",
                                         "denoiser.cores=1..10",
                                         "--axis",
                                         "denoiser.lanes=1..10",
                                         "--jobs",
                                         "2",
                                         "--db",
                                         program.file("x.sqlite"),
                                         "--format",
                                         "csv"};
    std::int64_t recorded = 0;
    for (int i = 0; i < 2; ++i) {
        const pid_t process = program.start(words);
        REQUIRE(soon([&] { return program.points("x.sqlite") > recorded; }));
        ::kill(-process, SIGINT);
        const auto interrupted = program.wait(process);
        CHECK(interrupted.code == 1);
        CHECK(interrupted.out.empty());
        CHECK(std::count(interrupted.err.begin(), interrupted.err.end(), '\n') == 1);
        CHECK_THAT(interrupted.err, test::contains("of 100 points are recorded in " +
                                                   program.file("x.sqlite") + "; the same command goes on"));
        CHECK(program.points("x.sqlite", "lost") == 0);
        CHECK(program.points("x.sqlite") > recorded);
        recorded = program.points("x.sqlite");
    }
    const auto rest = program.run(words);
    CHECK(rest.code == 0);
    CHECK_THAT(rest.err, test::contains(std::to_string(recorded) + " points were there"));
    CHECK(std::count(rest.out.begin(), rest.out.end(), '\n') == 101);
}
