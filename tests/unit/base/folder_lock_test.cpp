#include "models/base/folder_lock.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <optional>

using namespace quell;

TEST_CASE("a folder is one worker's at a time") {
    const test::TemporaryFolder parent;
    const std::string folder = parent.file("work");
    std::filesystem::create_directories(folder);
    // A lock belongs to an open folder, not to a process: a second one here is as good as another process'.
    std::optional<FolderLock> first(std::in_place, folder);
    CHECK_THROWS_WITH(FolderLock(folder), folder + ": another process is at work in this folder");
    first.reset();
    CHECK_NOTHROW(FolderLock(folder));
    std::filesystem::remove_all(folder);
    CHECK_THROWS_AS(FolderLock(folder), Error);
}
