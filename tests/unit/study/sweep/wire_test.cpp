#include "sw/study/sweep/wire.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <random>

using namespace quell;
using study::Chunk;
using study::PointRecord;
using study::PointStatus;

namespace {

std::vector<PointRecord> samples() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {
        {},
        {7,
         PointStatus::done,
         "",
         {1, -0.0, 0.1, 1e-308, infinity},
         {{"tile.rows", "128"}, {"noise.seed", ""}}},
        {std::int64_t{1} << 61, PointStatus::failed, std::string("a \0 and a\nline", 14), {}, {{"", "x"}}},
        {3, PointStatus::lost, std::string(100'000, 'x'), {}, {}},
    };
}

void check_same(const PointRecord& a, const PointRecord& b) {
    CHECK(a.point == b.point);
    CHECK(a.status == b.status);
    CHECK(a.message == b.message);
    CHECK(a.metrics == b.metrics);
    CHECK(a.implied == b.implied);
}

}  // namespace

TEST_CASE("wire: a record comes out as it went in") {
    for (const PointRecord& record : samples()) check_same(study::record_from(to_bytes(record)), record);
    const std::vector<double> metrics{std::nan(""), -0.0};
    const PointRecord back = study::record_from(to_bytes(PointRecord{0, PointStatus::done, "", metrics, {}}));
    CHECK(std::isnan(back.metrics.at(0)));
    CHECK(std::signbit(back.metrics.at(1)));
}

TEST_CASE("wire: a chunk comes out as it went in") {
    const Chunk chunk = study::chunk_from(to_bytes(Chunk{std::int64_t{1} << 40, 1024}));
    CHECK(chunk.first == std::int64_t{1} << 40);
    CHECK(chunk.count == 1024);
}

TEST_CASE("wire: bytes cut short, and bytes too many, are refused") {
    for (const PointRecord& record : samples()) {
        const std::string bytes = to_bytes(record);
        for (std::size_t size = 0; size < std::min<std::size_t>(bytes.size(), 200); ++size)
            CHECK_THROWS_AS(study::record_from(std::string_view(bytes).substr(0, size)), Error);
        CHECK_THROWS_AS(study::record_from(std::string_view(bytes).substr(0, bytes.size() - 1)), Error);
        CHECK_THROWS_AS(study::record_from(bytes + "x"), Error);
    }
    const std::string bytes = to_bytes(Chunk{1, 2});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_THROWS_AS(study::chunk_from(std::string_view(bytes).substr(0, size)), Error);
    CHECK_THROWS_AS(study::chunk_from(bytes + "x"), Error);
}

TEST_CASE("wire: any bytes are a record or refused") {
    std::mt19937 random(5);
    const std::vector<PointRecord> records = samples();
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = to_bytes(records[random() % 3]);
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        try {
            const PointRecord record = study::record_from(bytes);
            CHECK(static_cast<int>(record.status) <= static_cast<int>(PointStatus::lost));
        } catch (const Error&) {
        }
    }
}

TEST_CASE("wire: messages are taken out whole, however they arrive") {
    const std::vector<std::string> messages{"one", "", std::string(70'000, 'y'), "four"};
    std::string stream;
    for (const std::string& message : messages) stream += study::framed(message);
    for (const std::size_t step : {1, 3, 8, 9, 4096, 1 << 20}) {
        CAPTURE(step);
        std::string arrived;
        std::vector<std::string> taken;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            arrived += stream.substr(at, step);
            while (auto message = study::take_message(arrived)) taken.push_back(*message);
        }
        CHECK(taken == messages);
        CHECK(arrived.empty());
    }
    std::string huge(8, '\xff');
    huge += "xyz";
    CHECK(!study::take_message(huge));
    CHECK(huge.size() == 11);
}
