// A file of the Trace Event Format, as Perfetto and chrome://tracing read it: the JSON object format,
// complete events ("ph": "X") and metadata ("M").
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace quell::study {

class TraceEvents {
public:
    // Numbers of processes and threads, unique in the file; both are shown in this order.
    int process(const std::string& name);
    int thread(int process, const std::string& name);

    // Times in picoseconds. Of one thread, events lie side by side or within each other.
    void complete(int thread, const std::string& name, const char* category, std::int64_t begin,
                  std::int64_t end, const nlohmann::ordered_json& args);

    std::size_t size() const { return events_.size(); }
    // `about`: goes to otherData. Events come by their begin, the outer before the inner.
    std::string text(const nlohmann::ordered_json& about) const;

private:
    struct Track {
        int process;
        std::string name;
    };
    struct Event {
        int thread;
        std::string name;
        const char* category;
        std::int64_t begin, end;
        std::string args;  // as text, which takes a tenth of the room
    };
    std::vector<std::string> processes_;
    std::vector<Track> threads_;
    std::vector<Event> events_;
};

}  // namespace quell::study
