// `quell` as a program, in a folder of its own. QUELL_PROGRAM: its path.
#pragma once

#include "sw/study/sweep/sqlite.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace quell::test {

class SweepProgram {
public:
    struct Outcome {
        int code = -1;  // -1: ended by a signal
        std::string out, err;
    };

    std::string file(const std::string& name) const { return folder_.file(name); }

    // In a process group of its own.
    pid_t start(std::vector<std::string> words) const {
        words.insert(words.begin(), QUELL_PROGRAM);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = ::fork();
        if (child == 0) {
            ::setpgid(0, 0);
            const int out = ::open(file("out").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            const int err = ::open(file("err").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            ::dup2(out, STDOUT_FILENO);
            ::dup2(err, STDERR_FILENO);
            std::signal(SIGINT, SIG_DFL);
            ::execv(QUELL_PROGRAM, arguments.data());
            ::_exit(127);
        }
        ::setpgid(child, child);
        return child;
    }

    Outcome wait(pid_t child) const {
        int status = 0;
        ::waitpid(child, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(file("out")), content(file("err"))};
    }

    static bool is_running(pid_t child) { return ::waitpid(child, nullptr, WNOHANG) == 0; }

    Outcome run(const std::vector<std::string>& words) const { return wait(start(words)); }

    // Points with this status in a database that may be written right now; 0 before there is one.
    std::int64_t points(const std::string& database, const std::string& status = "done") const {
        if (!std::filesystem::exists(file(database)) || std::filesystem::file_size(file(database)) == 0)
            return 0;
        try {
            const study::SqliteConnection connection(file(database), study::SqliteConnection::Mode::read);
            return connection.integer("SELECT count(*) FROM point WHERE status = '" + status + "'");
        } catch (const std::exception&) {
            return 0;  // its tables are being made
        }
    }

private:
    TemporaryFolder folder_;
};

// The children of a process.
inline std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
        const std::string stat = content((entry.path() / "stat").string());
        // "1234 (a name) S 1 ...": the state and the parent behind the last parenthesis.
        const auto end = stat.rfind(')');
        if (end == std::string::npos) continue;
        std::istringstream rest(stat.substr(end + 1));
        char state = 0;
        pid_t its_parent = 0;
        rest >> state >> its_parent;
        if (its_parent == parent && state != 'Z') children.push_back(std::stoi(name));
    }
    return children;
}

}  // namespace quell::test
