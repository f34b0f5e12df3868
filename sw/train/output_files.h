// The files that a training writes: tried before it begins, replaced as a whole when it ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace quell::train {

struct OutputFile {
    std::string option;  // "--output"
    std::string file;
    bool replaced = true;  // by a new one; a file that is written on and on may also be a device
};

// Writes and removes `bytes` bytes beside every file, so that hours of work do not end before a full disk.
// What is there stays as it is. Throws Error for a folder that is missing, cannot be written to or is full,
// and for a file that is there and no regular one; UsageError when two are the same file.
void require_writable(const std::vector<OutputFile>& files, std::uint64_t bytes);

// Has `write` write another file beside it and puts that in the file's place: whenever the program ends, the
// old or the new one is there. The other one is removed when `write` throws.
void replace_file(const std::string& file, const std::function<void(const std::string&)>& write);

}  // namespace quell::train
