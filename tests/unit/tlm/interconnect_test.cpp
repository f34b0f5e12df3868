#include "tlm/interconnect.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/memory_bank.h"
#include "tlm/transfer_engine.h"

#include <fmt/format.h>

#include <memory>
#include <vector>

using namespace quell;
using sc_core::sc_time;

namespace {

const sc_time cycle(2, sc_core::SC_NS);

// Some engines, each moving a list of transfers one after the other; when each ended, and what it waited.
struct Bench : sc_core::sc_module {
    struct Mover : sc_core::sc_module {
        quell::tlm::TransferEngine engine{"engine"};
        std::vector<timing::Transfer> transfers;
        std::vector<std::int64_t> ends, waits;

        explicit Mover(const sc_core::sc_module_name& name) : sc_module(name) {
            SC_HAS_PROCESS(Mover);
            SC_THREAD(work);
        }
        void work() {
            for (const timing::Transfer& transfer : transfers) {
                const sc_time waited = engine.move(transfer);
                ends.push_back(static_cast<std::int64_t>(sc_core::sc_time_stamp() / cycle));
                waits.push_back(static_cast<std::int64_t>(waited / cycle));
            }
        }
    };

    timing::PlatformTiming timing;
    quell::tlm::MemoryBank scratchpad, memory;
    quell::tlm::Interconnect interconnect;
    std::vector<std::unique_ptr<Mover>> movers;

    Bench(const sc_core::sc_module_name& name, const config::PlatformConfig& config, int engines)
        : sc_module(name),
          timing(config, {}, 500),
          scratchpad("scratchpad", config.scratchpad, timing, cycle),
          memory("memory", config.memory, timing, cycle),
          interconnect("interconnect", config, timing, cycle) {
        interconnect.to_scratchpad.bind(scratchpad.port);
        interconnect.to_memory.bind(memory.port);
        for (int i = 0; i < engines; ++i) {
            movers.push_back(std::make_unique<Mover>(fmt::format("mover{}", i).c_str()));
            movers.back()->engine.socket.bind(interconnect.initiators);
        }
    }
};

config::PlatformConfig one_port() {
    config::PlatformConfig config;
    config.scratchpad.ports = 1;
    return config;
}

using Cycles = std::vector<std::int64_t>;

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a lone transfer takes latency and beats", "[tlm]") {
    Bench bench("bench", one_port(), 1);
    bench.movers[0]->transfers = {{0, 160}, {timing::memory_base, 16}};
    sc_core::sc_start();
    CHECK(bench.movers[0]->ends == Cycles{12, 12 + 54});  // 2 + 10 beats of 256 bits; 50 + 4 beats of 64 bits
    CHECK(bench.movers[0]->waits == Cycles{0, 0});
}

TEST_CASE_METHOD(test::SystemCFixture, "transfers to one port wait for each other, in turn", "[tlm]") {
    Bench bench("bench", one_port(), 3);
    for (auto& mover : bench.movers) mover->transfers = {{0, 160}, {0, 160}};
    sc_core::sc_start();
    CHECK(bench.movers[0]->ends == Cycles{12, 48});
    CHECK(bench.movers[1]->ends == Cycles{24, 60});
    CHECK(bench.movers[2]->ends == Cycles{36, 72});
    CHECK(bench.movers[2]->waits == Cycles{24, 24});
}

TEST_CASE_METHOD(test::SystemCFixture, "a second port serves a second transfer", "[tlm]") {
    config::PlatformConfig config;  // two ports
    Bench bench("bench", config, 2);
    for (auto& mover : bench.movers) mover->transfers = {{0, 160}};
    sc_core::sc_start();
    CHECK(bench.movers[0]->ends == Cycles{12});
    CHECK(bench.movers[1]->ends == Cycles{12});
}

TEST_CASE_METHOD(test::SystemCFixture, "different memories do not wait for each other", "[tlm]") {
    Bench bench("bench", one_port(), 2);
    bench.movers[0]->transfers = {{0, 160}};
    bench.movers[1]->transfers = {{timing::memory_base, 16}};
    sc_core::sc_start();
    CHECK(bench.movers[0]->waits == Cycles{0});
    CHECK(bench.movers[1]->waits == Cycles{0});
}

TEST_CASE_METHOD(test::SystemCFixture, "a blocking read brings what was written, the debug path as well",
                 "[tlm]") {
    struct Reader : sc_core::sc_module {
        tlm_utils::simple_initiator_socket<Reader, 128> socket{"socket"};
        std::vector<unsigned char> read = std::vector<unsigned char>(4);
        ::tlm::tlm_response_status outside = ::tlm::TLM_INCOMPLETE_RESPONSE;
        sc_time taken;

        explicit Reader(const sc_core::sc_module_name& name) : sc_module(name) {
            SC_HAS_PROCESS(Reader);
            SC_THREAD(work);
        }
        void prepare(::tlm::tlm_generic_payload& payload, ::tlm::tlm_command command, std::uint64_t address,
                     unsigned char* data) const {
            payload.set_command(command);
            payload.set_address(address);
            payload.set_data_ptr(data);
            payload.set_data_length(4);
            payload.set_streaming_width(4);
        }
        void work() {
            unsigned char data[4] = {1, 2, 3, 4};
            ::tlm::tlm_generic_payload write, peek, far;
            prepare(write, ::tlm::TLM_WRITE_COMMAND, 8 + 2 * timing::memory_base, data);
            sc_time delay = sc_core::SC_ZERO_TIME;
            socket->b_transport(write, delay);
            taken = sc_core::sc_time_stamp();
            prepare(peek, ::tlm::TLM_READ_COMMAND, 8 + 2 * timing::memory_base, read.data());
            CHECK(socket->transport_dbg(peek) == 4);
            prepare(far, ::tlm::TLM_READ_COMMAND, 10752 * 1024 - 2, data);
            socket->b_transport(far, delay);
            outside = far.get_response_status();
        }
    };
    Bench bench("bench", one_port(), 0);
    Reader reader("reader");
    reader.socket.bind(bench.interconnect.initiators);
    sc_core::sc_start();
    CHECK(reader.read == std::vector<unsigned char>{1, 2, 3, 4});
    CHECK(reader.taken == 51 * cycle);
    CHECK(reader.outside == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_CASE_METHOD(test::SystemCFixture, "a memory grants direct access to all of it", "[tlm]") {
    Bench bench("bench", one_port(), 0);
    ::tlm::tlm_generic_payload payload;
    ::tlm::tlm_dmi dmi;
    REQUIRE(bench.interconnect.to_scratchpad->get_direct_mem_ptr(payload, dmi));
    CHECK(dmi.get_start_address() == 0);
    CHECK(dmi.get_end_address() == 10752 * 1024 - 1);
    CHECK(dmi.is_read_write_allowed());
}
