// A file that Verilog's $readmemh reads (IEEE 1364-2005, 17.2.9): words in hexadecimal, `//` comments. It has
// no `@address`, so that $readmemh(file, memory, first) puts it wherever the reader wants it.
#pragma once

#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>

namespace quell {

class MemoryFile {
public:
    // word_bits: 1 to 64. An old file is replaced. Throws Error when the file cannot be written.
    MemoryFile(const std::string& path, int word_bits);

    void comment(const std::string& line);
    void words(std::span<const std::int16_t> values);  // a line each; 16-bit files
    void row(std::initializer_list<std::int64_t> values, const std::string& note = {});  // one line

    // Throws Error when not all of it could be written. Without it the file may be incomplete.
    void close();

    std::int64_t size() const { return words_; }  // words so far
    int word_bits() const { return bits_; }

private:
    void write(const std::string& text);

    std::string path_;
    std::ofstream file_;
    int bits_;
    std::int64_t words_ = 0;
};

}  // namespace quell
