#include "models/base/folder_lock.h"

#include "models/base/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace quell {

FolderLock::FolderLock(const std::string& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ < 0) throw Error("{}: cannot be opened: {}", folder, std::strerror(errno));
    if (::flock(folder_, LOCK_EX | LOCK_NB) == 0) return;
    const int reason = errno;
    ::close(folder_);
    if (reason == EWOULDBLOCK) throw Error("{}: another process is at work in this folder", folder);
    // A file system without locks: nothing is known of others.
    folder_ = -1;
}

FolderLock::~FolderLock() {
    if (folder_ >= 0) ::close(folder_);
}

}  // namespace quell
