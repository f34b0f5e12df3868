#include "models/network/dataset/class_folders.h"

#include "models/base/error.h"
#include "models/base/files.h"
#include "models/network/dataset/image_file.h"

#include <algorithm>
#include <set>
#include <system_error>

namespace quell::network {
namespace {

namespace fs = std::filesystem;

// What is in a folder and not hidden, in order.
std::vector<fs::path> entries(const fs::path& folder) {
    std::error_code failure;
    std::vector<fs::path> found;
    for (fs::directory_iterator at(folder, failure); !failure && at != fs::directory_iterator();
         at.increment(failure)) {
        if (at->path().filename().native().front() != '.') found.push_back(at->path());
    }
    if (failure) throw Error("{}: cannot be read: {}", folder.string(), failure.message());
    std::ranges::sort(found, {}, [](const fs::path& path) { return path.native(); });
    return found;
}

void collect(const fs::path& folder, std::set<fs::path>& visited, std::vector<std::string>& files) {
    std::error_code failure;
    const fs::path place = fs::canonical(folder, failure);
    if (failure) throw Error("{}: cannot be read: {}", folder.string(), failure.message());
    if (!visited.insert(place).second) return;
    for (const fs::path& entry : entries(folder)) {
        if (is_folder(entry)) {
            collect(entry, visited, files);
        } else if (is_image_name(entry.filename().string())) {
            files.push_back(entry.string());
        }
    }
}

}  // namespace

bool has_folders(const fs::path& folder) {
    return is_folder(folder) && std::ranges::any_of(entries(folder), is_folder);
}

ClassFolders list_class_folders(const fs::path& folder) {
    std::error_code failure;
    if (!fs::exists(folder, failure)) throw Error("{}: no such folder", folder.string());
    if (!is_folder(folder))
        throw Error("{}: a folder with a folder of images per class expected, a file came", folder.string());
    ClassFolders classes;
    const fs::path root = fs::canonical(folder, failure);
    for (const fs::path& entry : entries(folder)) {
        if (!is_folder(entry)) continue;
        classes.names.push_back(entry.filename().string());
        std::set<fs::path> visited{root};  // a link back to it would make every image this class's
        collect(entry, visited, classes.files.emplace_back());
        if (classes.files.back().empty()) {
            throw Error("{}: no image in it; a class's folder with at least one JPEG or PNG file expected",
                        entry.string());
        }
        std::ranges::sort(classes.files.back());
    }
    if (classes.names.empty())
        throw Error("{}: no folder in it; a folder of images per class expected", folder.string());
    return classes;
}

}  // namespace quell::network
