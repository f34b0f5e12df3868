// A sweep that is killed again and again.
#pragma once

namespace quell::test {

// Kills the group, the process that was started, a worker or a point's own process by turns, `kills` times at
// random moments; the table at the end is that of a sweep that nobody disturbed.
void kill_a_sweep(int kills, unsigned seed);

}  // namespace quell::test
