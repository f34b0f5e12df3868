// What every reader of files asks first.
#pragma once

#include <filesystem>

namespace quell {

// Throws Error when the path is a folder: opening one succeeds, and its size is nonsense.
void refuse_folder(const std::filesystem::path& path);

}  // namespace quell
