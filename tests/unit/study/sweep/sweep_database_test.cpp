#include "sw/study/sweep/sweep_database.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/study/sweep/sample_study.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace quell;
using study::PointRecord;
using study::PointStatus;
using study::SqliteConnection;
using study::StudyIdentity;
using study::StudyTable;
using study::SweepDatabase;
using test::contains;
using test::sample_identity;
using test::sample_levels;
using test::sample_record;

namespace {

struct DatabaseFile {
    test::TemporaryFolder folder;
    std::string file = folder.file("sweep.sqlite");

    void record(const std::vector<PointRecord>& records) const {
        SweepDatabase database(file, sample_identity());
        for (const PointRecord& each : records) database.record(each, sample_levels(each.point));
        database.commit();
    }
    void write(const std::string& bytes) const { std::ofstream(file, std::ios::binary) << bytes; }
    void execute(const std::string& sql) const {
        SqliteConnection(file, SqliteConnection::Mode::write).execute(sql);
    }
    void refused(const StudyIdentity& identity, const std::string& why) const {
        CHECK_THROWS_AS(SweepDatabase(file, identity), Error);
        CHECK_THROWS_WITH(SweepDatabase(file, identity), contains(file) && contains(why));
    }
};

}  // namespace

TEST_CASE_METHOD(DatabaseFile, "database: what was recorded is read again") {
    record({sample_record(4),
            {1, PointStatus::failed, "a \"bad\" point's line", {}, {}},
            {0, PointStatus::done, "", {12345678901, 0.1, 7}, {{"clock_mhz", "400"}}},
            {2, PointStatus::lost, "its process was ended", {}, {}}});
    const StudyTable table = study::read_study(file);
    CHECK(table.program_version == "1.2.3");
    CHECK(table.design == "factorial");
    CHECK(table.planned == 6);
    CHECK(table.objectives == std::vector<std::string>{"total_cycles"});
    CHECK(table.options.at("note") == "it's");
    REQUIRE(table.axes.size() == 2);
    CHECK(table.axes[0].unit == "cores");
    CHECK(table.axes[1].values == std::vector<std::string>{"1,20", "none"});
    REQUIRE(table.metrics.size() == 3);
    CHECK(table.metrics[1].title == "throughput");
    CHECK(table.metrics[1].better == study::Better::more);
    CHECK(table.metrics[2].better == study::Better::none);
    REQUIRE(table.points.size() == 4);
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(table.points[i].number == std::vector<std::int64_t>{0, 1, 2, 4}[i]);
    CHECK(table.points[0].values == std::vector<std::string>{"1", "1,20"});
    CHECK(table.points[0].metrics == std::vector<std::optional<double>>{12345678901, 0.1, 7});
    CHECK(table.points[1].status == PointStatus::failed);
    CHECK(table.points[1].message == "a \"bad\" point's line");
    CHECK(table.points[1].metrics.empty());
    CHECK(table.points[2].status == PointStatus::lost);
    CHECK(table.points[3].metrics[1] == 0.1 + 4.0 / 3);
}

TEST_CASE_METHOD(DatabaseFile, "database: its layout is that of the documentation") {
    record({sample_record(3)});
    const SqliteConnection connection(file, SqliteConnection::Mode::read);
    CHECK(connection.integer("PRAGMA application_id") == 0x7175656c);
    CHECK(connection.integer("PRAGMA user_version") == 1);
    const auto one = [&](const std::string& sql) {
        study::SqliteStatement statement = connection.prepare(sql);
        return statement.step() ? statement.text(0) : "no row";
    };
    CHECK(one("SELECT value FROM study WHERE key = 'schema'") == "quell.sweep/1");
    CHECK(one("SELECT value FROM study WHERE key = 'planned'") == "6");
    CHECK(one("SELECT total_cycles FROM point WHERE \"denoiser.cores\" = 2") == "1003");
    CHECK(one("SELECT typeof(total_cycles) FROM point") == "integer");
    CHECK(one("SELECT typeof(\"denoiser.cores\") FROM point") == "integer");
    CHECK(one("SELECT better FROM metric WHERE name = 'images_per_s'") == "more");
}

TEST_CASE_METHOD(DatabaseFile, "database: every point's whole configuration") {
    record({{3, PointStatus::done, "", {1, 2, 3}, {{"clock_mhz", "400"}}}, sample_record(0)});
    const SqliteConnection connection(file, SqliteConnection::Mode::read);
    const auto configuration = [&](int point) {
        std::map<std::string, std::string> options;
        study::SqliteStatement statement =
            connection.prepare(fmt::format("SELECT name, value FROM configuration WHERE point = {}", point));
        while (statement.step()) options[statement.text(0)] = statement.text(1);
        return options;
    };
    using Options = std::map<std::string, std::string>;
    CHECK(
        configuration(3) ==
        Options{{"clock_mhz", "400"}, {"denoiser.cores", "2"}, {"denoiser.after", "none"}, {"note", "it's"}});
    CHECK(
        configuration(0) ==
        Options{{"clock_mhz", "500"}, {"denoiser.cores", "1"}, {"denoiser.after", "1,20"}, {"note", "it's"}});
    // Computed once more, what it implied before is forgotten.
    record({sample_record(3)});
    CHECK(configuration(3)["clock_mhz"] == "500");
}

TEST_CASE_METHOD(DatabaseFile, "database: a configuration has the digits that were typed") {
    StudyIdentity identity = sample_identity();
    identity.axes = {{"seed", "", {"18446744073709551615", "1"}},
                     {"clock_mhz", "MHz", {"433.33333333333331", "0.1"}}};
    identity.options = {{"seed", "1"}, {"clock_mhz", "500"}};
    {
        SweepDatabase database(file, identity);
        database.record(sample_record(0), {0, 0});
        database.record(sample_record(3), {1, 1});
        database.commit();
    }
    const SqliteConnection connection(file, SqliteConnection::Mode::read);
    study::SqliteStatement statement = connection.prepare(
        "SELECT group_concat(value, ' ') FROM (SELECT value FROM configuration ORDER BY point, name)");
    REQUIRE(statement.step());
    CHECK(statement.text(0) == "433.33333333333331 18446744073709551615 0.1 1");
}

TEST_CASE_METHOD(DatabaseFile, "database: what was not committed is not there, what was is") {
    {
        SweepDatabase database(file, sample_identity());
        database.record(sample_record(0), sample_levels(0));
        database.commit();
        database.record(sample_record(1), sample_levels(1));
        const StudyTable table = study::read_study(file);  // a report looks on
        CHECK(table.points.size() == 1);
    }
    SweepDatabase database(file, sample_identity());
    using State = SweepDatabase::State;
    CHECK(database.states() == std::vector{State::done, State::missing, State::missing, State::missing,
                                           State::missing, State::missing});
}

TEST_CASE_METHOD(DatabaseFile, "database: a point may be recorded again") {
    record({{1, PointStatus::failed, "no", {}, {}}, {2, PointStatus::lost, "killed", {}, {}}});
    using State = SweepDatabase::State;
    SweepDatabase database(file, sample_identity());
    CHECK(database.states()[1] == State::failed);
    CHECK(database.states()[2] == State::lost);
    database.record(sample_record(1), sample_levels(1));
    database.commit();
    CHECK(database.states()[1] == State::done);
    CHECK(database.table().points.size() == 2);
}

TEST_CASE("database: without a file nothing is kept, and all of it is there") {
    SweepDatabase database("", sample_identity());
    database.record(sample_record(5), sample_levels(5));
    database.commit();
    REQUIRE(database.table().points.size() == 1);
    CHECK(database.table().points[0].values == std::vector<std::string>{"4", "none"});
}

TEST_CASE_METHOD(DatabaseFile, "database: another build is refused, or is named beside the first") {
    StudyIdentity first = sample_identity(), second = first;
    first.program_build = "aaa";
    second.program_build = "bbb";
    {
        SweepDatabase database(file, first);
        database.record(sample_record(0), sample_levels(0));
        database.commit();
        CHECK(database.table().program_build == "aaa");
    }
    const std::string before = test::content(file);
    refused(second,
            "was begun with build aaa of quell 1.2.3, this is build bbb; expected the same, another --db, or "
            "--any-build");
    CHECK(test::content(file) == before);
    second.any_build = true;
    {
        SweepDatabase database(file, second);
        CHECK(database.states()[0] == SweepDatabase::State::done);
        CHECK(database.table().program_build == "aaa");  // it has computed nothing yet
        database.record(sample_record(1), sample_levels(1));
        database.commit();
        CHECK(database.table().program_build == "aaa,bbb");
    }
    {
        SweepDatabase database(file, second);  // each is named once
        database.record(sample_record(2), sample_levels(2));
        database.commit();
    }
    CHECK(study::read_study(file).program_build == "aaa,bbb");
    // From now on no build has computed all of it.
    refused(first, "was begun with build aaa,bbb of quell 1.2.3, this is build aaa;");
    first.any_build = true;
    first.program_version = "1.2.4";  // another version is another matter
    refused(first, "was begun with version 1.2.3, now it is 1.2.4");
}

TEST_CASE_METHOD(DatabaseFile, "database: one from before builds were recorded is of an unknown one") {
    record({sample_record(0)});
    execute("DELETE FROM study WHERE key = 'program_build'");
    StudyIdentity now = sample_identity();
    now.program_build = "aaa";
    refused(now, "was begun with build unknown of quell 1.2.3, this is build aaa;");
    now.any_build = true;
    {
        SweepDatabase database(file, now);
        database.record(sample_record(1), sample_levels(1));
        database.commit();
    }
    CHECK(study::read_study(file).program_build == "unknown,aaa");
}

TEST_CASE_METHOD(DatabaseFile, "database: another study is refused, saying what differs") {
    record({sample_record(0)});
    const std::string before = test::content(file);
    StudyIdentity other = sample_identity();
    other.program_version = "1.2.4";
    refused(other, "was begun with version 1.2.3, now it is 1.2.4; expected the same, or another --db");
    other = sample_identity();
    other.design = "latin";
    refused(other, "a design factorial, now it is latin");
    other = sample_identity();
    other.axes[0].values.push_back("8");
    other.planned = 8;
    refused(other,
            "6 points of denoiser.cores = 1,2,4, denoiser.after = 1,20,none (seed 0), now there are 8");
    other = sample_identity();
    std::swap(other.axes[0], other.axes[1]);
    refused(other, "now there are 6 of denoiser.after = 1,20,none, denoiser.cores = 1,2,4");
    other = sample_identity();
    other.seed = 2;
    refused(other, "(seed 0), now");
    other = sample_identity();
    other.options[0].second = "400";
    refused(other, "was begun with clock_mhz 500, now it is 400");
    other = sample_identity();
    other.inputs["network resnet18"] = "e3b0c442";
    refused(other, "was begun with another network resnet18");
    other = sample_identity();
    other.metrics.push_back({"accuracy_percent", "%", "accuracy", study::Better::more});
    refused(other, "was begun without images");
    CHECK(test::content(file) == before);
    // Other objectives are the same study.
    other = sample_identity();
    other.objectives = {"images_per_s", "total_cycles"};
    SweepDatabase(file, other);
    CHECK(study::read_study(file).objectives == other.objectives);
    CHECK(study::read_study(file).points.size() == 1);
}

TEST_CASE_METHOD(DatabaseFile, "database: what is none of ours is refused and stays as it is") {
    SECTION("a text") {
        write("point,status\n0,done\n");
        refused(sample_identity(), "is no SQLite database");
        CHECK_THROWS_WITH(study::read_study(file), contains(file + ": is no SQLite database"));
        CHECK(test::content(file) == "point,status\n0,done\n");
    }
    SECTION("a few bytes") {
        write("SQLite");
        refused(sample_identity(), "is no SQLite database");
    }
    SECTION("another program's database") {
        execute("CREATE TABLE point(x)");
        const std::string before = test::content(file);
        refused(sample_identity(), "is a database of another program");
        CHECK_THROWS_WITH(study::read_study(file), contains("is a database of another program"));
        CHECK(test::content(file) == before);
    }
    SECTION("another layout") {
        record({});
        execute("PRAGMA user_version = 2");
        refused(sample_identity(),
                "has layout 2 of the tables, expected 1: another version of quell wrote it");
        CHECK_THROWS_WITH(study::read_study(file), contains("has layout 2"));
    }
    SECTION("a folder") {
        std::filesystem::create_directory(file);
        refused(sample_identity(), "folder");
        CHECK_THROWS_WITH(study::read_study(file), contains(file) && contains("folder"));
    }
    SECTION("no folder to put it in") {
        file = folder.file("none/sweep.sqlite");
        refused(sample_identity(), "cannot be opened for writing: No such file or directory");
    }
    SECTION("nothing to read") {
        CHECK_THROWS_WITH(study::read_study(file), contains(file + ": is not there"));
        CHECK(!std::filesystem::exists(file));
    }
    SECTION("an empty file to read") {
        write("");
        CHECK_THROWS_WITH(study::read_study(file), contains("is a database of another program"));
    }
}

TEST_CASE_METHOD(DatabaseFile, "database: a file cut short anywhere is refused or whole, never a crash") {
    std::vector<PointRecord> records;
    for (int i = 0; i < 6; ++i) records.push_back(sample_record(i));
    record(records);
    const std::string whole = test::content(file);
    for (std::size_t size = 1; size < whole.size(); size += 509) {
        CAPTURE(size);
        write(whole.substr(0, size));
        CHECK_THROWS_WITH(study::read_study(file), contains(file));
        CHECK_THROWS_WITH(SweepDatabase(file, sample_identity()).table(), contains(file));
    }
}

TEST_CASE_METHOD(DatabaseFile, "database: tables that do not fit together are refused in words") {
    record({sample_record(0), sample_record(1)});
    const char* damage =
        GENERATE("UPDATE point SET levels = '99,0'", "UPDATE point SET levels = 'x,y'",
                 "UPDATE study SET value = 'many' WHERE key = 'planned'",
                 "UPDATE axis_value SET axis = 7 WHERE axis = 1", "UPDATE point SET levels = '0'",
                 "UPDATE point SET status = 'perhaps' WHERE point = 1",
                 "UPDATE point SET point = 77 WHERE point = 1", "DROP TABLE metric");
    CAPTURE(damage);
    execute(damage);
    CHECK_THROWS_WITH(study::read_study(file), contains(file));
    CHECK_THROWS_AS(study::read_study(file), Error);
    const auto go_on = [&] {
        SweepDatabase database(file, sample_identity());
        database.states();
        database.table();
    };
    CHECK_THROWS_AS(go_on(), Error);
    CHECK_THROWS_WITH(go_on(), contains(file));
}

TEST_CASE_METHOD(DatabaseFile, "database: two sweeps on one file: the second is refused") {
    SweepDatabase first(file, sample_identity());
    CHECK_THROWS_WITH(
        SweepDatabase(file, sample_identity()),
        contains(file + ": another sweep is writing it; expected one at a time, or another --db"));
    first.record(sample_record(0), sample_levels(0));
    first.commit();
    CHECK(study::read_study(file).points.size() == 1);
}

TEST_CASE_METHOD(DatabaseFile, "database: the workers of a sweep that was killed are waited for") {
    record({sample_record(0)});
    const int worker = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(worker, LOCK_EX | LOCK_NB) == 0);
    std::thread end([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        ::close(worker);
    });
    std::string why;
    try {
        const SweepDatabase database(file, sample_identity());
    } catch (const Error& error) {
        why = error.what();
    }
    end.join();
    CHECK(why.empty());
}

TEST_CASE_METHOD(DatabaseFile,
                 "database: what a killed sweep left half written is rolled back by who reads it") {
    std::vector<PointRecord> records;
    for (int i = 0; i < 6; ++i) records.push_back(sample_record(i));
    record(records);
    const std::string killed = folder.file("killed.sqlite");
    {
        // A transaction under way that has reached the file: as it is now, a kill would leave it.
        const SqliteConnection writer(file, SqliteConnection::Mode::write);
        writer.execute("PRAGMA cache_size = 2");
        writer.execute("BEGIN IMMEDIATE");
        writer.execute("UPDATE point SET status = 'lost', message = hex(zeroblob(20000))");
        std::filesystem::copy_file(file, killed);
        std::filesystem::copy_file(file + "-journal", killed + "-journal");
    }
    REQUIRE(test::content(killed) != test::content(file));
    const StudyTable table = study::read_study(killed);
    REQUIRE(table.points.size() == 6);
    for (const study::StudyPoint& point : table.points) CHECK(point.status == PointStatus::done);
    CHECK(SweepDatabase(killed, sample_identity()).table().points.size() == 6);
}

TEST_CASE_METHOD(DatabaseFile, "database: who reads changes nothing") {
    record({sample_record(0)});
    const SqliteConnection reader(file, SqliteConnection::Mode::read);
    CHECK_THROWS_WITH(reader.execute("DELETE FROM point"), contains(file));
    CHECK(reader.integer("SELECT count(*) FROM point") == 1);
    CHECK_THROWS_AS(SqliteConnection(folder.file("none.sqlite"), SqliteConnection::Mode::read), Error);
    CHECK(!std::filesystem::exists(folder.file("none.sqlite")));
}

TEST_CASE_METHOD(DatabaseFile, "database: a full disk costs only what was not committed") {
    StudyIdentity identity = sample_identity();
    identity.planned = 6;
    std::int64_t committed = 0;
    {
        SweepDatabase database(file, identity);
        const auto room = static_cast<rlim_t>(std::filesystem::file_size(file)) + 16'384;
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto action = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{room, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
        std::string why;
        try {
            for (std::int64_t point = 0; point < 6; ++point) {
                PointRecord record = sample_record(point);
                record.implied = {{"note", std::string(5'000, 'x')}};
                database.record(record, sample_levels(point));
                database.commit();
                ++committed;
            }
        } catch (const Error& error) {
            why = error.what();
        }
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, action);
        CHECK_THAT(why, contains(file + ": ") && contains("(SQLite)"));
        CHECK(committed > 0);
        CHECK(committed < 6);
    }
    CHECK(static_cast<std::int64_t>(study::read_study(file).points.size()) == committed);
    SweepDatabase again(file, identity);
    for (std::int64_t point = committed; point < 6; ++point)
        again.record(sample_record(point), sample_levels(point));
    again.commit();
    CHECK(again.table().points.size() == 6);
}
