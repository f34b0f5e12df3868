// gnuplot, the program.
#pragma once

#include <string>
#include <vector>

namespace quell::figure {

// A text in gnuplot's single quotes, in which it knows neither commands nor macros. A line break becomes an
// expression of several quoted lines; other control characters become blanks, bytes that are no UTF-8 '?'.
std::string quoted(const std::string& text);

// Runs gnuplot on the scripts, in `folder` ("": here), with its own settings only and no shell between.
// False where it is not installed. Throws Error when a script fails.
bool run_gnuplot(const std::string& folder, const std::vector<std::string>& scripts);

// A PDF's date of creation set to 1970: the same figure, the same bytes.
void remove_creation_date(const std::string& pdf);

}  // namespace quell::figure
