#include "sw/study/report/report.h"

#include "models/base/byte_order_mark.h"
#include "models/base/error.h"
#include "models/base/files.h"
#include "sw/figure/gnuplot.h"
#include "sw/figure/printable.h"
#include "sw/study/output_file.h"
#include "sw/study/report/page.h"
#include "sw/study/report/run_part.h"
#include "sw/study/report/sweep_part.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <variant>

namespace quell::study {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::string_view sqlite_magic = "SQLite format 3\0"sv;

using Result = std::variant<RunRecord, StudyTable>;

Result read_result(const std::string& file) {
    refuse_folder(file);
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be read: {}", file, std::strerror(errno));
    std::string text(sqlite_magic.size(), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text == sqlite_magic) return read_study(file);
    const char* const expected =
        "expected what `quell run --format json` prints, or a database of `quell sweep`";
    if (text.empty()) throw Error("{}: empty, {}", file, expected);
    remove_byte_order_mark(text);
    // Looked at before the rest is read: it may be a disk's image.
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (text[first] != '{' && text[first] != '['))
        throw Error("{}: neither JSON nor SQLite, {}", file, expected);
    text.append(std::istreambuf_iterator<char>(stream), {});
    return parse_run(text, file);
}

// For names of files: what every shell and browser takes as it is.
std::string plain_name(const std::string& name) {
    std::string plain = name;
    for (char& c : plain) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '_' && c != '-') c = '_';
    }
    if (plain.empty() || plain[0] == '.' || plain[0] == '-') plain.insert(0, "_");
    return figure::shortened(plain, 150);
}

class Names {
public:
    std::string unique(const std::string& name) {
        const std::string plain = plain_name(name);
        std::string candidate = plain;
        for (int i = 2; !taken_.insert(candidate).second; ++i) candidate = fmt::format("{}-{}", plain, i);
        return candidate;
    }

private:
    std::set<std::string> taken_;
};

std::string shell_word(const std::string& word) {
    const bool plain = !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
        return std::isalnum(c) != 0 || std::strchr("._-/,+=:@%", c) != nullptr;
    });
    if (plain) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string command_of(const ReportRequest& request) {
    std::string command = "quell report";
    for (const std::string& input : request.inputs) command += " " + shell_word(input);
    if (!request.folder.empty()) command += " --to " + shell_word(request.folder);
    if (!request.metrics.empty())
        command += " --metrics " + shell_word(fmt::format("{}", fmt::join(request.metrics, ",")));
    return command;
}

Report compose(const ReportRequest& request) {
    std::vector<Result> results;
    for (const std::string& input : request.inputs) results.push_back(read_result(input));
    Report report;
    report.command = command_of(request);
    report.version = request.program_version;
    std::vector<std::pair<std::string, const RunRecord*>> runs;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (const auto* run = std::get_if<RunRecord>(&results[i])) {
            report.parts.push_back(run_part(*run, request.inputs[i]));
            runs.emplace_back(request.inputs[i], run);
        } else {
            report.parts.push_back(
                sweep_part(std::get<StudyTable>(results[i]), request.inputs[i], request.metrics));
        }
    }
    report.title =
        report.parts.size() == 1 ? report.parts[0].title : fmt::format("{} results", report.parts.size());
    if (runs.size() > 1) report.tables.push_back(runs_side_by_side(runs));
    Names names, prefixes;
    for (std::size_t i = 0; i < report.parts.size(); ++i) {
        const std::string prefix = report.parts.size() == 1
                                       ? ""
                                       : prefixes.unique(fs::path(request.inputs[i]).stem().string()) + "-";
        for (Figure& figure : report.parts[i].figures) figure.name = names.unique(prefix + figure.name);
        for (auto& [name, content] : report.parts[i].files) name = names.unique(prefix + name);
    }
    return report;
}

void make_folder(const std::string& folder) {
    std::error_code failure;
    if (fs::exists(folder, failure) && !is_folder(folder))
        throw Error("{}: a file, expected a folder", folder);
    fs::create_directories(folder, failure);
    if (failure) throw Error("{}: the folder cannot be made: {}", folder, failure.message());
}

std::string read_text(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// The files of one report, in its folder.
class Folder {
public:
    Folder(std::string path, const std::vector<std::string>& inputs)
        : path_(std::move(path)), inputs_(inputs) {
        make_folder(path_);
        require_writable(at("index.html"));
    }
    std::string at(const std::string& name) const { return (fs::path(path_) / name).string(); }
    void write(const std::string& name, const std::string& content) const {
        for (const std::string& input : inputs_) {
            std::error_code ignored;
            if (fs::equivalent(input, at(name), ignored))
                throw Error("{}: an input, which {} would be written over", input, name);
        }
        write_file(at(name), content);
    }
    // What was drawn there, in the order of the figures; nothing without gnuplot.
    std::vector<std::string> draw(const std::vector<std::string>& names) const {
        std::vector<std::string> scripts, drawings;
        for (const std::string& name : names) scripts.push_back(name + ".gnuplot");
        if (names.empty() || !figure::run_gnuplot(path_, scripts)) return {};
        for (const std::string& name : names) {
            figure::remove_creation_date(at(name + ".pdf"));
            drawings.push_back(read_text(at(name + ".svg")));
        }
        return drawings;
    }

private:
    std::string path_;
    const std::vector<std::string>& inputs_;
};

}  // namespace

ReportFiles write_report(const ReportRequest& request) {
    const Report report = compose(request);
    const std::string path = request.folder.empty()
                                 ? fs::path(request.inputs.at(0)).replace_extension().string() + "-report"
                                 : request.folder;
    const Folder folder(path, request.inputs);
    std::vector<std::string> names;
    for (const ReportPart& part : report.parts) {
        for (const auto& [name, content] : part.files) folder.write(name + ".csv", content);
        for (const Figure& figure : part.figures) {
            folder.write(figure.name + ".csv", csv(figure.data));
            folder.write(figure.name + ".gnuplot", gnuplot_script(figure));
            names.push_back(figure.name);
        }
    }
    const std::vector<std::string> drawings = folder.draw(names);
    folder.write("index.html", html(report, drawings));
    return {folder.at("index.html"), !drawings.empty() || names.empty()};
}

}  // namespace quell::study
