#include "sw/study/sweep/wire.h"

#include "models/base/error.h"

#include <cstring>

namespace quell::study {
namespace {

template <typename T>
void put(std::string& bytes, T value) {
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof value);
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

void put(std::string& bytes, const std::string& text) {
    put(bytes, static_cast<std::uint64_t>(text.size()));
    bytes += text;
}

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    template <typename T>
    T get() {
        T value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string text() { return std::string(take(get<std::uint64_t>())); }

private:
    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size()) throw Error("a message between processes is cut short");
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }
    std::string_view bytes_;
};

}  // namespace

std::string to_bytes(const PointRecord& record) {
    std::string bytes;
    put(bytes, record.point);
    put(bytes, static_cast<std::uint8_t>(record.status));
    put(bytes, record.message);
    put(bytes, static_cast<std::uint64_t>(record.metrics.size()));
    for (const double metric : record.metrics) put(bytes, metric);
    put(bytes, static_cast<std::uint64_t>(record.implied.size()));
    for (const auto& [name, value] : record.implied) {
        put(bytes, name);
        put(bytes, value);
    }
    return bytes;
}

std::string to_bytes(const Chunk& chunk) {
    std::string bytes;
    put(bytes, chunk.first);
    put(bytes, chunk.count);
    return bytes;
}

PointRecord record_from(std::string_view bytes) {
    Reader reader(bytes);
    PointRecord record;
    record.point = reader.get<std::int64_t>();
    record.status = static_cast<PointStatus>(reader.get<std::uint8_t>());
    record.message = reader.text();
    const auto metrics = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < metrics; ++i) record.metrics.push_back(reader.get<double>());
    const auto implied = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < implied; ++i) {
        std::string name = reader.text();
        record.implied.emplace_back(std::move(name), reader.text());
    }
    return record;
}

Chunk chunk_from(std::string_view bytes) {
    Reader reader(bytes);
    Chunk chunk;
    chunk.first = reader.get<std::int64_t>();
    chunk.count = reader.get<std::int64_t>();
    return chunk;
}

std::string framed(std::string_view message) {
    std::string bytes;
    put(bytes, static_cast<std::uint64_t>(message.size()));
    bytes += message;
    return bytes;
}

std::optional<std::string> take_message(std::string& arrived) {
    std::uint64_t size = 0;
    if (arrived.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, arrived.data(), sizeof size);
    if (arrived.size() - sizeof size < size) return std::nullopt;
    std::string message = arrived.substr(sizeof size, size);
    arrived.erase(0, sizeof size + size);
    return message;
}

}  // namespace quell::study
