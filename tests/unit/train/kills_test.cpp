// A training that is killed again and again ends as one that is not.
#include "tests/support/catch.h"
#include "tests/unit/train/workplace.h"

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

using namespace quell;
using test::content;
using test::Workplace;

TEST_CASE("a training killed twenty times and resumed writes the artefact of an uninterrupted one") {
    const Workplace place;
    const std::vector<std::string> plan{"--epochs", "60"};
    const auto whole = place.run(place.training("whole.onnx", plan));
    INFO(whole.err);
    REQUIRE(whole.code == 0);

    std::mt19937 generator(1);
    const auto pause = [&](int most_ms) {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(std::uniform_int_distribution<int>(0, most_ms)(generator)));
    };
    const auto epochs_logged = [&] {
        const std::string log = content(place.file("parts.log.csv"));
        return std::count(log.begin(), log.end(), '\n');
    };
    const auto words = [&] {
        std::vector<std::string> more = plan;
        if (std::filesystem::exists(place.file("parts.checkpoint.npz"))) more.push_back("--resume");
        return place.training("parts.onnx", more);
    };
    constexpr int kills = 20;
    for (int kill_number = 0; kill_number < kills; ++kill_number) {
        const auto before = epochs_logged();
        const pid_t child = place.start(words());
        // Most of them anywhere in the epoch after one was done, some while the program starts.
        if (kill_number % 5 != 4) {
            for (int i = 0; i < 6000 && epochs_logged() <= before + 1; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            pause(60);
        } else {
            pause(400);
        }
        kill(child, SIGKILL);
        CHECK(place.wait(child).code == -1);
        CHECK(!std::filesystem::exists(place.file("parts.onnx")));
    }
    CHECK(epochs_logged() > 16);
    const auto resumed = place.run(words());
    INFO(resumed.err);
    CHECK(resumed.code == 0);
    CHECK(content(place.file("parts.onnx")) == content(place.file("whole.onnx")));
}
