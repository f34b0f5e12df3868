// Fields of comma-separated values, quoted as in RFC 4180 but without line breaks in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quell {

// The fields of a line, without blanks around them; nothing when a quote is not closed or has something
// behind it.
std::optional<std::vector<std::string>> split_csv_line(std::string_view line);

// As a field is written: quoted where it has to be.
std::string csv_field(std::string_view text);

}  // namespace quell
