#include "sw/study/output_file.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace quell::study {
namespace {

void remove_file(const std::string& file) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) std::filesystem::remove(file, ignored);
}

}  // namespace

void require_writable(const std::string& file) {
    refuse_folder(file);
    std::error_code ignored;
    const bool was_there = std::filesystem::exists(file, ignored);
    const std::ofstream probe(file, std::ios::app);
    if (!probe) throw Error("{}: cannot be written: {}", file, std::strerror(errno));
    if (!was_there) remove_file(file);
}

void write_file(const std::string& file, const std::string& content) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    if (!stream) throw Error("{}: cannot be written: {}", file, std::strerror(errno));
    stream << content << std::flush;
    if (!stream) {
        const std::string reason = std::strerror(errno);
        stream.close();
        remove_file(file);
        throw Error("{}: cannot be written to its end: {}", file, reason);
    }
}

}  // namespace quell::study
