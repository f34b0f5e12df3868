// The program. SystemC's library brings main and calls sc_main; no library of the project defines either.
#include "sw/cli/dispatch.h"

#include <systemc>

#include <iostream>

int sc_main(int count, char* words[]) {
    return quell::cli::dispatch({words + 1, words + count}, std::cout, std::cerr);
}
