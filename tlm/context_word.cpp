#include "tlm/context_word.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

namespace quell::tlm {
namespace {

// How a field is written in assembly.
enum class Style { decimal, hexadecimal, flag, function };

struct Field {
    std::string_view name;
    int word, shift, bits;
    Style style = Style::decimal;
    std::int64_t unit = 1;  // the field counts in units of this
};

struct Format {
    std::string_view mnemonic;
    int words = 1;
    std::vector<Field> fields;
};

constexpr int opcode_shift = 60, strip_shift = 59;
constexpr int address_bits = 34;

const std::array<Format, 14>& formats() {
    static const std::array<Format, 14> table{{
        {"HALT", 1, {}},
        {"LOAD", 1, {{"address", 0, 24, address_bits, Style::hexadecimal}, {"words", 0, 0, 24}}},
        {"MVM", 1, {{"pe", 0, 47, 12}, {"pes", 0, 35, 12}, {"crossbars", 0, 23, 12}, {"products", 0, 0, 23}}},
        {"ACCUMULATE",
         1,
         {{"pe", 0, 47, 12}, {"pes", 0, 35, 12}, {"remote", 0, 34, 1, Style::flag}, {"elements", 0, 0, 32}}},
        {"ALU",
         1,
         {{"pe", 0, 47, 12},
          {"pes", 0, 35, 12},
          {"elements", 0, 0, 29},
          {"function", 0, 29, 6, Style::function}}},
        {"STORE", 1, {{"address", 0, 24, address_bits, Style::hexadecimal}, {"words", 0, 0, 24}}},
        {"DENOISE",
         3,
         {{"address", 0, 0, address_bits, Style::hexadecimal},
          {"site", 0, 34, 16},
          {"channels", 1, 32, 16},
          {"height", 1, 16, 16},
          {"width", 1, 0, 16},
          {"weights", 2, 0, address_bits, Style::hexadecimal}}},
        {"PROGRAM",
         2,
         {{"pe", 0, 47, 12},
          {"pes", 0, 35, 12},
          {"crossbars", 0, 23, 12},
          {"address", 1, 30, address_bits, Style::hexadecimal},
          {"words", 1, 0, 30, Style::decimal, 16}}},
        {"SYNC", 1, {{"layer", 0, 0, 24}}},
        {"LOOP", 1, {{"body", 0, 32, 12}, {"count", 0, 0, 32}}},
        {"COUNTER", 1, {{"body", 0, 32, 28}, {"images", 0, 0, 32}}},
        {"STAGE", 1, {{"stage", 0, 48, 12}, {"delay", 0, 32, 16}, {"body", 0, 0, 28}}},
        {"WAIT", 1, {{"stage", 0, 48, 12}, {"behind", 0, 32, 16}}},
        {"RING",
         2,
         {{"buffers", 0, 0, 16}, {"address", 1, 30, address_bits, Style::hexadecimal}, {"words", 1, 0, 30}}},
    }};
    return table;
}

const Format& format_of(Opcode opcode) {
    return formats()[static_cast<std::size_t>(opcode)];
}

// The one place that says which member of an instruction a field is.
std::int64_t get(const Instruction& i, std::string_view field) {
    if (field == "address") return i.transfer.address;
    if (field == "words") return i.transfer.words;
    if (field == "pe") return i.pes.first;
    if (field == "pes") return i.pes.count;
    if (field == "crossbars") return i.crossbars_per_pe;
    if (field == "products") return i.products;
    if (field == "elements") return i.step.elements;
    if (field == "remote") return i.step.remote ? 1 : 0;
    if (field == "function") return static_cast<std::int64_t>(i.step.function);
    if (field == "channels") return i.channels;
    if (field == "height") return i.height;
    if (field == "width") return i.width;
    if (field == "weights") return i.weight_address;
    if (field == "site") return i.site;
    if (field == "layer") return i.layer;
    if (field == "body") return i.body;
    if (field == "stage") return i.stage;
    if (field == "delay") return i.delay;
    if (field == "behind") return i.behind;
    if (field == "buffers") return i.buffers;
    return i.count;  // count, images
}

void set(Instruction& i, std::string_view field, std::int64_t value) {
    if (field == "address")
        i.transfer.address = value;
    else if (field == "words")
        i.transfer.words = value;
    else if (field == "pe")
        i.pes.first = static_cast<int>(value);
    else if (field == "pes")
        i.pes.count = static_cast<int>(value);
    else if (field == "crossbars")
        i.crossbars_per_pe = value;
    else if (field == "products")
        i.products = value;
    else if (field == "elements")
        i.step.elements = value;
    else if (field == "remote")
        i.step.remote = value != 0;
    else if (field == "function")
        i.step.function = static_cast<timing::DigitalFunction>(value);
    else if (field == "channels")
        i.channels = value;
    else if (field == "height")
        i.height = value;
    else if (field == "width")
        i.width = value;
    else if (field == "weights")
        i.weight_address = value;
    else if (field == "site")
        i.site = value;
    else if (field == "layer")
        i.layer = value;
    else if (field == "body")
        i.body = value;
    else if (field == "stage")
        i.stage = value;
    else if (field == "delay")
        i.delay = value;
    else if (field == "behind")
        i.behind = value;
    else if (field == "buffers")
        i.buffers = value;
    else
        i.count = value;
}

bool may_begin_strip(Opcode opcode) {
    switch (opcode) {
        case Opcode::load:
        case Opcode::mvm:
        case Opcode::accumulate:
        case Opcode::alu:
        case Opcode::store:
            return true;
        default:
            return false;
    }
}

std::uint64_t mask(int bits) {
    return (std::uint64_t{1} << bits) - 1;
}

void check_function(std::int64_t value, std::size_t at) {
    if (value >= static_cast<std::int64_t>(timing::DigitalFunction::sentinel)) {
        throw Error("context word {}: {} is no function of the digital unit", at, value);
    }
}

std::int64_t parse_number(std::string_view text, std::string_view line) {
    int base = 10;
    std::string_view digits = text;
    if (digits.starts_with("0x")) {
        base = 16;
        digits.remove_prefix(2);
    }
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (status != std::errc() || end != digits.data() + digits.size() || value < 0) {
        throw Error("assembly '{}': '{}' is not a number", line, text);
    }
    return value;
}

std::string_view next_token(std::string_view& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        text = {};
        return {};
    }
    const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    const std::string_view token = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return token;
}

}  // namespace

std::int64_t word_count(Opcode opcode) {
    return format_of(opcode).words;
}

void encode(const Instruction& instruction, std::vector<std::uint64_t>& words) {
    const Format& format = format_of(instruction.opcode);
    std::array<std::uint64_t, 3> encoded{};
    encoded[0] = static_cast<std::uint64_t>(instruction.opcode) << opcode_shift;
    if (instruction.begins_strip) {
        if (!may_begin_strip(instruction.opcode)) throw Error("{} cannot begin a strip", format.mnemonic);
        encoded[0] |= std::uint64_t{1} << strip_shift;
    }
    for (const Field& field : format.fields) {
        const std::int64_t value = get(instruction, field.name);
        if (value < 0 || value % field.unit != 0 ||
            static_cast<std::uint64_t>(value / field.unit) > mask(field.bits)) {
            throw Error("{}: {} = {} does not fit into {} bits in units of {}", format.mnemonic, field.name,
                        value, field.bits, field.unit);
        }
        encoded[static_cast<std::size_t>(field.word)] |= static_cast<std::uint64_t>(value / field.unit)
                                                         << field.shift;
    }
    words.insert(words.end(), encoded.begin(), encoded.begin() + format.words);
}

Instruction decode(std::span<const std::uint64_t> words, std::size_t at) {
    if (at >= words.size())
        throw Error("context word {} lies behind the program's {} words", at, words.size());
    const std::uint64_t code = words[at] >> opcode_shift;
    if (code >= formats().size()) throw Error("context word {}: {} is no opcode", at, code);

    Instruction instruction;
    instruction.opcode = static_cast<Opcode>(code);
    const Format& format = format_of(instruction.opcode);
    if (at + static_cast<std::size_t>(format.words) > words.size()) {
        throw Error("context word {}: {} takes {} words, the program ends after {}", at, format.mnemonic,
                    format.words, words.size() - at);
    }
    std::array<std::uint64_t, 3> rest{};
    for (int w = 0; w < format.words; ++w)
        rest[static_cast<std::size_t>(w)] = words[at + static_cast<std::size_t>(w)];
    rest[0] &= mask(opcode_shift);
    if (may_begin_strip(instruction.opcode)) {
        instruction.begins_strip = (rest[0] >> strip_shift & 1) != 0;
        rest[0] &= mask(strip_shift);
    }
    for (const Field& field : format.fields) {
        std::uint64_t& word = rest[static_cast<std::size_t>(field.word)];
        const std::int64_t value =
            static_cast<std::int64_t>(word >> field.shift & mask(field.bits)) * field.unit;
        if (field.style == Style::function) check_function(value, at);
        set(instruction, field.name, value);
        word &= ~(mask(field.bits) << field.shift);
    }
    if (rest[0] != 0 || rest[1] != 0 || rest[2] != 0) {
        throw Error("context word {}: {} has bits set that belong to no field", at, format.mnemonic);
    }
    instruction.step.accumulate = instruction.opcode == Opcode::accumulate;
    return instruction;
}

std::string disassemble(const Instruction& instruction) {
    const Format& format = format_of(instruction.opcode);
    std::string line = fmt::format("{:6}{:10}", instruction.begins_strip ? "strip" : "", format.mnemonic);
    for (const Field& field : format.fields) {
        const std::int64_t value = get(instruction, field.name);
        switch (field.style) {
            case Style::decimal:
                line += fmt::format(" {}={}", field.name, value);
                break;
            case Style::hexadecimal:
                line += fmt::format(" {}=0x{:x}", field.name, value);
                break;
            case Style::flag:
                if (value != 0) line += fmt::format(" {}", field.name);
                break;
            case Style::function:
                line += fmt::format(" {}={}", field.name, timing::name(instruction.step.function));
                break;
        }
    }
    while (line.back() == ' ') line.pop_back();
    return line;
}

Instruction assemble(const std::string& line) {
    std::string_view text = line;
    Instruction instruction;
    std::string_view token = next_token(text);
    if (token == "strip") {
        instruction.begins_strip = true;
        token = next_token(text);
    }
    std::size_t code = 0;
    while (code < formats().size() && formats()[code].mnemonic != token) ++code;
    if (code == formats().size()) throw Error("assembly '{}': '{}' is no instruction", line, token);
    instruction.opcode = static_cast<Opcode>(code);
    instruction.step.accumulate = instruction.opcode == Opcode::accumulate;
    if (instruction.begins_strip && !may_begin_strip(instruction.opcode)) {
        throw Error("assembly '{}': {} cannot begin a strip", line, token);
    }

    const std::vector<Field>& fields = formats()[code].fields;
    std::vector<bool> given(fields.size(), false);
    while (!(token = next_token(text)).empty()) {
        const std::size_t equals = token.find('=');
        const std::string_view key = token.substr(0, equals);
        std::size_t f = 0;
        while (f < fields.size() && fields[f].name != key) ++f;
        if (f == fields.size())
            throw Error("assembly '{}': {} has no field '{}'", line, formats()[code].mnemonic, key);
        if (given[f]) throw Error("assembly '{}': field '{}' is given twice", line, key);
        given[f] = true;
        if (fields[f].style == Style::flag) {
            if (equals != std::string_view::npos)
                throw Error("assembly '{}': '{}' takes no value", line, key);
            set(instruction, key, 1);
            continue;
        }
        if (equals == std::string_view::npos)
            throw Error("assembly '{}': field '{}' needs a value", line, key);
        const std::string_view value = token.substr(equals + 1);
        if (fields[f].style == Style::function) {
            instruction.step.function = timing::digital_function(value);
        } else {
            set(instruction, key, parse_number(value, line));
        }
    }
    for (std::size_t f = 0; f < fields.size(); ++f) {
        if (!given[f] && fields[f].style != Style::flag) {
            throw Error("assembly '{}': field '{}' is missing", line, fields[f].name);
        }
    }
    return instruction;
}

}  // namespace quell::tlm
