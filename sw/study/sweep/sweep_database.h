// Where a sweep's points are kept (docs/sweeps.md, "The database").
#pragma once

#include "sw/study/sweep/sqlite.h"
#include "sw/study/sweep/study_table.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace quell::study {

// One point as it was computed.
struct PointRecord {
    std::int64_t point = 0;
    PointStatus status = PointStatus::done;
    std::string message;
    std::vector<double> metrics;                               // when done
    std::vector<std::pair<std::string, std::string>> implied;  // options and values
};

// What a database is of: the same study goes on in it, another is refused.
struct StudyIdentity {
    std::string program_version, program_build, design;
    bool any_build = false;  // go on where other builds of this version computed points
    std::uint64_t seed = 0;
    std::int64_t planned = 0;
    std::vector<StudyAxis> axes;
    std::vector<Metric> metrics;
    std::vector<std::string> objectives;                       // may change from start to start
    std::vector<std::pair<std::string, std::string>> options;  // the whole configuration
    std::map<std::string, std::string> inputs;                 // "model mine.onnx" -> digest
};

class SweepDatabase {
public:
    // Opens or begins it; an empty name keeps everything in memory. Throws Error naming the file: in use by
    // another sweep, another program's or version's, another study's (saying what differs), no database, not
    // writable.
    SweepDatabase(const std::string& file, const StudyIdentity& identity);
    ~SweepDatabase();

    // Of each point whether it is recorded, and how.
    enum class State : std::uint8_t { missing, done, failed, lost };
    std::vector<State> states() const;

    // Keeps a point for the next commit. Throws Error where it cannot be written; what was committed stays.
    void record(const PointRecord& record, const std::vector<std::size_t>& levels);
    void commit();  // nothing to do: nothing happens

    StudyTable table() const;

private:
    class Lock;
    std::string file_;            // for messages
    std::unique_ptr<Lock> lock_;  // released last
    SqliteConnection connection_;
    std::string build_;
    std::vector<StudyAxis> axes_;
    std::vector<Metric> metrics_;
    std::unique_ptr<SqliteStatement> insert_, imply_, forget_;
    bool open_transaction_ = false;
};

}  // namespace quell::study
