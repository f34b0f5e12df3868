#include "sw/cli/program_files.h"

#include "models/base/error.h"
#include "models/base/files.h"
#include "sw/compiler/context_writer.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace quell::cli {
namespace {

std::string read_text(const std::string& path) {
    refuse_folder(path);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error("{}: cannot be read: {}", path, std::strerror(errno));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::vector<std::uint64_t> read_assembly(const std::string& path) {
    try {
        return compiler::from_assembly(read_text(path));
    } catch (const Error& error) {
        const std::string reason = error.what();
        throw Error("{}{}", reason.starts_with(path) ? "" : path + ": ", reason);
    }
}

std::vector<std::uint64_t> read_words(const std::string& path) {
    std::vector<std::uint64_t> words;
    std::istringstream text(read_text(path));
    std::string line;
    for (int number = 1; std::getline(text, line); ++number) {
        std::istringstream tokens(line.substr(0, line.find("//")));
        for (std::string token; tokens >> token;) {
            std::uint64_t word = 0;
            const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), word, 16);
            if (status != std::errc() || end != token.data() + token.size()) {
                throw Error("{}: line {}: '{}' is no context word, expected up to 16 hexadecimal digits",
                            path, number, token.substr(0, 40));
            }
            words.push_back(word);
        }
    }
    return words;
}

void write_text_file(const std::string& path, const std::string& text) {
    refuse_folder(path);
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw Error("{}: cannot be written: {}", path, std::strerror(errno));
}

void write_words(const std::string& path, std::span<const std::uint64_t> words) {
    std::string text;
    for (const std::uint64_t word : words) text += fmt::format("{:016x}\n", word);
    write_text_file(path, text);
}

}  // namespace quell::cli
