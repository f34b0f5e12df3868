// Runs the SystemC kernel for somebody who expects the project's errors.
#pragma once

namespace quell::tlm {

// Returns when nothing is left to happen. What a process throws, and what is reported as an error, comes out
// as an Error with its own words in one line; the kernel would wrap it in several, with places in its
// sources. The kernel cannot go on after that.
void run_kernel();

}  // namespace quell::tlm
