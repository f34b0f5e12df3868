#include "models/base/files.h"

#include "models/base/error.h"

#include <system_error>

namespace quell {

void refuse_folder(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw Error("{}: a folder, not a file", path.string());
}

}  // namespace quell
