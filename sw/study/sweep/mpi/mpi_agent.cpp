#include "sw/study/sweep/mpi/mpi_agent.h"

#include "sw/study/sweep/mpi/messages.h"

#include <map>

namespace quell::study {
namespace {

using std::chrono::milliseconds;

// Rank 0 is looked for this often while the workers compute, and they while it is silent.
constexpr milliseconds while_working{1};
constexpr milliseconds while_idle{100};

// Which worker a point was given to: workers number their own, records do not say whose they are.
class Assignments {
public:
    void note(std::size_t worker, const Chunk& chunk) {
        for (std::int64_t i = 0; i < chunk.count; ++i) worker_[chunk.first + i] = worker;
    }
    std::size_t take(std::int64_t point) {
        const auto found = worker_.find(point);
        const std::size_t worker = found->second;
        worker_.erase(found);
        return worker;
    }
    bool empty() const { return worker_.empty(); }

private:
    std::map<std::int64_t, std::size_t> worker_;
};

}  // namespace

void serve_rank_zero(Workforce& workforce, std::size_t workers) {
    send(0, MpiTag::hello, numbered(workers, ""));
    Assignments assignments;
    while (true) {
        // Commands first, so that no worker stands still.
        std::optional<MpiMessage> message = receive(assignments.empty() ? while_idle : milliseconds(0));
        if (message && message->tag == MpiTag::stop) return;
        if (message && message->tag == MpiTag::chunk) {
            std::string_view rest = message->bytes;
            const std::size_t worker = take_number(rest);
            const Chunk chunk = chunk_from(rest);
            assignments.note(worker, chunk);
            workforce.give(worker, chunk);
            continue;
        }
        if (assignments.empty()) continue;
        const Arrivals arrivals = workforce.wait(while_working);
        for (const PointRecord& record : arrivals.records)
            send(0, MpiTag::record, numbered(assignments.take(record.point), to_bytes(record)));
        for (const Chunk& chunk : arrivals.returned) {
            std::size_t worker = 0;
            for (std::int64_t i = 0; i < chunk.count; ++i) worker = assignments.take(chunk.first + i);
            send(0, MpiTag::returned, numbered(worker, to_bytes(chunk)));
        }
    }
}

void refuse_rank_zero(const std::string& why) {
    send(0, MpiTag::hello, numbered(0, why));
    while (true) {
        const std::optional<MpiMessage> message = receive(while_idle);
        if (message && message->tag == MpiTag::stop) return;
    }
}

}  // namespace quell::study
