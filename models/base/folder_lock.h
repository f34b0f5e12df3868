// A folder that one process at a time works in.
#pragma once

#include <string>

namespace quell {

// Held until it is destroyed or the process ends, however it ends (flock on the folder itself; nothing is
// written). Throws Error naming the folder when another process holds it.
class FolderLock {
public:
    explicit FolderLock(const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int folder_ = -1;
};

}  // namespace quell
