// One option: its name, what may be given, why its default is what it is, and the field of a struct it sets.
#pragma once

#include "models/config/value_text.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quell::config {

// The legal words of an option and what each stands for.
template <typename E>
using Choices = std::vector<std::pair<std::string, E>>;

// Where an option's value came from; a later one beats an earlier one.
enum class Origin { standard, file, command_line };

struct Range {
    double minimum, maximum;
    bool minimum_excluded = false;
};

// What an option that may be given several times collects, in order.
struct Repeated {
    std::vector<std::string> values;
};

// Bound to a field that must outlive it. The default is the field's value when the option is made.
class Option {
public:
    template <typename T>
    Option(std::string name, T& field)
        : name_(std::move(name)),
          kind_(ValueText<T>::kind()),
          parse_([&field](std::string_view text) -> std::optional<Assignment> {
              std::optional<T> value = ValueText<T>::parse(text);
              if (!value) return std::nullopt;
              std::vector<double> numbers = ValueText<T>::numbers(*value);
              return Assignment{[&field, held = std::move(*value)] { field = held; }, std::move(numbers)};
          }),
          print_([&field] { return ValueText<T>::print(field); }),
          default_text_(print_()) {}

    template <typename E>
    Option(std::string name, E& field, Choices<E> choices)
        : name_(std::move(name)), kind_("one of"), choices_(names_of(choices)) {
        parse_ = [&field, choices](std::string_view text) -> std::optional<Assignment> {
            for (const auto& [word, value] : choices) {
                if (word == trimmed(text)) return Assignment{[&field, held = value] { field = held; }, {}};
            }
            return std::nullopt;
        };
        print_ = [&field, choices] {
            for (const auto& [word, value] : choices) {
                if (value == field) return word;
            }
            return std::string("?");
        };
        default_text_ = print_();
    }

    Option(std::string name, Repeated& field);

    // Read as a sentence: table.add("denoiser.lfsr_width", width).unit("bits").range(16,
    // 64).help("...").source("...");
    Option& unit(std::string text) { return unit_ = std::move(text), *this; }
    Option& range(double minimum, double maximum) { return range_ = Range{minimum, maximum}, *this; }
    Option& at_least(double minimum);
    Option& above(double minimum);  // the bound itself is not legal
    Option& above(double minimum, double maximum);
    Option& help(std::string text) { return help_ = std::move(text), *this; }  // one line
    Option& source(std::string text) {
        return source_ = std::move(text), *this;
    }  // a paper's section or "ours: ..."

    // Sets the field. `context` opens the message of the UsageError, as in "--denoiser.cores 65" or "a.ini:
    // cores = 65".
    void assign(std::string_view text, const std::string& context, Origin origin);

    const std::string& name() const { return name_; }
    std::string section() const;  // what stands before the dot; empty for a plain name
    std::string key() const;      // what stands after it
    const std::string& unit() const { return unit_; }
    const std::string& help() const { return help_; }
    const std::string& source() const { return source_; }
    const std::string& default_text() const { return default_text_; }
    std::string text() const { return print_(); }  // the value now
    std::string legal_values() const;              // "16 to 64", "sequential, overlapped", "true or false"
    std::string expectation() const;               // "a whole number (bits), 16 to 64"
    Origin origin() const { return origin_; }

    // The words a person may choose from: "sequential", "overlapped"; "true", "false". Empty: no such list.
    std::vector<std::string> words() const;
    // A text of any kind, which is nearly always the name of a file or folder.
    bool is_text() const { return kind_ == ValueText<std::string>::kind(); }
    bool is_repeated() const { return repeated_; }
    bool is_flag() const { return flag_; }
    Option& flag() { return flag_ = true, *this; }

private:
    struct Assignment {
        std::function<void()> store;
        std::vector<double> numbers;
    };

    template <typename E>
    static std::vector<std::string> names_of(const Choices<E>& choices) {
        std::vector<std::string> names;
        for (const auto& choice : choices) names.push_back(choice.first);
        return names;
    }

    std::string name_, kind_, unit_, help_, source_;
    std::optional<Range> range_;
    std::vector<std::string> choices_;
    std::function<std::optional<Assignment>(std::string_view)> parse_;
    std::function<std::string()> print_;
    std::string default_text_;
    Origin origin_ = Origin::standard;
    bool flag_ = false, repeated_ = false;
};

}  // namespace quell::config
