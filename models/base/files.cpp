#include "models/base/files.h"

#include "models/base/error.h"

#include <system_error>

namespace quell {

bool is_folder(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

void refuse_folder(const std::filesystem::path& path) {
    if (is_folder(path)) throw Error("{}: a folder, not a file", path.string());
}

}  // namespace quell
