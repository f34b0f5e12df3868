#include "models/network/dataset/synthetic.h"
#include "tests/support/catch.h"

#include <cmath>
#include <set>
#include <string>

using namespace quell;
using namespace quell::network;

TEST_CASE("the synthetic set is the same every time, its parts are different, classes take turns") {
    const auto images = synthetic_images(SyntheticPart::train, 40),
               fewer = synthetic_images(SyntheticPart::train, 23),
               test = synthetic_images(SyntheticPart::test, 40);
    CHECK(images.image_shape == Shape{3, 32, 32});
    CHECK(images.classes == 10);
    std::set<std::string> seen;  // of bytes
    for (std::int64_t i = 0; i < 40; ++i) {
        CHECK(images.labels[static_cast<std::size_t>(i)] == i % 10);
        const auto image = images.image(i), other = test.image(i);
        seen.emplace(image.begin(), image.end());
        seen.emplace(other.begin(), other.end());
        if (i < 23) CHECK(image == fewer.image(i));
    }
    CHECK(seen.size() == 80);
    CHECK_THROWS_WITH(synthetic_images(SyntheticPart::test, 2001), test::contains("has 2000 images"));
    CHECK_THROWS_WITH(synthetic_images(SyntheticPart::test, 0), test::contains("0 were asked for"));
}

TEST_CASE("figures of the synthetic set are what their names say") {
    const auto at = [](std::size_t label, double u, double v) {
        return synthetic_figure(static_cast<std::int64_t>(label), 8, u, v);
    };
    // Points well inside and outside, by hand, of size or period 8.
    CHECK(at(0, 4, 100) == 1);  // stripes: the middle of a period
    CHECK(at(0, 8, 100) == 0);
    CHECK(at(1, 4, 8) == 1);  // checkerboard: one of both
    CHECK(at(1, 4, 4) == 0);
    CHECK(at(1, 8, 8) == 0);
    CHECK(at(2, 16, -8) == 1);  // dots at multiples
    CHECK(at(2, 4, 4) == 0);
    CHECK(at(3, 0, 4) == 1);  // rings
    CHECK(at(3, 0, 8) == 0);
    CHECK(at(3, 12 * 0.6, 12 * 0.8) == 1);
    CHECK(at(4, 5, 5) == 1);  // disc, 7.1 from the centre
    CHECK(at(4, 6.5, 6.5) == 0);
    CHECK(at(5, 0, 0) == 0);  // circle
    CHECK(at(5, 0, 6.4) == 1);
    CHECK(at(6, 7, 7) == 1);  // square
    CHECK(at(6, 9, 0) == 0);
    CHECK(at(7, 0, 0) == 0);  // frame
    CHECK(at(7, 6.4, 6.4) == 1);
    CHECK(at(8, 0, -7) == Approx(1).margin(0.51));  // triangle: its upper corner, edges meet
    CHECK(at(8, 0, 0) == 1);
    CHECK(at(8, 6, 3) == Approx(1).margin(0.51));
    CHECK(at(8, 5, -4) == 0);
    CHECK(at(8, 0, 6) == 0);
    CHECK(at(9, 7, 0) == 1);  // cross
    CHECK(at(9, 0, -7) == 1);
    CHECK(at(9, 5, 5) == 0);
    CHECK_THROWS_WITH(at(10, 0, 0), test::contains("classes 0 to 9"));
}
