#include "models/config/edit_distance.h"

#include "tests/support/catch.h"

using quell::config::edit_distance;

TEST_CASE("the distance counts inserted, deleted and replaced letters") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);  // the textbook's example
    CHECK(edit_distance("sitting", "kitten") == 3);
    CHECK(edit_distance("core", "cores") == 1);
    CHECK(edit_distance("flaw", "lawn") == 2);
}
