#include "sw/study/trace_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;

// The format's unit is the microsecond; a decimal fraction holds picoseconds as they are.
std::string microseconds(std::int64_t picoseconds) {
    return fmt::format("{}.{:06}", picoseconds / 1'000'000, picoseconds % 1'000'000);
}

// What is no UTF-8 must not stop the file.
std::string as_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

int TraceEvents::process(const std::string& name) {
    processes_.push_back(name);
    return static_cast<int>(processes_.size());
}

int TraceEvents::thread(int process, const std::string& name) {
    threads_.push_back({process, name});
    return static_cast<int>(threads_.size());
}

void TraceEvents::complete(int thread, const std::string& name, const char* category, std::int64_t begin,
                           std::int64_t end, const Json& args) {
    events_.push_back({thread, name, category, begin, end, as_text(args)});
}

std::string TraceEvents::text(const Json& about) const {
    std::string text =
        "{\"displayTimeUnit\": \"ns\",\n\"otherData\": " + about.dump() + ",\n\"traceEvents\": [";
    const auto out = std::back_inserter(text);
    const char* separator = "\n";
    const auto metadata = [&](const char* what, int pid, int tid, const std::string& args) {
        fmt::format_to(out,
                       "{}{{\"name\": \"{}\", \"ph\": \"M\", \"pid\": {}, \"tid\": {}, \"args\": {{{}}}}}",
                       separator, what, pid, tid, args);
        separator = ",\n";
    };
    for (std::size_t p = 0; p < processes_.size(); ++p) {
        const int pid = static_cast<int>(p) + 1;
        metadata("process_name", pid, 0, "\"name\": " + as_text(processes_[p]));
        metadata("process_sort_index", pid, 0, fmt::format("\"sort_index\": {}", pid));
    }
    for (std::size_t t = 0; t < threads_.size(); ++t) {
        const int tid = static_cast<int>(t) + 1;
        metadata("thread_name", threads_[t].process, tid, "\"name\": " + as_text(threads_[t].name));
        metadata("thread_sort_index", threads_[t].process, tid, fmt::format("\"sort_index\": {}", tid));
    }
    std::vector<const Event*> sorted;
    for (const Event& event : events_) sorted.push_back(&event);
    std::ranges::stable_sort(sorted, [](const Event* a, const Event* b) {
        return a->begin != b->begin ? a->begin < b->begin : a->end > b->end;
    });
    for (const Event* event : sorted) {
        fmt::format_to(
            out,
            "{}{{\"name\": {}, \"cat\": \"{}\", \"ph\": \"X\", \"ts\": {}, \"dur\": {}, \"pid\": {}, "
            "\"tid\": {}, \"args\": {}}}",
            separator, as_text(event->name), event->category, microseconds(event->begin),
            microseconds(event->end - event->begin),
            threads_[static_cast<std::size_t>(event->thread) - 1].process, event->thread, event->args);
        separator = ",\n";
    }
    return text + "\n]}\n";
}

}  // namespace quell::study
