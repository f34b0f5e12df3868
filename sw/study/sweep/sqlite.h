// SQLite, as far as it is used here: a connection and prepared statements that close themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace quell::study {

class SqliteConnection;

class SqliteStatement {
public:
    // Parameters count from 1, columns from 0.
    SqliteStatement& bind(int parameter, std::int64_t value);
    SqliteStatement& bind(int parameter, const std::string& value);
    SqliteStatement& bind(int parameter, const std::optional<double>& value);  // nothing: NULL

    // To the next row; false behind the last. Throws Error naming the file.
    bool step();
    void run() {  // to the end, and ready for the next values
        while (step()) {
        }
        reset();
    }
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::optional<double> number(int column) const;  // nothing for NULL

private:
    friend class SqliteConnection;
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const;
    };
    SqliteStatement(const SqliteConnection& connection, sqlite3_stmt* statement)
        : connection_(&connection), statement_(statement) {}
    const SqliteConnection* connection_;
    std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

class SqliteConnection {
public:
    enum class Mode { read, write };
    // `file` empty: in memory. Throws Error naming the file when it cannot be opened or is no database.
    SqliteConnection(const std::string& file, Mode mode);
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    SqliteStatement prepare(const std::string& sql) const;
    void execute(const std::string& sql) const;
    std::int64_t integer(const std::string& sql) const;  // the first column of the first row

    [[noreturn]] void fail() const;  // throws Error with what SQLite says

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    std::string file_;
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace quell::study
