// What some editors and spreadsheets put before the first character of a text file.
#pragma once

#include <string>

namespace quell {

inline void remove_byte_order_mark(std::string& text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
}

}  // namespace quell
