#include "sw/study/trace_events.h"

#include "tests/support/catch.h"

using namespace quell;
using Json = nlohmann::json;

TEST_CASE("events are written as the format has them", "[study]") {
    study::TraceEvents events;
    const int first = events.process("a \"quoted\" process"), second = events.process("another");
    const int thread = events.thread(first, "one"), other = events.thread(second, "two");
    events.complete(other, "late", "test", 3'000'000, 3'000'001, nlohmann::ordered_json::object());
    events.complete(thread, "inner", "test", 2'000, 4'000, {{"bytes", 7}});
    events.complete(thread, "outer", "test", 2'000, 1'002'000, nlohmann::ordered_json::object());
    const Json json = Json::parse(events.text({{"program", "test"}}));

    CHECK((json["displayTimeUnit"] == "ns" || json["displayTimeUnit"] == "ms"));  // nothing else is legal
    CHECK(json["otherData"]["program"] == "test");
    std::vector<Json> metadata, complete;
    for (const Json& event : json["traceEvents"]) (event["ph"] == "M" ? metadata : complete).push_back(event);
    // Names and places of two processes and two threads.
    REQUIRE(metadata.size() == 8);
    CHECK(metadata[0]["name"] == "process_name");
    CHECK(metadata[0]["args"]["name"] == "a \"quoted\" process");
    CHECK(metadata[1]["name"] == "process_sort_index");
    CHECK(metadata[1]["args"]["sort_index"].is_number_integer());
    CHECK(metadata[4]["name"] == "thread_name");
    CHECK(metadata[4]["pid"] == metadata[0]["pid"]);
    CHECK(metadata[4]["args"]["name"] == "one");

    // By begin, the outer first; microseconds.
    REQUIRE(complete.size() == 3);
    CHECK(complete[0]["name"] == "outer");
    CHECK(complete[0]["ts"] == 0.002);
    CHECK(complete[0]["dur"] == 1.0);
    CHECK(complete[1]["name"] == "inner");
    CHECK(complete[1]["dur"] == 0.002);
    CHECK(complete[1]["args"]["bytes"] == 7);
    CHECK(complete[2]["name"] == "late");
    CHECK(complete[2]["ts"] == 3.0);
    CHECK(complete[2]["dur"] == 0.000001);
    CHECK(complete[2]["pid"] == metadata[2]["pid"]);
}

TEST_CASE("a file without events is one as well", "[study]") {
    CHECK(Json::parse(study::TraceEvents().text({}))["traceEvents"].empty());
}

TEST_CASE("names that are no UTF-8 do not stop the file", "[study]") {
    study::TraceEvents events;
    const int thread = events.thread(events.process("p"), "t");
    events.complete(thread, "\xff\xfe", "test", 0, 1, {{"name", "\xff"}});
    CHECK_NOTHROW(Json::parse(events.text({})));
}
