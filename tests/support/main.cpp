// The main of every test program, compiled once.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.h"

#include <cstdlib>

// SystemC's library calls it from a main of its own, which is not the one taken here.
extern "C" int sc_main(int, char*[]) {
    return 1;
}

int main(int count, char* words[]) {
    ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    return Catch::Session().run(count, words);
}
