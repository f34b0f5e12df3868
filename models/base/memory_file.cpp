#include "models/base/memory_file.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <cerrno>
#include <cstring>

namespace quell {

namespace {

std::string hexadecimal(std::int64_t value, int bits) {
    const std::uint64_t word = static_cast<std::uint64_t>(value) & (~std::uint64_t{0} >> (64 - bits));
    return fmt::format("{:0{}x}", word, (bits + 3) / 4);
}

}  // namespace

MemoryFile::MemoryFile(const std::string& path, int word_bits) : path_(path), bits_(word_bits) {
    refuse_folder(path);
    errno = 0;
    file_.open(path, std::ios::binary);
    if (!file_) throw Error("{}: cannot be written: {}", path, std::strerror(errno));
}

void MemoryFile::comment(const std::string& line) {
    write("// " + line + "\n");
}

void MemoryFile::words(std::span<const std::int16_t> values) {
    constexpr std::size_t at_once = 1 << 16;
    std::string text;
    for (std::size_t k = 0; k < values.size(); ++k) {
        text += hexadecimal(values[k], bits_);
        text += '\n';
        if (text.size() < at_once && k + 1 < values.size()) continue;
        write(text);
        text.clear();
    }
    words_ += static_cast<std::int64_t>(values.size());
}

void MemoryFile::row(std::initializer_list<std::int64_t> values, const std::string& note) {
    std::string text;
    for (const std::int64_t value : values) {
        if (!text.empty()) text += ' ';
        text += hexadecimal(value, bits_);
    }
    if (!note.empty()) text += "  // " + note;
    write(text + "\n");
    words_ += static_cast<std::int64_t>(values.size());
}

void MemoryFile::close() {
    errno = 0;
    file_.close();
    if (!file_) throw Error("{}: cannot be written: {}", path_, std::strerror(errno));
}

void MemoryFile::write(const std::string& text) {
    errno = 0;
    file_.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file_) throw Error("{}: cannot be written: {}", path_, std::strerror(errno));
}

}  // namespace quell
