// What every reader of files asks first.
#pragma once

#include <filesystem>

namespace quell {

// False for what is not there or cannot be looked at: opening it says why.
bool is_folder(const std::filesystem::path& path);

// Throws Error when the path is a folder: opening one succeeds, and its size is nonsense.
void refuse_folder(const std::filesystem::path& path);

}  // namespace quell
