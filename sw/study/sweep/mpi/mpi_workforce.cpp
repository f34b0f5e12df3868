#include "sw/study/sweep/mpi/mpi_workforce.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::study {
namespace {

int ranks() {
    int size = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

}  // namespace

MpiWorkforce::MpiWorkforce() {
    std::string refusal;
    for (int greeted = 1; greeted < ranks();) {
        const std::optional<MpiMessage> message = receive(std::chrono::milliseconds(1000));
        if (!message || message->tag != MpiTag::hello) continue;
        ++greeted;
        std::string_view rest = message->bytes;
        const std::size_t count = take_number(rest);
        if (count == 0 && refusal.empty()) refusal = fmt::format("rank {}: {}", message->rank, rest);
        for (std::size_t i = 0; i < count; ++i) workers_.push_back({message->rank, i, 0});
    }
    if (!refusal.empty()) throw Error("{}", refusal);
}

std::vector<std::size_t> MpiWorkforce::idle() {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (workers_[i].to_come == 0) result.push_back(i);
    }
    return result;
}

void MpiWorkforce::give(std::size_t index, const Chunk& chunk) {
    Worker& worker = workers_[index];
    worker.to_come = chunk.count;
    send(worker.rank, MpiTag::chunk, numbered(worker.number, to_bytes(chunk)));
}

Arrivals MpiWorkforce::wait(std::chrono::milliseconds patience) {
    Arrivals arrivals;
    std::optional<MpiMessage> message = receive(patience);
    while (message) {
        take(*message, arrivals);
        message = receive(std::chrono::milliseconds(0));
    }
    return arrivals;
}

MpiWorkforce::Worker& MpiWorkforce::worker_of(int rank, std::size_t number) {
    const auto found = std::ranges::find_if(
        workers_, [&](const Worker& each) { return each.rank == rank && each.number == number; });
    if (found == workers_.end()) throw Error("rank {} has no worker {}", rank, number);
    return *found;
}

void MpiWorkforce::take(const MpiMessage& message, Arrivals& arrivals) {
    std::string_view rest = message.bytes;
    if (message.tag == MpiTag::record) {
        --worker_of(message.rank, take_number(rest)).to_come;
        arrivals.records.push_back(record_from(rest));
    } else if (message.tag == MpiTag::returned) {
        Worker& worker = worker_of(message.rank, take_number(rest));
        arrivals.returned.push_back(chunk_from(rest));
        worker.to_come -= arrivals.returned.back().count;
    }
}

void stop_other_ranks() {
    for (int rank = 1; rank < ranks(); ++rank) send(rank, MpiTag::stop, "");
}

}  // namespace quell::study
