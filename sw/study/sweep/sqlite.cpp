#include "sw/study/sweep/sqlite.h"

#include "models/base/error.h"

#include <sqlite3.h>

namespace quell::study {

void SqliteStatement::Finalise::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t value) {
    if (sqlite3_bind_int64(statement_.get(), parameter, value) != SQLITE_OK) connection_->fail();
    return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, const std::string& value) {
    if (sqlite3_bind_text(statement_.get(), parameter, value.data(), static_cast<int>(value.size()),
                          SQLITE_TRANSIENT) != SQLITE_OK) {
        connection_->fail();
    }
    return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, const std::optional<double>& value) {
    const int code = value ? sqlite3_bind_double(statement_.get(), parameter, *value)
                           : sqlite3_bind_null(statement_.get(), parameter);
    if (code != SQLITE_OK) connection_->fail();
    return *this;
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_->fail();
    return false;
}

void SqliteStatement::reset() {
    sqlite3_reset(statement_.get());
}

std::int64_t SqliteStatement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string SqliteStatement::text(int column) const {
    const unsigned char* text = sqlite3_column_text(statement_.get(), column);
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::optional<double> SqliteStatement::number(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
    return sqlite3_column_double(statement_.get(), column);
}

void SqliteConnection::Close::operator()(sqlite3* database) const {
    sqlite3_close(database);
}

SqliteConnection::SqliteConnection(const std::string& file, Mode mode)
    : file_(file.empty() ? "the table in memory" : file) {
    sqlite3* opened = nullptr;
    // Who reads may have to roll back what a killed writer left, where the file lets it; read-only SQLite
    // would refuse such a file.
    const int flags = SQLITE_OPEN_READWRITE | (mode == Mode::read ? 0 : SQLITE_OPEN_CREATE);
    // A file may have a name that SQLite gives a meaning.
    const std::string path = file.starts_with(':') || file.starts_with("file:") ? "./" + file : file;
    const int code = sqlite3_open_v2(file.empty() ? ":memory:" : path.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) fail();
    // A report may look on while a sweep writes.
    constexpr int patience_ms = 10'000;
    sqlite3_busy_timeout(opened, patience_ms);
    if (mode == Mode::read) execute("PRAGMA query_only = ON");
}

SqliteStatement SqliteConnection::prepare(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail();
    return {*this, statement};
}

void SqliteConnection::execute(const std::string& sql) const {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t SqliteConnection::integer(const std::string& sql) const {
    SqliteStatement statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

void SqliteConnection::fail() const {
    if (database_ == nullptr) throw Error("{}: no memory to open it", file_);
    throw Error("{}: {} (SQLite)", file_, sqlite3_errmsg(database_.get()));
}

}  // namespace quell::study
