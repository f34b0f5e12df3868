// The program. SystemC calls sc_main; no library of the project defines main or sc_main.
#include "sw/cli/companion.h"
#include "sw/cli/dispatch.h"
#include "sw/cli/mpi_ranks.h"

#include <systemc>

#include <csignal>
#include <cstdlib>
#include <iostream>

int sc_main(int count, char* words[]) {
    const std::vector<std::string> arguments(words + 1, words + count);
    if (!arguments.empty() && arguments[0] == "sweep" && quell::cli::mpi_ranks() > 1)
        return quell::cli::run_over_mpi(arguments, std::cerr);
    return quell::cli::dispatch(arguments, std::cout, std::cerr);
}

// In place of the library's, which would print SystemC's banner at every command.
int main(int count, char* words[]) {
    ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of writing, with its one line
    return sc_core::sc_elab_and_sim(count, words);
}
