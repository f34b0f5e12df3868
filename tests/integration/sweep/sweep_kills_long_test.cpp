#include "tests/integration/sweep/sweep_kills.h"
#include "tests/support/catch.h"

TEST_CASE("a sweep killed fifty times ends as one that is not") {
    quell::test::kill_a_sweep(50, 1);
}
