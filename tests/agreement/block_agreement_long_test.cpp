#include "tests/agreement/block_agreement.h"
#include "tests/support/catch.h"

TEST_CASE("five thousand drawn blocks agree in bits and cycles", "[agreement]") {
    quell::test::drawn_blocks_agree(5000);
}
