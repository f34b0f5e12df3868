#include "tests/integration/sweep/sweep_kills.h"

#include "tests/integration/sweep/sweep_program.h"
#include "tests/support/catch.h"

#include <chrono>
#include <random>
#include <thread>

namespace quell::test {

void kill_a_sweep(int kills, unsigned seed) {
    // Points of both kinds, some of which fail.
    const std::vector<std::string> study{"sweep",
                                         "resnet20_cifar10",
                                         "--denoiser.after",
                                         "1",
                                         "--axis",
                                         "fidelity=transaction,analytic",
                                         "--axis",
                                         "denoiser.lfsr_width=16,32",
                                         "--axis",
                                         "denoiser.cores=1..16",
                                         "--axis",
                                         "denoiser.lanes=1..4",
                                         "--format",
                                         "csv",
                                         "--jobs",
                                         "2"};
    constexpr std::int64_t all = 2 * 2 * 16 * 4;
    const SweepProgram program;
    auto words = study;
    words.insert(words.end(), {"--db", program.file("whole.sqlite")});
    const auto whole = program.run(words);
    INFO(whole.err);
    REQUIRE(whole.code == 0);
    const std::int64_t done = program.points("whole.sqlite"),
                       failed = program.points("whole.sqlite", "failed");
    REQUIRE(done + failed == all);
    REQUIRE(done > 0);

    int sweeps = 0;
    std::string database;
    const auto begin_anew = [&] {
        database = "killed" + std::to_string(sweeps++) + ".sqlite";
        words.back() = program.file(database);
    };
    begin_anew();
    // Lost points, of workers and processes that were killed, are computed by the next start.
    const auto finish = [&] {
        const auto resumed = program.run(words);
        INFO(resumed.err);
        CHECK(resumed.code == 0);
        CHECK(resumed.out == whole.out);
        const auto again = program.run(words);
        CHECK(again.out == whole.out);
        CHECK_THAT(again.err, contains("256 points were there, 0 computed"));
    };
    std::mt19937 random(seed);
    const auto draw = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    std::int64_t recorded = 0;
    pid_t process = -1;
    int masters_killed = 0, others_killed = 0;
    for (int kill_number = 0; kill_number < kills; ++kill_number) {
        CAPTURE(kill_number);
        if (process < 0) {
            process = program.start(words);
            // Anywhere: while the program starts, too.
            std::this_thread::sleep_for(std::chrono::milliseconds(draw(draw(3) == 0 ? 100 : 400)));
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(draw(150)));
        }
        const std::vector<pid_t> workers = children_of(process);
        std::vector<pid_t> points;
        for (const pid_t worker : workers) {
            for (const pid_t point : children_of(worker)) points.push_back(point);
        }
        const int whom = draw(3);
        if (whom == 2 && !workers.empty()) {
            ::kill(workers[static_cast<std::size_t>(draw(static_cast<int>(workers.size()) - 1))], SIGKILL);
            ++others_killed;
        } else if (whom == 3 && !points.empty()) {
            ::kill(points.front(), SIGKILL);
            ++others_killed;
        } else {
            ::kill(whom == 0 ? -process : process, SIGKILL);
            program.wait(process);
            process = -1;
            ++masters_killed;
        }
        if (process >= 0 && !SweepProgram::is_running(process)) process = -1;
        const std::int64_t now = program.points(database) + program.points(database, "failed");
        CHECK(now >= recorded);  // nothing that was recorded is gone, or computed again
        recorded = now;
        if (recorded == all && process < 0) {
            finish();
            begin_anew();
            recorded = 0;
        }
    }
    if (process >= 0) program.wait(process);
    finish();
    CHECK(masters_killed > 0);
    CHECK(others_killed + masters_killed == kills);
}

}  // namespace quell::test
