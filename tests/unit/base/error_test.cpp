#include "models/base/error.h"

#include "tests/support/catch.h"

using quell::Error;
using quell::UsageError;

TEST_CASE("an error carries its formatted line") {
    CHECK(std::string(Error("layer {} has {} weights", "conv1", 9).what()) == "layer conv1 has 9 weights");
}

TEST_CASE("a message without arguments is taken as it is, braces included") {
    const std::string name = "file{0}.onnx";
    CHECK(std::string(Error(name).what()) == name);
}

TEST_CASE("a usage error is an error") {
    CHECK_THROWS_AS(throw UsageError("no such option {}", "x"), Error);
}
