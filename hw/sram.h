// An on-chip memory of 16-bit words in banks; one class for weights and activations.
//
// A request is a run of consecutive words. Word address a lies in bank a mod banks. A bank has two ports, so
// that cores and lanes do not meet in it; in a cycle each reads one word and writes one. All requesters
// together read `read_words` words and write `write_words`. Requesters are served in the order in which they
// were named, each its words in order up to the first that finds its bank or the port taken; what is left is
// served in the next cycles. A run of n words thus takes cdiv(n, min(words, banks)) cycles.
//
//     cycle a            a requester drives its request, one cycle long; the SRAM takes it at the edge that
//                        ends it
//     a + 1              it looks at the requester's next request, when all words of this one were served;
//                        else one cycle later for every further one that they take
//     a + read_latency   the words read in cycle a are on the requester's data bus, for one cycle
//
// A word that is read and written in one cycle is read as it was before. A requester with words of its own
// (the DMA engine) has a port beside the others and does not contend with them.
#pragma once

#include "hw/word_bus.h"
#include "models/config/denoiser_config.h"

#include <string>
#include <vector>

namespace quell::hw {

// Words at address, address + 1, ... Nothing is asked for with a count of 0.
struct ReadRequest {
    std::uint32_t count = 0, address = 0;
    std::uint32_t most = kMostBusWords;  // words a cycle: the requester's share of the port
    bool operator==(const ReadRequest&) const = default;
};

struct WriteRequest {
    WordBus words;
    std::uint32_t address = 0;
    std::uint32_t most = kMostBusWords;
    bool operator==(const WriteRequest&) const = default;
};

std::ostream& operator<<(std::ostream& stream, const ReadRequest& request);
std::ostream& operator<<(std::ostream& stream, const WriteRequest& request);
void sc_trace(sc_core::sc_trace_file* file, const ReadRequest& request, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const WriteRequest& request, const std::string& name);

struct SramRequester {
    std::string name;
    int own_words = 0;  // > 0: words a cycle of a port of its own
    int bank_port = 0;  // of the banks' ports, 0 or 1
};

inline constexpr std::size_t kMostRequesters = 8;  // of a direction

class Sram : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    // May stay unbound. Drops every request that is not served yet; the words stay.
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> reset{"reset"};
    // A request for every reader and writer, and data for every reader, in the order of their names.
    sc_core::sc_vector<sc_core::sc_in<ReadRequest>> read{"read"};
    sc_core::sc_vector<sc_core::sc_out<WordBus>> data{"data"};
    sc_core::sc_vector<sc_core::sc_in<WriteRequest>> write{"write"};

    // Throws Error when a latency, port or size is below 1. In the simulation, throws Error when a request
    // leaves the memory, naming requester, address and cycle (the first is 0).
    Sram(const sc_core::sc_module_name& name, const config::SramConfig& config,
         const std::vector<SramRequester>& readers, const std::vector<SramRequester>& writers);

    std::int64_t size() const { return size_; }  // words
    // Accesses, in words: of all, and of one requester.
    std::int64_t words_read(std::size_t reader) const { return readers_.at(reader).words; }
    std::int64_t words_written(std::size_t writer) const { return writers_.at(writer).words; }
    std::int64_t words_read() const { return words_read_; }
    std::int64_t words_written() const { return words_written_; }
    // Words of its request that a requester waits for.
    std::uint32_t read_left(std::size_t reader) const { return readers_.at(reader).left; }
    std::uint32_t write_left(std::size_t writer) const { return writers_.at(writer).left; }
    // Cycles at whose end a requester still waited for words it had asked for.
    std::int64_t read_stalls(std::size_t reader) const { return readers_.at(reader).stalls; }
    std::int64_t write_stalls(std::size_t writer) const { return writers_.at(writer).stalls; }

    // For test benches, beside the ports: no cycle, no count.
    numeric::Word peek(std::int64_t address) const { return memory_.at(static_cast<std::size_t>(address)); }
    void poke(std::int64_t address, numeric::Word word) {
        memory_.at(static_cast<std::size_t>(address)) = word;
    }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    // A request on its way: what is left of it.
    struct Access {
        std::uint32_t left = 0, address = 0, most = 0;
        std::uint32_t own_words = 0, bank_port = 0;
        std::int64_t words = 0;  // served so far
        std::int64_t stalls = 0;
        std::string requester;
    };
    struct Reader : Access {
        const ReadRequest* wire = nullptr;  // where the bound signal keeps its value
        sc_core::sc_out<WordBus>* data = nullptr;
        std::vector<WordBus> stages;  // read_latency registers, the last of them the port's, as a ring
        std::size_t stage = 0;
        std::uint32_t under_way = 0;  // registers with words
        bool data_valid = false;
    };
    struct Writer : Access {
        const WriteRequest* wire = nullptr;
        WordBus request;
        std::uint32_t next = 0;
    };
    // What a direction has left to give in a cycle.
    class Ports;

    void start_of_simulation() override;
    void step();
    void drop_requests();
    void step_reader(Reader& reader, Ports& ports);
    void step_writer(Writer& writer, Ports& ports);
    void accept(Access& access, const char* direction, std::uint32_t count, std::uint32_t address,
                std::uint32_t most) const;

    const config::SramConfig config_;
    const std::int64_t size_;
    std::vector<numeric::Word> memory_;  // and behind it as many as are copied at once
    std::vector<Reader> readers_;
    std::vector<Writer> writers_;
    const bool* reset_wire_ = nullptr;  // null when it is not bound
    std::int64_t cycle_ = 0, words_read_ = 0, words_written_ = 0;
};

}  // namespace quell::hw
