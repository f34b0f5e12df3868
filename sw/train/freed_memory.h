// What the allocator does with the tensors of a step that is over.
#pragma once

namespace quell::train {

// Has glibc keep freed memory for the next step, which asks for the same again, instead of giving it back to
// the system page by page. For the whole process; elsewhere nothing happens.
void keep_freed_memory();

}  // namespace quell::train
