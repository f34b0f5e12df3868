#include "models/base/thread_team.h"
#include "models/base/error.h"
#include "tests/support/catch.h"

#include <atomic>
#include <numeric>
#include <vector>

using namespace quell;

TEST_CASE("a team does every share once, round after round", "[thread_team]") {
    for (const int members : {1, 2, 3, 7}) {
        ThreadTeam team(members);
        REQUIRE(team.members() == members);
        std::vector<int> done(101);
        for (int round = 1; round <= 200; ++round) {
            team.run([&](int member) {
                const Share share = share_of(101, member, members);
                for (std::int64_t k = share.first; k < share.end; ++k) ++done[static_cast<std::size_t>(k)];
            });
            // What the others did is seen here when run() has returned.
            if (done != std::vector<int>(101, round)) FAIL(members << " members, round " << round);
        }
    }
    CHECK(ThreadTeam(0).members() >= 1);
}

TEST_CASE("what a member throws comes out of run, and the team goes on", "[thread_team]") {
    ThreadTeam team(3);
    for (const int thrower : {0, 1, 2}) {
        CHECK_THROWS_WITH(team.run([&](int member) {
            if (member == thrower) throw Error("member {} fails", member);
        }),
                          test::contains("member " + std::to_string(thrower)));
    }
    std::atomic<int> calls{0};
    team.run([&](int) { ++calls; });
    CHECK(calls == 3);
}
