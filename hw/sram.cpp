#include "hw/sram.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::hw {

std::ostream& operator<<(std::ostream& stream, const ReadRequest& request) {
    return stream << request.count << " from " << request.address << " by " << request.stride;
}

std::ostream& operator<<(std::ostream& stream, const WriteRequest& request) {
    return stream << request.words << " to " << request.address << " by " << request.stride;
}

void sc_trace(sc_core::sc_trace_file* file, const ReadRequest& request, const std::string& name) {
    sc_core::sc_trace(file, request.count, name + ".count");
    sc_core::sc_trace(file, request.address, name + ".address");
    sc_core::sc_trace(file, request.stride, name + ".stride");
}

void sc_trace(sc_core::sc_trace_file* file, const WriteRequest& request, const std::string& name) {
    sc_trace(file, request.words, name);
    sc_core::sc_trace(file, request.address, name + ".address");
    sc_core::sc_trace(file, request.stride, name + ".stride");
}

class Sram::Slots {
public:
    Slots(int port_words, int banks, std::int64_t cycle, std::vector<std::int64_t>& taken)
        : words_(port_words), banks_(static_cast<std::size_t>(banks)), cycle_(cycle), taken_(taken) {}

    // The words of this access that are served in this cycle; they are no longer left.
    template <typename Serve>
    void serve(Access& access, Serve each) {
        std::uint32_t most = std::min(access.most, access.left);
        if (access.own_words > 0) most = std::min(most, access.own_words);
        for (std::uint32_t served = 0; served < most; ++served) {
            if (access.own_words == 0) {
                std::int64_t& taken = taken_[access.bank_port * banks_ + access.address % banks_];
                if (words_ == 0 || taken == cycle_) break;
                taken = cycle_;
                --words_;
            }
            each(access.address);
            access.address += access.stride;
            ++access.words;
            --access.left;
        }
        access.stalls += access.left > 0;
    }

private:
    int words_;
    std::size_t banks_;
    std::int64_t cycle_;
    std::vector<std::int64_t>& taken_;
};

Sram::Sram(const sc_core::sc_module_name& name, const config::SramConfig& config,
           const std::vector<SramRequester>& readers, const std::vector<SramRequester>& writers)
    : sc_module(name),
      config_(config),
      memory_(static_cast<std::size_t>(std::max<std::int64_t>(0, config.bytes / 2))),
      readers_(readers.size()),
      writers_(writers.size()) {
    if (memory_.empty() || config.banks < 1 || config.read_words < 1 || config.write_words < 1 ||
        config.read_latency < 1 || std::max(config.read_words, config.write_words) > kMostBusWords) {
        throw Error(
            "{}: {} bytes, {} banks, {} words read and {} written a cycle, read latency {}: expected at "
            "least one "
            "word and 1 of each, and at most {} words a cycle",
            this->name(), config.bytes, config.banks, config.read_words, config.write_words,
            config.read_latency, kMostBusWords);
    }
    read_taken_.assign(2 * static_cast<std::size_t>(config.banks), -1);
    write_taken_ = read_taken_;
    read.init(readers.size());
    data.init(readers.size());
    read_left.init(readers.size());
    write.init(writers.size());
    write_left.init(writers.size());
    for (std::size_t k = 0; k < readers.size(); ++k) {
        readers_[k].requester = readers[k].name;
        readers_[k].own_words = static_cast<std::uint32_t>(readers[k].own_words);
        readers_[k].bank_port = static_cast<std::size_t>(readers[k].bank_port);
        readers_[k].stages.resize(static_cast<std::size_t>(config.read_latency - 1));
    }
    for (std::size_t k = 0; k < writers.size(); ++k) {
        writers_[k].requester = writers[k].name;
        writers_[k].own_words = static_cast<std::uint32_t>(writers[k].own_words);
        writers_[k].bank_port = static_cast<std::size_t>(writers[k].bank_port);
    }
    SC_HAS_PROCESS(Sram);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void Sram::accept(Access& access, const char* direction, std::uint32_t count, std::uint32_t address,
                  std::uint32_t stride, std::uint32_t most) {
    const std::int64_t last = std::int64_t{address} + std::int64_t{count - 1} * stride;
    if (last >= size()) {
        // The first word outside.
        std::int64_t word = address;
        while (word < size()) word += stride;
        throw Error("{}: {} {} word {} in cycle {}, but the memory has {} words", name(), access.requester,
                    direction, word, cycle_, size());
    }
    if (most == 0)
        throw Error("{}: {} {} 0 words a cycle in cycle {}", name(), access.requester, direction, cycle_);
    access.left = count;
    access.address = address;
    access.stride = stride;
    access.most = most;
}

void Sram::step_reader(std::size_t k, Slots& slots) {
    Reader& reader = readers_[k];
    const bool waited = reader.left > 0;
    if (!waited) {
        if (const ReadRequest& request = *reader.wire; request.count > 0) {
            accept(reader, "reads", request.count, request.address, request.stride, request.most);
        }
    }
    if (reader.left == 0 && reader.under_way == 0 && !reader.data_valid) return;
    WordBus bus;
    if (reader.left > 0) {
        slots.serve(reader, [&](std::uint32_t address) { bus.words[bus.count++] = memory_[address]; });
        words_read_ += bus.count;
        if (waited || reader.left > 0) read_left[k].write(reader.left);
    }
    if (!reader.stages.empty()) {
        WordBus& oldest = reader.stages[reader.stage];
        reader.under_way += (bus.count > 0) - (oldest.count > 0);
        std::swap(bus, oldest);
        reader.stage = reader.stage + 1 == reader.stages.size() ? 0 : reader.stage + 1;
    }
    if (bus.count > 0 || reader.data_valid) data[k].write(bus);
    reader.data_valid = bus.count > 0;
}

void Sram::step_writer(std::size_t k, Slots& slots) {
    Writer& writer = writers_[k];
    const bool waited = writer.left > 0;
    if (!waited) {
        const WriteRequest& request = *writer.wire;
        if (request.words.count == 0) return;
        accept(writer, "writes", request.words.count, request.address, request.stride, request.most);
        writer.request = request.words;
        writer.next = 0;
    }
    slots.serve(writer, [&](std::uint32_t address) {
        memory_[address] = writer.request.words[writer.next++];
        ++words_written_;
    });
    if (waited || writer.left > 0) write_left[k].write(writer.left);
}

void Sram::start_of_simulation() {
    if (reset.size() > 0) reset_wire_ = &reset->read();
    for (std::size_t k = 0; k < readers_.size(); ++k) readers_[k].wire = &read[k].read();
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
        read_left[k].write(0);
    }
    for (std::size_t k = 0; k < writers_.size(); ++k) {
        writers_[k].left = 0;
        write_left[k].write(0);
    }
}

void Sram::step() {
    if (reset_wire_ != nullptr && *reset_wire_) {
        drop_requests();
        ++cycle_;
        return;
    }
    Slots reads(config_.read_words, config_.banks, cycle_, read_taken_),
        writes(config_.write_words, config_.banks, cycle_, write_taken_);
    for (std::size_t k = 0; k < readers_.size(); ++k) {
        const Reader& reader = readers_[k];
        if (reader.wire->count > 0 || reader.left > 0 || reader.under_way > 0 || reader.data_valid) {
            step_reader(k, reads);
        }
    }
    for (std::size_t k = 0; k < writers_.size(); ++k) {
        if (writers_[k].wire->words.count > 0 || writers_[k].left > 0) step_writer(k, writes);
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
