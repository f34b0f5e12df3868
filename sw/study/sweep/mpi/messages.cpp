#include "sw/study/sweep/mpi/messages.h"

#include "models/base/error.h"

#include <cstdint>
#include <cstring>
#include <thread>

namespace quell::study {

void send(int rank, MpiTag tag, std::string_view bytes) {
    // MPI's own error handler ends the job: there is nobody left to go on with.
    MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, rank, static_cast<int>(tag),
             MPI_COMM_WORLD);
}

std::optional<MpiMessage> receive(std::chrono::milliseconds patience) {
    constexpr std::chrono::microseconds between_looks{200};
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
        int there = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
        if (there != 0) {
            int size = 0;
            MPI_Get_count(&status, MPI_BYTE, &size);
            MpiMessage message{status.MPI_SOURCE, static_cast<MpiTag>(status.MPI_TAG),
                               std::string(static_cast<std::size_t>(size), '\0')};
            MPI_Recv(message.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
            return message;
        }
        if (std::chrono::steady_clock::now() >= end) return std::nullopt;
        std::this_thread::sleep_for(between_looks);
    }
}

std::string numbered(std::size_t worker, std::string_view bytes) {
    const auto number = static_cast<std::uint64_t>(worker);
    std::string message(sizeof number, '\0');
    std::memcpy(message.data(), &number, sizeof number);
    return message.append(bytes);
}

std::size_t take_number(std::string_view& bytes) {
    std::uint64_t number = 0;
    if (bytes.size() < sizeof number) throw Error("a message between ranks is cut short");
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
    return static_cast<std::size_t>(number);
}

}  // namespace quell::study
