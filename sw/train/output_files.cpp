#include "sw/train/output_files.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>

namespace quell::train {
namespace {

namespace fs = std::filesystem;

std::string beside(const std::string& file) {
    return file + ".new";
}

void remove(const std::string& file) {
    std::error_code ignored;
    fs::remove(file, ignored);
}

// A device, a pipe: what is there and no regular file.
bool is_special(const std::string& file) {
    std::error_code ignored;
    return fs::exists(file, ignored) && !fs::is_regular_file(file, ignored);
}

void require_regular(const OutputFile& output) {
    const auto& [option, file, replaced] = output;
    if (is_folder(file)) throw Error("{} {}: a folder, not a file", option, file);
    if (replaced && is_special(file))
        throw Error("{} {}: no regular file, which could be replaced by a new one", option, file);
    const fs::path folder = fs::path(file).parent_path();
    if (!folder.empty() && !is_folder(folder))
        throw Error("{} {}: there is no folder {}", option, file, folder.string());
}

void try_to_write(const OutputFile& output, std::uint64_t bytes) {
    const std::string trial = beside(output.file);
    const auto fail = [&] {
        const std::string reason = std::strerror(errno);
        remove(trial);
        throw Error("{} {}: {} bytes cannot be written there: {}", output.option, output.file, bytes, reason);
    };
    std::ofstream out(trial, std::ios::binary | std::ios::trunc);
    if (!out) fail();
    // A hole in the file would take no room.
    const std::vector<char> part(1 << 16, 'q');
    for (std::uint64_t left = bytes; left > 0 && out;) {
        const std::uint64_t now = std::min<std::uint64_t>(left, part.size());
        out.write(part.data(), static_cast<std::streamsize>(now));
        left -= now;
    }
    out.close();
    if (!out) fail();
    remove(trial);
}

}  // namespace

void require_writable(const std::vector<OutputFile>& files, std::uint64_t bytes) {
    std::map<fs::path, std::string> seen;
    for (const OutputFile& output : files) {
        require_regular(output);
        std::error_code ignored;
        const fs::path path = fs::weakly_canonical(fs::absolute(output.file, ignored), ignored);
        const auto [before, is_new] = seen.emplace(path, output.option);
        if (!is_new) {
            throw UsageError("{} {}: {} is the same file, expected two files", output.option, output.file,
                             before->second);
        }
    }
    for (const OutputFile& output : files) {
        if (!is_special(output.file)) try_to_write(output, bytes);
    }
}

void replace_file(const std::string& file, const std::function<void(const std::string&)>& write) {
    const std::string fresh = beside(file);
    try {
        write(fresh);
    } catch (...) {
        remove(fresh);
        throw;
    }
    std::error_code failure;
    fs::rename(fresh, file, failure);
    if (failure) throw Error("{}: cannot be written: {}", file, failure.message());
}

}  // namespace quell::train
