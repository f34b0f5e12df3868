#include "sw/figure/gnuplot.h"

#include "models/base/error.h"
#include "sw/figure/printable.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace quell::figure {
namespace {

// What a spawned process begins with.
class Actions {
public:
    Actions() { check(posix_spawn_file_actions_init(&actions_)); }
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    void change_folder(const std::string& folder) {
        check(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()));
    }
    // Standard output is the command's own.
    void keep_to_messages() {
        check(posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        check(posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO));
    }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    static void check(int failure) {
        if (failure != 0) throw Error("gnuplot: {}", std::generic_category().message(failure));
    }
    posix_spawn_file_actions_t actions_{};
};

// In PATH: whether the program or the folder is what is missing, the failure to start it does not say.
bool is_installed(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string folders = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
    for (std::size_t begin = 0; begin <= folders.size();) {
        const std::size_t end = std::min(folders.find(':', begin), folders.size());
        const std::string folder = end == begin ? "." : folders.substr(begin, end - begin);
        if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
        begin = end + 1;
    }
    return false;
}

}  // namespace

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : printable(text)) {
        if (c == '\n') {
            result += "'.\"\\n\".'";
        } else {
            result += c == '\'' ? std::string("''") : std::string(1, c);
        }
    }
    return result + "'";
}

bool run_gnuplot(const std::string& folder, const std::vector<std::string>& scripts) {
    std::string program = "gnuplot";
    if (!is_installed(program)) return false;
    // Settings of the person's own would make another figure of the same script.
    std::vector<std::string> words{program, "--default-settings"};
    for (const std::string& script : scripts)
        words.push_back(script.starts_with('-') ? "./" + script : script);
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    Actions actions;
    actions.keep_to_messages();
    if (!folder.empty()) actions.change_folder(folder);
    pid_t child = 0;
    if (const int failure =
            posix_spawnp(&child, program.c_str(), actions.get(), nullptr, pointers.data(), environ);
        failure != 0)
        throw Error("gnuplot: {}", std::generic_category().message(failure));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        const std::string what = scripts.size() == 1 ? scripts[0] : fmt::format("{} scripts", scripts.size());
        throw Error("{}{}{}: gnuplot could not draw it", folder, folder.empty() ? "" : "/", what);
    }
    return true;
}

void remove_creation_date(const std::string& pdf) {
    std::fstream file(pdf, std::ios::in | std::ios::out | std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    const std::string key = "/CreationDate (D:", date = "19700101000000";
    const std::size_t at = content.rfind(key);
    // Of the same length, since the file ends with a table of offsets.
    if (at == std::string::npos || at + key.size() + date.size() > content.size()) return;
    file.clear();
    file.seekp(static_cast<std::streamoff>(at + key.size()));
    file << date << std::flush;
    if (!file) throw Error("{}: cannot be written: {}", pdf, std::strerror(errno));
}

}  // namespace quell::figure
