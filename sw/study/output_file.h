// Files that a run leaves behind.
#pragma once

#include <string>

namespace quell::study {

// Before anything is computed: throws Error when the file cannot be opened for writing. One that is not there
// is not left behind.
void require_writable(const std::string& file);

// Throws Error when it cannot be written to its end; what is there of it is taken away.
void write_file(const std::string& file, const std::string& content);

}  // namespace quell::study
