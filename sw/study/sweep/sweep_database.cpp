#include "sw/study/sweep/sweep_database.h"

#include "models/base/error.h"
#include "models/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace quell::study {
namespace {

constexpr std::int64_t application_id = 0x7175656c;  // "quel"
constexpr std::int64_t layout_version = 1;

constexpr std::array better_names{"less", "more", "none"};

std::string quoted(const std::string& name) {
    std::string result = "\"";
    for (const char c : name) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
    return text;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

// A metric that counts is kept as a whole number.
bool is_count(const Metric& metric) {
    return metric.unit == "cycles" || metric.unit == "crossbars";
}

// The leading sixteen bytes of every SQLite 3 file.
bool looks_like_database(const std::string& file) {
    std::array<char, 16> head{};
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return true;  // SQLite says why
    const ssize_t got = ::read(descriptor, head.data(), head.size());
    ::close(descriptor);
    if (got == 0) return true;  // an empty file is an empty database
    return got == 16 && std::string_view(head.data(), 15) == "SQLite format 3";
}

void require_ours(const SqliteConnection& connection, const std::string& file) {
    if (connection.integer("PRAGMA application_id") != application_id)
        throw Error("{}: is a database of another program, expected one of `quell sweep`", file);
    const std::int64_t version = connection.integer("PRAGMA user_version");
    if (version != layout_version) {
        throw Error("{}: has layout {} of the tables, expected {}: another version of quell wrote it", file,
                    version, layout_version);
    }
    // SQLite notices pages that are missing, but reads what is missing of the last one as zeros.
    const std::int64_t page = connection.integer("PRAGMA page_size");
    if (page > 0 && std::filesystem::file_size(file) % static_cast<std::uintmax_t>(page) != 0)
        throw Error("{}: is cut short, expected whole pages of {} bytes", file, page);
}

void create(const SqliteConnection& connection, const StudyIdentity& identity) {
    std::string point =
        "CREATE TABLE point(point INTEGER PRIMARY KEY, status TEXT NOT NULL, message TEXT NOT NULL, "
        "levels TEXT NOT NULL";
    for (const StudyAxis& axis : identity.axes) point += fmt::format(", {} NUMERIC", quoted(axis.name));
    for (const Metric& metric : identity.metrics)
        point += fmt::format(", {} {}", quoted(metric.name), is_count(metric) ? "INTEGER" : "REAL");
    point += ")";
    connection.execute("CREATE TABLE study(key TEXT PRIMARY KEY, value TEXT NOT NULL)");
    connection.execute("CREATE TABLE option(name TEXT PRIMARY KEY, value TEXT NOT NULL)");
    connection.execute(
        "CREATE TABLE axis(number INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL)");
    connection.execute(
        "CREATE TABLE axis_value(axis INTEGER, level INTEGER, value TEXT NOT NULL, PRIMARY KEY(axis, level)) "
        "WITHOUT ROWID");
    connection.execute(
        "CREATE TABLE metric(number INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, better TEXT "
        "NOT NULL, title TEXT NOT NULL)");
    connection.execute(point);
    connection.execute(
        "CREATE TABLE implied(point INTEGER, name TEXT, value TEXT NOT NULL, PRIMARY KEY(point, name)) "
        "WITHOUT ROWID");
    // Values as they were typed: those of the table of points are numbers, of fifteen digits as text.
    connection.execute(
        "CREATE VIEW configuration AS SELECT p.point, o.name, COALESCE(i.value, v.value, o.value) AS value "
        "FROM point p JOIN option o LEFT JOIN implied i ON i.point = p.point AND i.name = o.name "
        "LEFT JOIN axis a ON a.name = o.name LEFT JOIN axis_value v ON v.axis = a.number AND "
        "v.level = json_extract('[' || p.levels || ']', '$[' || a.number || ']')");
    auto note = [&, statement = connection.prepare("INSERT INTO study VALUES(?, ?)")](
                    const std::string& key, const std::string& value) mutable {
        statement.bind(1, key).bind(2, value).run();
    };
    note("schema", "quell.sweep/1");
    note("program_version", identity.program_version);
    note("program_build", identity.program_build);
    note("design", identity.design);
    note("seed", std::to_string(identity.seed));
    note("planned", std::to_string(identity.planned));
    note("objectives", joined(identity.objectives));
    for (const auto& [name, digest] : identity.inputs) note("input " + name, digest);
    SqliteStatement option = connection.prepare("INSERT INTO option VALUES(?, ?)");
    for (const auto& [name, value] : identity.options) option.bind(1, name).bind(2, value).run();
    SqliteStatement axis = connection.prepare("INSERT INTO axis VALUES(?, ?, ?)");
    SqliteStatement level = connection.prepare("INSERT INTO axis_value VALUES(?, ?, ?)");
    for (std::size_t a = 0; a < identity.axes.size(); ++a) {
        const auto number = static_cast<std::int64_t>(a);
        axis.bind(1, number).bind(2, identity.axes[a].name).bind(3, identity.axes[a].unit).run();
        for (std::size_t v = 0; v < identity.axes[a].values.size(); ++v)
            level.bind(1, number)
                .bind(2, static_cast<std::int64_t>(v))
                .bind(3, identity.axes[a].values[v])
                .run();
    }
    SqliteStatement metric = connection.prepare("INSERT INTO metric VALUES(?, ?, ?, ?, ?)");
    for (std::size_t m = 0; m < identity.metrics.size(); ++m) {
        const Metric& each = identity.metrics[m];
        metric.bind(1, static_cast<std::int64_t>(m)).bind(2, each.name).bind(3, each.unit);
        metric.bind(4, std::string(better_names[static_cast<std::size_t>(each.better)]));
        metric.bind(5, each.title).run();
    }
    connection.execute(fmt::format("PRAGMA application_id = {}", application_id));
    connection.execute(fmt::format("PRAGMA user_version = {}", layout_version));
}

std::map<std::string, std::string> read_pairs(const SqliteConnection& connection, const char* table) {
    std::map<std::string, std::string> pairs;
    SqliteStatement statement = connection.prepare(fmt::format("SELECT * FROM {}", table));
    while (statement.step()) pairs[statement.text(0)] = statement.text(1);
    return pairs;
}

std::vector<StudyAxis> read_axes(const SqliteConnection& connection) {
    std::vector<StudyAxis> axes;
    SqliteStatement axis = connection.prepare("SELECT name, unit FROM axis ORDER BY number");
    while (axis.step()) axes.push_back({axis.text(0), axis.text(1), {}});
    SqliteStatement level = connection.prepare("SELECT axis, value FROM axis_value ORDER BY axis, level");
    while (level.step()) axes.at(static_cast<std::size_t>(level.integer(0))).values.push_back(level.text(1));
    return axes;
}

std::vector<Metric> read_metrics(const SqliteConnection& connection) {
    std::vector<Metric> metrics;
    SqliteStatement statement =
        connection.prepare("SELECT name, unit, title, better FROM metric ORDER BY number");
    while (statement.step()) {
        Metric metric{statement.text(0), statement.text(1), statement.text(2), Better::none};
        for (std::size_t i = 0; i < better_names.size(); ++i) {
            if (statement.text(3) == better_names[i]) metric.better = static_cast<Better>(i);
        }
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

PointStatus status_named(const std::string& name) {
    const auto found = std::ranges::find(status_names, name);
    if (found == status_names.end()) throw std::invalid_argument(name);
    return static_cast<PointStatus>(found - status_names.begin());
}

StudyTable read_table(const SqliteConnection& connection, const std::string& file) {
    StudyTable table;
    std::map<std::string, std::string> study = read_pairs(connection, "study");
    table.program_version = study["program_version"];
    table.program_build = study["program_build"];
    table.design = study["design"];
    table.objectives = split(study["objectives"]);
    table.planned = std::stoll(study["planned"]);
    table.axes = read_axes(connection);
    table.metrics = read_metrics(connection);
    table.options = read_pairs(connection, "option");
    std::string columns;
    for (const Metric& metric : table.metrics) columns += ", " + quoted(metric.name);
    SqliteStatement statement = connection.prepare(
        fmt::format("SELECT point, status, message, levels{} FROM point ORDER BY point", columns));
    while (statement.step()) {
        StudyPoint point;
        point.number = statement.integer(0);
        if (point.number < 0 || point.number >= table.planned) throw std::out_of_range("point");
        point.status = status_named(statement.text(1));
        point.message = statement.text(2);
        const std::vector<std::string> levels = split(statement.text(3));
        if (levels.size() != table.axes.size())
            throw Error("{}: point {} has {} values, expected {}", file, point.number, levels.size(),
                        table.axes.size());
        for (std::size_t a = 0; a < levels.size(); ++a)
            point.values.push_back(table.axes[a].values.at(std::stoull(levels[a])));
        if (point.status == PointStatus::done) {
            for (std::size_t m = 0; m < table.metrics.size(); ++m)
                point.metrics.push_back(statement.number(static_cast<int>(m) + 4));
        }
        table.points.push_back(std::move(point));
    }
    return table;
}

// Reads tables that may not be as they were written: a number that is none, a level that is not there.
template <typename Read>
auto undamaged(const std::string& file, Read read) {
    try {
        return read();
    } catch (const std::logic_error&) {
        throw Error("{}: is damaged: what it says of its points does not fit together", file);
    }
}

std::string values_of(const std::vector<StudyAxis>& axes) {
    constexpr std::size_t shown = 8;
    std::string text;
    for (const StudyAxis& axis : axes) {
        text += (text.empty() ? "" : ", ") + axis.name + " = ";
        for (std::size_t v = 0; v < std::min(shown, axis.values.size()); ++v)
            text += (v == 0 ? "" : ",") + axis.values[v];
        if (axis.values.size() > shown) text += fmt::format(",... ({})", axis.values.size());
    }
    return text;
}

bool same_axes(const std::vector<StudyAxis>& a, const std::vector<StudyAxis>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const StudyAxis& x, const StudyAxis& y) {
        return x.name == y.name && x.values == y.values;
    });
}

void require_same_study(const SqliteConnection& connection, const std::string& file,
                        const StudyIdentity& identity) {
    std::map<std::string, std::string> study = read_pairs(connection, "study");
    const auto require = [&](const std::string& what, const std::string& there, const std::string& now) {
        if (there == now) return;
        throw Error("{}: was begun with {} {}, now it is {}; expected the same, or another --db", file, what,
                    there.empty() ? "none" : there, now.empty() ? "none" : now);
    };
    require("version", study["program_version"], identity.program_version);
    if (const std::string& builds = study["program_build"];
        builds != identity.program_build && !identity.any_build) {
        throw Error(
            "{}: was begun with build {} of quell {}, this is build {}; expected the same, another --db, or "
            "--any-build to go on all the same",
            file, builds.empty() ? "unknown" : builds, identity.program_version, identity.program_build);
    }
    require("a design", study["design"], identity.design);
    const std::vector<StudyAxis> axes = read_axes(connection);
    if (!same_axes(axes, identity.axes) || study["planned"] != std::to_string(identity.planned) ||
        study["seed"] != std::to_string(identity.seed)) {
        throw Error(
            "{}: was begun with {} points of {} (seed {}), now there are {} of {} (seed {}); expected "
            "the same, or another --db",
            file, study["planned"], values_of(axes), study["seed"], identity.planned,
            values_of(identity.axes), identity.seed);
    }
    std::map<std::string, std::string> options = read_pairs(connection, "option");
    for (const auto& [name, value] : identity.options) require(name, options[name], value);
    for (const auto& [name, digest] : identity.inputs) {
        if (study["input " + name] == digest) continue;
        if (!study.contains("input " + name)) {
            throw Error(
                "{}: does not say with what {} it was begun: another build of quell wrote it; expected "
                "another --db",
                file, name);
        }
        throw Error("{}: was begun with another {}; expected the same, or another --db", file, name);
    }
    const std::vector<Metric> metrics = read_metrics(connection);
    const auto same_metric = [](const Metric& a, const Metric& b) { return a.name == b.name; };
    if (!std::equal(metrics.begin(), metrics.end(), identity.metrics.begin(), identity.metrics.end(),
                    same_metric)) {
        throw Error(
            "{}: was begun {} images, now it is the other way round; expected the same, or another "
            "--db",
            file, metrics.size() < identity.metrics.size() ? "without" : "with");
    }
}

// A build that goes on with another's points is named beside it.
void add_build(const SqliteConnection& connection, const std::string& build) {
    std::string builds = read_pairs(connection, "study")["program_build"];
    const std::vector<std::string> known = split(builds);
    if (builds == build || std::ranges::find(known, build) != known.end()) return;
    if (builds.empty()) builds = "unknown";  // it was begun before builds were recorded
    connection.prepare("INSERT OR REPLACE INTO study VALUES('program_build', ?)")
        .bind(1, builds + "," + build)
        .run();
}

}  // namespace

// flock, not fcntl: SQLite's own locks on the file come and go with every transaction.
class SweepDatabase::Lock {
public:
    explicit Lock(const std::string& file) {
        refuse_folder(file);
        descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0) {
            throw Error("{}: cannot be opened for writing: {}", file, std::generic_category().message(errno));
        }
        // Workers of a sweep that was killed end just behind it, and hold the lock with it until then.
        constexpr std::chrono::milliseconds patience{2000}, between_tries{10};
        const auto end = std::chrono::steady_clock::now() + patience;
        while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            if (std::chrono::steady_clock::now() >= end) {
                ::close(descriptor_);
                throw Error("{}: another sweep is writing it; expected one at a time, or another --db", file);
            }
            std::this_thread::sleep_for(between_tries);
        }
    }
    ~Lock() { ::close(descriptor_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    int descriptor_ = -1;
};

SweepDatabase::SweepDatabase(const std::string& file, const StudyIdentity& identity)
    : file_(file.empty() ? "the sweep" : file),
      lock_(file.empty() ? nullptr : std::make_unique<Lock>(file)),
      connection_(
          [&] {
              if (!file.empty() && !looks_like_database(file))
                  throw Error("{}: is no SQLite database, expected one of `quell sweep` or a new name", file);
              return file;
          }(),
          SqliteConnection::Mode::write),
      build_(identity.program_build),
      axes_(identity.axes),
      metrics_(identity.metrics) {
    // Killed, the process leaves what it gave to the system; only the machine's own end could lose more.
    connection_.execute("PRAGMA synchronous = NORMAL");
    if (connection_.integer("SELECT count(*) FROM sqlite_master") == 0) {
        connection_.execute("BEGIN IMMEDIATE");
        create(connection_, identity);
        connection_.execute("COMMIT");
    } else {
        require_ours(connection_, file);
        undamaged(file_, [&] { require_same_study(connection_, file, identity); });
        connection_.prepare("UPDATE study SET value = ? WHERE key = 'objectives'")
            .bind(1, joined(identity.objectives))
            .run();
    }
    std::string places = "?, ?, ?, ?";
    for (std::size_t i = 0; i < axes_.size() + metrics_.size(); ++i) places += ", ?";
    const auto prepare = [&](const std::string& sql) {
        return std::make_unique<SqliteStatement>(connection_.prepare(sql));
    };
    insert_ = prepare(fmt::format("INSERT OR REPLACE INTO point VALUES({})", places));
    imply_ = prepare("INSERT OR REPLACE INTO implied VALUES(?, ?, ?)");
    forget_ = prepare("DELETE FROM implied WHERE point = ?");
}

SweepDatabase::~SweepDatabase() = default;

std::vector<SweepDatabase::State> SweepDatabase::states() const {
    const std::int64_t planned =
        connection_.integer("SELECT CAST(value AS INTEGER) FROM study WHERE key = 'planned'");
    std::vector<State> states(static_cast<std::size_t>(planned), State::missing);
    SqliteStatement statement = connection_.prepare("SELECT point, status FROM point");
    constexpr std::array known{State::done, State::failed, State::lost};
    undamaged(file_, [&] {
        while (statement.step()) {
            states.at(static_cast<std::size_t>(statement.integer(0))) =
                known[static_cast<std::size_t>(status_named(statement.text(1)))];
        }
    });
    return states;
}

void SweepDatabase::record(const PointRecord& record, const std::vector<std::size_t>& levels) {
    if (!open_transaction_) {
        connection_.execute("BEGIN IMMEDIATE");
        open_transaction_ = true;
        add_build(connection_, build_);
    }
    std::string level_text;
    for (const std::size_t level : levels) {
        if (!level_text.empty()) level_text += ',';
        level_text += std::to_string(level);
    }
    insert_->bind(1, record.point);
    insert_->bind(2, std::string(status_name(record.status)));
    insert_->bind(3, record.message).bind(4, level_text);
    int column = 5;
    for (std::size_t a = 0; a < axes_.size(); ++a) insert_->bind(column++, axes_[a].values.at(levels[a]));
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
        insert_->bind(column++,
                      m < record.metrics.size() ? std::optional<double>(record.metrics[m]) : std::nullopt);
    }
    insert_->run();
    forget_->bind(1, record.point).run();
    for (const auto& [name, value] : record.implied)
        imply_->bind(1, record.point).bind(2, name).bind(3, value).run();
}

void SweepDatabase::commit() {
    if (!open_transaction_) return;
    connection_.execute("COMMIT");
    open_transaction_ = false;
}

StudyTable SweepDatabase::table() const {
    return undamaged(file_, [&] { return read_table(connection_, file_); });
}

StudyTable read_study(const std::string& file) {
    refuse_folder(file);
    if (!std::filesystem::exists(file)) throw Error("{}: is not there", file);
    if (!looks_like_database(file))
        throw Error("{}: is no SQLite database, expected one of `quell sweep`", file);
    const SqliteConnection connection(file, SqliteConnection::Mode::read);
    require_ours(connection, file);
    return undamaged(file, [&] { return read_table(connection, file); });
}

}  // namespace quell::study
