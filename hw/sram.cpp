#include "hw/sram.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace quell::hw {

std::ostream& operator<<(std::ostream& stream, const ReadRequest& request) {
    return stream << request.count << " from " << request.address;
}

std::ostream& operator<<(std::ostream& stream, const WriteRequest& request) {
    return stream << request.words << " to " << request.address;
}

void sc_trace(sc_core::sc_trace_file* file, const ReadRequest& request, const std::string& name) {
    sc_core::sc_trace(file, request.count, name + ".count");
    sc_core::sc_trace(file, request.address, name + ".address");
}

void sc_trace(sc_core::sc_trace_file* file, const WriteRequest& request, const std::string& name) {
    sc_trace(file, request.words, name);
    sc_core::sc_trace(file, request.address, name + ".address");
}

// The words of a port and the banks of one direction.
class Sram::Ports {
public:
    Ports(int words, int banks)
        : words_(static_cast<std::uint32_t>(words)), banks_(static_cast<std::uint32_t>(banks)) {}

    // How many words of this access are served in this cycle, from its address on; no longer left.
    std::uint32_t serve(Access& access) {
        std::uint32_t count = std::min(access.most, access.left);
        if (access.own_words > 0) {
            count = std::min(count, access.own_words);
        } else {
            count = std::min({count, words_, banks_});
            for (std::size_t k = 0; k < taken_count_; ++k) {
                if (taken_[k].port != access.bank_port) continue;
                count = std::min(count, free_before(taken_[k], access.address));
            }
            words_ -= count;
            if (count > 0 && taken_count_ < taken_.size()) {
                taken_[taken_count_++] = {access.bank_port, access.address, count};
            }
        }
        access.address += count;
        access.words += count;
        access.left -= count;
        access.stalls += access.left > 0;
        return count;
    }

private:
    struct Taken {
        std::uint32_t port, address, count;
    };

    // Words from this address on whose banks come before those taken.
    std::uint32_t free_before(const Taken& taken, std::uint32_t address) const {
        const std::uint32_t bank = address % banks_, first = taken.address % banks_;
        const std::uint32_t distance = bank <= first ? first - bank : banks_ - bank + first;
        return banks_ - distance < taken.count ? 0 : distance;
    }

    std::uint32_t words_, banks_;
    std::array<Taken, kMostRequesters> taken_;
    std::size_t taken_count_ = 0;
};

Sram::Sram(const sc_core::sc_module_name& name, const config::SramConfig& config,
           const std::vector<SramRequester>& readers, const std::vector<SramRequester>& writers)
    : sc_module(name),
      config_(config),
      size_(std::max<std::int64_t>(0, config.bytes / 2)),
      memory_(static_cast<std::size_t>(size_) + kMostBusWords),
      readers_(readers.size()),
      writers_(writers.size()) {
    if (size_ == 0 || config.banks < 1 || config.read_words < 1 || config.write_words < 1 ||
        config.read_latency < 1 || std::max(config.read_words, config.write_words) > kMostBusWords) {
        throw Error(
            "{}: {} bytes, {} banks, {} words read and {} written a cycle, read latency {}: expected at "
            "least one "
            "word and 1 of each, and at most {} words a cycle",
            this->name(), config.bytes, config.banks, config.read_words, config.write_words,
            config.read_latency, kMostBusWords);
    }
    if (std::max(readers.size(), writers.size()) > kMostRequesters) {
        throw Error("{}: {} readers and {} writers, expected at most {} of each", this->name(),
                    readers.size(), writers.size(), kMostRequesters);
    }
    read.init(readers.size());
    data.init(readers.size());
    write.init(writers.size());
    for (std::size_t k = 0; k < readers.size(); ++k) {
        readers_[k].requester = readers[k].name;
        readers_[k].own_words = static_cast<std::uint32_t>(readers[k].own_words);
        readers_[k].bank_port = static_cast<std::uint32_t>(readers[k].bank_port);
        readers_[k].stages.resize(static_cast<std::size_t>(config.read_latency));
    }
    for (std::size_t k = 0; k < writers.size(); ++k) {
        writers_[k].requester = writers[k].name;
        writers_[k].own_words = static_cast<std::uint32_t>(writers[k].own_words);
        writers_[k].bank_port = static_cast<std::uint32_t>(writers[k].bank_port);
    }
    SC_HAS_PROCESS(Sram);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void Sram::accept(Access& access, const char* direction, std::uint32_t count, std::uint32_t address,
                  std::uint32_t most) const {
    if (std::int64_t{address} + count > size()) {
        throw Error("{}: {} {} word {} in cycle {}, but the memory has {} words", name(), access.requester,
                    direction, std::max(std::int64_t{address}, size()), cycle_, size());
    }
    if (most == 0)
        throw Error("{}: {} {} 0 words a cycle in cycle {}", name(), access.requester, direction, cycle_);
    access.left = count;
    access.address = address;
    access.most = most;
}

void Sram::step_reader(Reader& reader, Ports& ports) {
    if (reader.left == 0) {
        if (const ReadRequest& request = *reader.wire; request.count > 0) {
            accept(reader, "reads", request.count, request.address, request.most);
        }
    }
    // The ring's oldest words, which were the port's until this edge, make room.
    WordBus& served = reader.stages[reader.stage];
    reader.under_way -= served.count > 0;
    served.count = 0;
    if (reader.left > 0) {
        const std::uint32_t address = reader.address;
        served.count = static_cast<std::uint16_t>(ports.serve(reader));
        copy_words(served.words.data(), memory_.data() + address, served.count);
        words_read_ += served.count;
        reader.under_way += served.count > 0;
    }
    reader.stage = reader.stage + 1 == reader.stages.size() ? 0 : reader.stage + 1;
    const WordBus& due = reader.stages[reader.stage];
    if (due.count > 0 || reader.data_valid) reader.data->write(due);
    reader.data_valid = due.count > 0;
}

void Sram::step_writer(Writer& writer, Ports& ports) {
    if (writer.left == 0) {
        const WriteRequest& request = *writer.wire;
        accept(writer, "writes", request.words.count, request.address, request.most);
        writer.request = request.words;
        writer.next = 0;
    }
    const std::uint32_t address = writer.address, count = ports.serve(writer);
    std::copy_n(writer.request.words.begin() + writer.next, count, memory_.begin() + address);
    writer.next += count;
    words_written_ += count;
}

void Sram::start_of_simulation() {
    if (reset.size() > 0) reset_wire_ = &reset->read();
    for (std::size_t k = 0; k < readers_.size(); ++k) {
        readers_[k].wire = &read[k].read();
        readers_[k].data = &data[k];
    }
    for (std::size_t k = 0; k < writers_.size(); ++k) writers_[k].wire = &write[k].read();
}

void Sram::drop_requests() {
    for (std::size_t k = 0; k < readers_.size(); ++k) {
        Reader& reader = readers_[k];
        reader.left = 0;
        reader.under_way = 0;
        reader.data_valid = false;
        for (WordBus& stage : reader.stages) stage.count = 0;
        data[k].write({});
    }
    for (Writer& writer : writers_) writer.left = 0;
}

void Sram::step() {
    if (reset_wire_ != nullptr && *reset_wire_) {
        drop_requests();
        ++cycle_;
        return;
    }
    Ports reads(config_.read_words, config_.banks), writes(config_.write_words, config_.banks);
    for (Reader& reader : readers_) {
        if ((reader.wire->count | reader.left | reader.under_way) != 0) step_reader(reader, reads);
    }
    for (Writer& writer : writers_) {
        if ((writer.wire->words.count | writer.left) != 0) step_writer(writer, writes);
    }
    ++cycle_;
}

void Sram::trace(sc_core::sc_trace_file* file) const {
    for (std::size_t k = 0; k < readers_.size(); ++k) {
        const std::string scope = fmt::format("{}.read_{}", name(), readers_[k].requester);
        sc_core::sc_trace(file, read[k], scope + ".request");
        sc_core::sc_trace(file, readers_[k].left, scope + ".left");
        sc_core::sc_trace(file, data[k], scope + ".data");
    }
    for (std::size_t k = 0; k < writers_.size(); ++k) {
        const std::string scope = fmt::format("{}.write_{}", name(), writers_[k].requester);
        sc_core::sc_trace(file, write[k], scope + ".request");
        sc_core::sc_trace(file, writers_[k].left, scope + ".left");
    }
}

}  // namespace quell::hw
