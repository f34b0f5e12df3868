// Catch2, whichever of 2.13 and 3 is installed.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // a global name in 2.13
#else
#include <catch2/catch.hpp>
#endif

#include <string>

namespace quell::test {

// Matches a text that has `part` in it, for REQUIRE_THROWS_WITH and REQUIRE_THAT.
inline auto contains(const std::string& part) {
#if __has_include(<catch2/catch_all.hpp>)
    return Catch::Matchers::ContainsSubstring(part);
#else
    return Catch::Matchers::Contains(part);
#endif
}

}  // namespace quell::test
