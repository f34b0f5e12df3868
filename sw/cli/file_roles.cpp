#include "sw/cli/file_roles.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <system_error>

namespace quell::cli {
namespace {

std::filesystem::path absolute(const std::string& file) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, ignored), ignored);
}

}  // namespace

void require_places(const std::vector<FileRole>& written) {
    for (const auto& [option, file] : written) {
        if (file.empty()) continue;
        if (is_folder(file)) throw Error("{} {}: a folder, not a file", option, file);
        const std::filesystem::path parent = std::filesystem::path(file).parent_path();
        if (!parent.empty() && !is_folder(parent))
            throw Error("{} {}: there is no folder {}", option, file, parent.string());
    }
}

void require_different_files(const std::vector<FileRole>& read, const std::vector<FileRole>& written) {
    std::map<std::filesystem::path, std::string> seen;  // and what is done to it
    for (const auto& [option, file] : read) {
        if (!file.empty()) seen.emplace(absolute(file), fmt::format("{} reads", option));
    }
    for (const auto& [option, file] : written) {
        if (file.empty()) continue;
        const auto [before, is_new] = seen.emplace(absolute(file), fmt::format("{} writes", option));
        // It would be written over.
        if (!is_new)
            throw UsageError("{} {}: {} the same file, expected two files", option, file, before->second);
    }
}

void require_names(const config::OptionTable& table, const std::vector<FileRole>& files) {
    for (const auto& [option, file] : files) {
        if (file.empty() && option.starts_with("--") && table.is_given(option.substr(2)))
            throw UsageError("{}: expected the name of a file", option);
    }
}

}  // namespace quell::cli
