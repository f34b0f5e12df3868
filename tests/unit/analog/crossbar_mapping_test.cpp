#include "models/analog/crossbar_mapping.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using analog::CrossbarMapping;
using analog::map_to_crossbars;

// ISAAC's tile: 128 x 128 cells of 2 bits, 16-bit weights in 8 slices, differential: 16 columns an output, 8
// outputs a crossbar.
TEST_CASE("a 3x3 convolution of 64 channels takes 5 x 8 crossbars", "[analog]") {
    const config::TileConfig tile;
    const CrossbarMapping mapping = map_to_crossbars({1, 64 * 9, 64}, tile);
    CHECK(mapping.columns_per_output == 16);
    CHECK(mapping.row_splits == 5);     // 576 rows of 128
    CHECK(mapping.column_blocks == 8);  // 64 outputs, 8 each
    CHECK(mapping.crossbars() == 40);
    CHECK(mapping.utilisation(tile) == Approx(576.0 * 1024 / (40 * 16384)));
}

TEST_CASE("an offset instead of pairs halves the columns", "[analog]") {
    config::TileConfig tile;
    tile.weight_sign = config::WeightSign::offset;
    const CrossbarMapping mapping = map_to_crossbars({1, 576, 64}, tile);
    CHECK(mapping.columns_per_output == 8);
    CHECK(mapping.crossbars() == 5 * 4);
}

TEST_CASE("the fully connected layer of ResNet-18", "[analog]") {
    CHECK(map_to_crossbars({1, 512, 1000}, {}).crossbars() == 4 * 125);
}

TEST_CASE("depthwise groups lie along the diagonal, honestly wasteful", "[analog]") {
    const config::TileConfig tile;
    const CrossbarMapping mapping =
        map_to_crossbars({96, 9, 1}, tile);  // 8 outputs a crossbar, 72 of 128 rows
    CHECK(mapping.outputs_per_block == 8);
    CHECK(mapping.inputs_per_block == 72);
    CHECK(mapping.crossbars() == 12);
    CHECK(mapping.utilisation(tile) == Approx(96.0 * 9 * 16 / (12 * 16384)));
}

TEST_CASE("few rows limit the groups of a crossbar", "[analog]") {
    config::TileConfig tile;
    tile.rows = 20;  // two groups of nine rows
    CHECK(map_to_crossbars({5, 9, 1}, tile).crossbars() == 3);
}

TEST_CASE("groups too large for a common crossbar get their own", "[analog]") {
    // Each group: 200 rows in 2 splits, 20 outputs in 3 blocks.
    const CrossbarMapping mapping = map_to_crossbars({4, 200, 20}, {});
    CHECK(mapping.row_splits == 2);
    CHECK(mapping.column_blocks == 4 * 3);
}

TEST_CASE("a 1x1 crossbar holds one slice of one weight", "[analog]") {
    config::TileConfig tile;
    tile.rows = tile.columns = 1;
    const CrossbarMapping mapping = map_to_crossbars({1, 3, 2}, tile);
    CHECK(mapping.crossbars() == 3 * 2 * 16);
    CHECK(mapping.utilisation(tile) == 1.0);
}

TEST_CASE("slices that do not divide the weight are rounded up", "[analog]") {
    config::TileConfig tile;
    tile.bits_per_cell = 3;  // 16 bits in 6 slices, 12 columns, 10 outputs a crossbar
    const CrossbarMapping mapping = map_to_crossbars({1, 10, 11}, tile);
    CHECK(mapping.columns_per_output == 12);
    CHECK(mapping.column_blocks == 2);
}

TEST_CASE("a matrix without rows is refused", "[analog]") {
    CHECK_THROWS_AS(map_to_crossbars({1, 0, 4}, {}), Error);
}
