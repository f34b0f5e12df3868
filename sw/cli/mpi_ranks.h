// Whether this process is one of several that mpirun or srun started: what the launchers say in the
// environment, before MPI itself is asked.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <optional>

namespace quell::cli {

inline std::optional<int> number_in_environment(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const char* text = std::getenv(name)) return std::atoi(text);
    }
    return std::nullopt;
}

// Open MPI's mpirun; Slurm's srun --mpi=pmix and pmi2.
inline int mpi_rank() {
    return number_in_environment({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}).value_or(0);
}
inline int mpi_ranks() {
    if (const auto size = number_in_environment({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})) return *size;
    // PMIx says the rank alone; srun says how many there are.
    return std::getenv("PMIX_RANK") != nullptr ? number_in_environment({"SLURM_NTASKS"}).value_or(1) : 1;
}

}  // namespace quell::cli
