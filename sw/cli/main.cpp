// The program. SystemC calls sc_main; no library of the project defines main or sc_main.
#include "sw/cli/dispatch.h"

#include <systemc>

#include <cstdlib>
#include <iostream>

int sc_main(int count, char* words[]) {
    return quell::cli::dispatch({words + 1, words + count}, std::cout, std::cerr);
}

// In place of the library's, which would print SystemC's banner at every command.
int main(int count, char* words[]) {
    ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    return sc_core::sc_elab_and_sim(count, words);
}
