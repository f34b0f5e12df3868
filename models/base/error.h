// The two ways a command can end badly, each carrying one complete line for the person who typed it.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace quell {

// The work could not be done: a bad file, a shape that does not fit, a resource that is missing. Exit code 1.
// The message names the file, key, node or layer, what was expected and what came.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& message) : std::runtime_error(message) {}

    template <typename... Arguments>
    explicit Error(fmt::format_string<Arguments...> format,
                   Arguments&&... arguments) requires(sizeof...(Arguments) > 0)
        : std::runtime_error(fmt::format(format, std::forward<Arguments>(arguments)...)) {}
};

// The command line or configuration was wrong: an unknown option, a value out of range. Exit code 2.
class UsageError : public Error {
public:
    using Error::Error;
};

}  // namespace quell
