// A folder per class with image files in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace quell::network {

struct ClassFolders {
    std::vector<std::string> names;               // of the folders, in order of their bytes
    std::vector<std::vector<std::string>> files;  // by class: paths, in order of their bytes
};

// Names that begin with a dot are passed over, and in a class's folder files that are no images by their
// names. Folders in a class's folder are gone through as well, links to folders once. Throws Error when there
// is no class, or one without an image.
ClassFolders list_class_folders(const std::filesystem::path& folder);

// Whether there is a folder in this one whose name does not begin with a dot.
bool has_folders(const std::filesystem::path& folder);

}  // namespace quell::network
