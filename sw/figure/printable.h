// Texts from outside, for pages and figures.
#pragma once

#include <string>
#include <string_view>

namespace quell::figure {

// Control characters but line breaks become blanks, bytes that are no UTF-8 become '?'.
std::string printable(std::string_view text);

// Its head and its end where it has more than `longest` bytes; never a part of a character.
std::string shortened(std::string_view text, std::size_t longest);

}  // namespace quell::figure
