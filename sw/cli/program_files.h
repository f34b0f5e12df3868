// Context programs in files: assembly as text, words as 16 hexadecimal digits a line ($readmemh).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quell::cli {

// Throw Error naming the file, and the line where one is to blame.
std::vector<std::uint64_t> read_assembly(const std::string& path);
std::vector<std::uint64_t> read_words(const std::string& path);

// Throw Error when the file cannot be written.
void write_text_file(const std::string& path, const std::string& text);
void write_words(const std::string& path, std::span<const std::uint64_t> words);

}  // namespace quell::cli
