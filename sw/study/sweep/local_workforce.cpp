#include "sw/study/sweep/local_workforce.h"

#include "models/base/error.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace quell::study {
namespace {

[[noreturn]] void fail(const char* what) {
    throw Error("{}: {}", what, std::generic_category().message(errno));
}

struct Pipe {
    int read = -1, write = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("a pipe to a worker process");
    return {ends[0], ends[1]};
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Appends what is there; false at the end.
bool read_some(int descriptor, std::string& arrived) {
    std::array<char, 65536> buffer;
    while (true) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        arrived.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
}

pid_t wait_for(pid_t process, int& status) {
    pid_t ended = -1;
    do {
        ended = ::waitpid(process, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended;
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        return fmt::format("its process was ended by signal {} ({})", signal, ::strsignal(signal));
    }
    return fmt::format("its process ended with exit code {}", WEXITSTATUS(status));
}

PointRecord lost(std::int64_t point, int status) {
    return {point, PointStatus::lost, how_it_ended(status), {}, {}};
}

// A fork of the parent that is alone, ends with it, and leaves Ctrl-C to it.
void become_child(pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // it died before
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGPIPE, SIG_DFL);
}

PointRecord run_in_own_process(PointRunner& runner, std::int64_t point) {
    const Pipe pipe = make_pipe();
    const pid_t parent = ::getpid(), child = ::fork();
    if (child < 0) fail("a process for a point");
    if (child == 0) {
        become_child(parent);
        const bool written = write_all(pipe.write, framed(to_bytes(runner.run(point))));
        ::_exit(written ? 0 : 1);
    }
    ::close(pipe.write);
    std::string arrived;
    while (read_some(pipe.read, arrived)) {
    }
    ::close(pipe.read);
    int status = 0;
    wait_for(child, status);
    const std::optional<std::string> message = take_message(arrived);
    return message ? record_from(*message) : lost(point, status);
}

// What a worker does all its life: chunks in, a record per point out.
void work(PointRunner& runner, int from, int to) {
    std::string arrived;
    while (true) {
        std::optional<std::string> message = take_message(arrived);
        if (!message) {
            if (!read_some(from, arrived)) return;
            continue;
        }
        const Chunk chunk = chunk_from(*message);
        std::string records;
        for (std::int64_t point = chunk.first; point < chunk.first + chunk.count; ++point) {
            records += framed(to_bytes(runner.needs_own_process(point) ? run_in_own_process(runner, point)
                                                                       : runner.run(point)));
            // What is computed is sent before long: it is recorded then.
            constexpr std::size_t enough = 1 << 14;
            if (records.size() < enough && point + 1 < chunk.first + chunk.count) continue;
            if (!write_all(to, records)) return;
            records.clear();
        }
    }
}

}  // namespace

LocalWorkforce::LocalWorkforce(PointRunner& runner, int workers)
    : runner_(runner), workers_(static_cast<std::size_t>(workers)) {
    ::signal(SIGPIPE, SIG_IGN);  // a worker that died is noticed by what it does not say
    for (Worker& worker : workers_) start(worker);
}

LocalWorkforce::~LocalWorkforce() {
    for (Worker& worker : workers_) {
        if (worker.process < 0) continue;
        ::kill(worker.process, SIGKILL);
        ::close(worker.to);
        ::close(worker.from);
        int status = 0;
        wait_for(worker.process, status);
    }
}

void LocalWorkforce::start(Worker& worker) {
    const Pipe to = make_pipe(), from = make_pipe();
    const pid_t parent = ::getpid(), child = ::fork();
    if (child < 0) fail("a worker process");
    if (child == 0) {
        become_child(parent);
        ::close(to.write);
        ::close(from.read);
        // The other workers' ends: they would keep them from noticing the end of their parent.
        for (const Worker& other : workers_) {
            if (other.to >= 0) ::close(other.to);
            if (other.from >= 0) ::close(other.from);
        }
        int code = 0;
        try {
            work(runner_, to.read, from.write);
        } catch (const std::exception&) {
            code = 1;
        }
        ::_exit(code);
    }
    ::close(to.read);
    ::close(from.write);
    worker.process = child;
    worker.to = to.write;
    worker.from = from.read;
    worker.chunk = {};
    worker.arrived.clear();
}

std::vector<std::size_t> LocalWorkforce::idle() {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (workers_[i].chunk.count == 0) result.push_back(i);
    }
    return result;
}

void LocalWorkforce::give(std::size_t index, const Chunk& chunk) {
    workers_[index].chunk = chunk;
    write_all(workers_[index].to, framed(to_bytes(chunk)));  // where it died, `wait` finds out
}

Arrivals LocalWorkforce::wait(std::chrono::milliseconds patience) {
    std::vector<pollfd> descriptors;
    for (const Worker& worker : workers_) descriptors.push_back({worker.from, POLLIN, 0});
    Arrivals arrivals;
    const int ready = ::poll(descriptors.data(), descriptors.size(), static_cast<int>(patience.count()));
    if (ready <= 0) return arrivals;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (descriptors[i].revents == 0) continue;
        const bool alive = read_some(workers_[i].from, workers_[i].arrived);
        take(workers_[i], arrivals);
        if (!alive) bury(workers_[i], arrivals);
    }
    return arrivals;
}

void LocalWorkforce::take(Worker& worker, Arrivals& arrivals) {
    while (std::optional<std::string> message = take_message(worker.arrived)) {
        arrivals.records.push_back(record_from(*message));
        ++worker.chunk.first;
        --worker.chunk.count;
    }
}

void LocalWorkforce::bury(Worker& worker, Arrivals& arrivals) {
    ::close(worker.to);
    ::close(worker.from);
    int status = 0;
    wait_for(worker.process, status);
    // Which of several points it died of is not known: each is given once more, alone.
    if (worker.chunk.count == 1) arrivals.records.push_back(lost(worker.chunk.first, status));
    for (std::int64_t i = 0; worker.chunk.count > 1 && i < worker.chunk.count; ++i)
        arrivals.returned.push_back({worker.chunk.first + i, 1});
    worker.process = worker.to = worker.from = -1;
    start(worker);
}

}  // namespace quell::study
