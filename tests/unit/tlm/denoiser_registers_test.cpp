// The denoiser unit's registers: what is refused changes nothing, in idle and while a start runs.
#include "tests/unit/tlm/denoiser_bench.h"

#include <array>

using namespace quell;
using quell::tlm::DenoiserError;
using quell::tlm::DenoiserModel;
using quell::tlm::DenoiserRegister;
using test::DenoiserBench;
using test::SampleBlock;
namespace control = quell::tlm::control;
namespace status = quell::tlm::status;

namespace {

// Several strips and streamed weights: every kind of transfer, several times.
config::DenoiserConfig small_unit() {
    config::DenoiserConfig config;
    config.cores = 4;
    config.lanes = 2;
    config.activation.bytes = 8192;
    config.weight.bytes = 128;
    return config;
}

SampleBlock small_block(const config::DenoiserConfig& config) {
    SampleBlock block(config, 12, 15, 17, 3);
    REQUIRE(block.plan.strips > 3);
    REQUIRE_FALSE(block.plan.weights_resident);
    return block;
}

struct BadAccess {
    const char* what;
    ::tlm::tlm_command command;
    std::uint64_t offset;
    unsigned length, streaming_width;
    bool byte_enabled;
    std::uint32_t value;
    ::tlm::tlm_response_status response;
};

constexpr auto kRead = ::tlm::TLM_READ_COMMAND, kWrite = ::tlm::TLM_WRITE_COMMAND;
constexpr std::uint64_t kChannels = 0x10;

const std::array kAlwaysRefused{
    BadAccess{"unaligned read", kRead, kChannels + 2, 4, 4, false, 0, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"unaligned write", kWrite, kChannels + 1, 4, 4, false, 7, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"read beyond the map", kRead, 0x90, 4, 4, false, 0, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"write beyond the map", kWrite, 0x90, 4, 4, false, 7, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"write far beyond", kWrite, 0x1'0000'0010, 4, 4, false, 7, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"last address", kWrite, ~std::uint64_t{3}, 4, 4, false, 7, ::tlm::TLM_ADDRESS_ERROR_RESPONSE},
    BadAccess{"two bytes", kWrite, kChannels, 2, 2, false, 7, ::tlm::TLM_BURST_ERROR_RESPONSE},
    BadAccess{"eight bytes", kWrite, kChannels, 8, 8, false, 7, ::tlm::TLM_BURST_ERROR_RESPONSE},
    BadAccess{"no bytes", kRead, kChannels, 0, 4, false, 7, ::tlm::TLM_BURST_ERROR_RESPONSE},
    BadAccess{"one address again", kWrite, kChannels, 4, 2, false, 7, ::tlm::TLM_BURST_ERROR_RESPONSE},
    BadAccess{"byte enables", kWrite, kChannels, 4, 4, true, 7, ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE},
    BadAccess{"byte enables, reading", kRead, kChannels, 4, 4, true, 7,
              ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE},
    BadAccess{"no command", ::tlm::TLM_IGNORE_COMMAND, kChannels, 4, 4, false, 7,
              ::tlm::TLM_COMMAND_ERROR_RESPONSE},
    BadAccess{"start and run_list", kWrite, 0, 4, 4, false, control::start | control::run_list,
              ::tlm::TLM_COMMAND_ERROR_RESPONSE},
};

void check_refused(DenoiserBench& bench, const BadAccess& bad) {
    INFO(bad.what << ", offset " << bad.offset << ", value " << bad.value);
    test::RegisterImage expected = bench.registers();
    const std::vector<unsigned char> memory = bench.memory.content();
    std::array<unsigned char, 8> data{static_cast<unsigned char>(bad.value), 0xCD};
    const std::array<unsigned char, 8> sent = data;
    std::array<unsigned char, 8> enable{0xFF, 0xFF, 0xFF, 0xFF};
    CHECK(bench.access(bad.command, bad.offset, data.data(), bad.length, bad.streaming_width,
                       bad.byte_enabled ? enable.data() : nullptr) == bad.response);
    CHECK(data == sent);
    expected[static_cast<std::uint64_t>(DenoiserRegister::status)] |= status::access_error;
    CHECK(bench.registers() == expected);
    CHECK(bench.memory.content() == memory);
}

// The bit goes, what is running goes on.
void clear_access_error(DenoiserBench& bench) {
    CHECK((bench.status() & status::access_error) != 0);
    CHECK(bench.write(DenoiserRegister::status, status::access_error) == ::tlm::TLM_OK_RESPONSE);
    CHECK((bench.status() & status::access_error) == 0);
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "an access that is refused changes nothing", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const SampleBlock block = small_block(config);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        for (const BadAccess& bad : kAlwaysRefused) {
            check_refused(bench, bad);
            clear_access_error(bench);
        }
        test::check_clean_run(bench, block);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "while it is busy the unit refuses every write, and ends what it does",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const SampleBlock block = small_block(config);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        CHECK(bench.write(DenoiserRegister::control, control::start | control::interrupt_enable) ==
              ::tlm::TLM_OK_RESPONSE);
        int step = 0;
        const auto between = [&] { bench.wait_cycles(++step % 7); };
        for (const BadAccess& bad : kAlwaysRefused) {
            between();
            check_refused(bench, bad);
        }
        for (std::uint64_t offset = 0; offset < quell::tlm::kDenoiserRegisterBytes; offset += 4) {
            // Every bit but reset's, start among them.
            for (const std::uint32_t value : {0u, 1u, 0xFFFFFFFBu}) {
                between();
                check_refused(bench, {"a write while busy", kWrite, offset, 4, 4, false, value & 0xFF,
                                      ::tlm::TLM_COMMAND_ERROR_RESPONSE});
            }
        }
        CHECK(bench.status() == (status::busy | status::access_error));
        bench.wait_for_interrupt();
        CHECK(sc_core::sc_time_stamp() - begin ==
              static_cast<double>(block.cycles) * sc_core::sc_time(DenoiserBench::kCycle, sc_core::SC_NS));
        CHECK(bench.status() == (status::done | status::access_error));
        CHECK(bench.read_wide(DenoiserRegister::cycles_low) == static_cast<std::uint64_t>(block.cycles));
        CHECK(bench.output(block) == block.output);
        clear_access_error(bench);
        CHECK(bench.status() == status::done);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "every register holds what the map says", "[tlm]") {
    DenoiserBench bench("bench", small_unit(), DenoiserModel::transaction);
    bench.drive([&] {
        for (std::uint64_t offset = 0x10; offset < quell::tlm::kDenoiserRegisterBytes; offset += 4) {
            INFO(offset);
            const auto which = static_cast<DenoiserRegister>(offset);
            const bool read_only = (offset >= 0x68 && offset < 0x80 && offset != 0x78) || offset == 0x88;
            const std::uint32_t before = bench.read(which);
            const std::uint32_t value = 0xA5000000u + static_cast<std::uint32_t>(offset);
            CHECK(bench.write(which, value) == ::tlm::TLM_OK_RESPONSE);
            CHECK(bench.read(which) == (read_only ? before : value));
        }
        CHECK(bench.read(DenoiserRegister::identity) == 0x51444E31);
        CHECK(bench.read(DenoiserRegister::error) == 0);
        CHECK(bench.write(DenoiserRegister::control, control::interrupt_enable) == ::tlm::TLM_OK_RESPONSE);
        CHECK(bench.read(DenoiserRegister::control) == control::interrupt_enable);
        CHECK(bench.status() == 0);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "the interrupt line is up while enabled and done or error", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const SampleBlock block = small_block(config);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        bench.write(DenoiserRegister::control, control::start);  // not enabled
        bench.wait_until_quiet();
        bench.settle();
        CHECK(bench.status() == status::done);
        CHECK_FALSE(bench.interrupt.read());
        bench.write(DenoiserRegister::control, control::interrupt_enable);
        bench.settle();
        CHECK(bench.interrupt.read());
        bench.write(DenoiserRegister::status, status::error | status::access_error);
        bench.settle();
        CHECK(bench.interrupt.read());
        bench.write(DenoiserRegister::status, status::done);
        bench.settle();
        CHECK_FALSE(bench.interrupt.read());

        bench.write(DenoiserRegister::channels, 0);
        bench.start_and_wait();
        CHECK(bench.status() == (status::done | status::error));
        bench.write(DenoiserRegister::status, status::done);
        bench.settle();
        CHECK(bench.interrupt.read());  // the error is still there
        bench.write(DenoiserRegister::control, 0);
        bench.settle();
        CHECK_FALSE(bench.interrupt.read());
        bench.write(DenoiserRegister::control, control::interrupt_enable);
        bench.settle();
        CHECK(bench.interrupt.read());
        bench.write(DenoiserRegister::control, control::reset | control::interrupt_enable);
        bench.settle();
        CHECK_FALSE(bench.interrupt.read());
        CHECK(bench.status() == 0);
        // A start takes the line down by itself.
        bench.start_and_wait();
        bench.settle();
        CHECK(bench.interrupt.read());
        bench.write(DenoiserRegister::channels, 12);
        bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
        bench.settle();
        CHECK_FALSE(bench.interrupt.read());
        bench.wait_for_interrupt();
        CHECK(bench.output(block) == block.output);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "what cannot be run ends at once, and memory keeps what it had",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    auto config = small_unit();
    config.lfsr_width = 20;
    const SampleBlock block = small_block(config);
    struct Bad {
        DenoiserRegister which;
        std::uint32_t value;
        DenoiserError error;
        std::string words;
    };
    const std::vector<Bad> bad{
        {DenoiserRegister::channels, 0, DenoiserError::shape, "0x15x17"},
        {DenoiserRegister::height, 0, DenoiserError::shape, "12x0x17"},
        {DenoiserRegister::width, 0xFFFFFFFF, DenoiserError::shape, "4294967295"},
        {DenoiserRegister::channels, 65536, DenoiserError::shape, "activation_sram"},
        {DenoiserRegister::fraction_x, 0x7FFFFFFF, DenoiserError::fraction, "2147483647"},
        {DenoiserRegister::fraction_mean_weight, 0x80000000, DenoiserError::fraction, "-2147483648"},
        {DenoiserRegister::fraction_variance_out, 11, DenoiserError::fraction, "11"},
        {DenoiserRegister::base_seed_low, 0, DenoiserError::seed, "0 came"},
        {DenoiserRegister::base_seed_low, 1 << 20, DenoiserError::seed, "1048576 came"},
        {DenoiserRegister::base_seed_high, 1, DenoiserError::seed, "2^20 - 1"},
        {DenoiserRegister::input_low, 0x20001, DenoiserError::bus, "input: "},
        {DenoiserRegister::output_low, 0x20003, DenoiserError::bus, "output: "},
        {DenoiserRegister::weights_low, 0x20005, DenoiserError::bus, "weights: "},
    };
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        for (const Bad& b : bad) {
            INFO(static_cast<std::uint64_t>(b.which) << " = " << b.value);
            bench.program(block);
            bench.write(b.which, b.value);
            const std::vector<unsigned char> memory = bench.memory.content();
            CHECK(bench.start_and_wait() == 0);
            CHECK(bench.status() == (status::done | status::error));
            CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(b.error));
            CHECK_THAT(bench.unit.last_error(), test::contains(b.words));
            CHECK(bench.memory.content() == memory);
            CHECK(bench.memory.begun() == 0);
        }
        // Only the registers written again: nothing else had changed.
        bench.program(block);
        test::check_clean_run(bench, block);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "a bias that is beyond 47 bits is refused: then a clean run",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    auto config = small_unit();
    config.bias = true;
    const SampleBlock block = small_block(config);
    // The last value of the image is the last output channel's bias: its highest word carries the sign.
    SampleBlock wrong = block;
    wrong.image.back() = GENERATE(std::int16_t{16384}, std::int16_t{-16385}, std::int16_t{32767});
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(wrong);
        bench.start_and_wait();
        CHECK(bench.status() == (status::done | status::error));
        CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(DenoiserError::weights));
        CHECK_THAT(bench.unit.last_error(), test::contains("does not fit in 47 bits"));
        bench.program(block);
        test::check_clean_run(bench, block);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "noise streams that are too short for the map are refused", "[tlm]") {
    config::DenoiserConfig config;
    config.lfsr_width = 16;
    // 2 * 4 streams of 65,535 states: 8,191 normals a lane.
    const SampleBlock block(config, 8, 80, 80, 1);
    DenoiserBench bench("bench", config, DenoiserModel::transaction, 0x10000, 0x80000);
    bench.drive([&] {
        bench.program(block);
        bench.start_and_wait();
        CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(DenoiserError::noise));
        CHECK_THAT(bench.unit.last_error(), test::contains("lfsr_width = 16"));
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "memory that refuses in mid-run is a bus error: then a clean run",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    const int latency = GENERATE(0, 23);
    INFO(test::name_of(model) << ", latency " << latency);
    auto config = small_unit();
    config.schedule = GENERATE(config::Schedule::sequential, config::Schedule::overlapped);
    const SampleBlock block = small_block(config);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        const std::uint64_t map_bytes = 2 * block.x.size(), image_bytes = 2 * block.image.size();
        struct Place {
            const char* what;
            std::uint64_t first, bytes;
        };
        for (const Place& place : {Place{"first input", bench.input, 2},
                                   {"input of the last strip", bench.input + map_bytes - 2, 2},
                                   {"input in the middle", bench.input + map_bytes / 2, 2},
                                   {"first weights", bench.weights, 2},
                                   {"last weights", bench.weights + image_bytes - 2, 2},
                                   {"first output", bench.output_address, 2},
                                   {"output in the middle", bench.output_address + map_bytes / 2, 2},
                                   {"last output", bench.output_address + map_bytes - 2, 2}}) {
            INFO(place.what);
            bench.forget_output(block);
            bench.memory.refuse(place.first, place.first + place.bytes);
            bench.memory.latency = latency;
            bench.start_and_wait();
            CHECK(bench.status() == (status::done | status::error));
            CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(DenoiserError::bus));
            CHECK_THAT(bench.unit.last_error(), test::contains("TLM_ADDRESS_ERROR_RESPONSE"));
            CHECK(bench.memory.under_way() == 0);
            const int transfers = bench.memory.begun();
            bench.memory.refuse(0, 0);
            bench.memory.latency = 0;
            bench.wait_cycles(50);
            CHECK(bench.memory.begun() == transfers);  // nothing comes after it
            test::check_clean_run(bench, block);
            bench.wait_cycles(10);
        }
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "addresses have 64 bits", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    const std::uint64_t base = GENERATE(std::uint64_t{0x1'0000'0000}, std::uint64_t{0xFFFF'FFFF'FFF0'0000});
    INFO(test::name_of(model) << ", memory at " << base);
    const auto config = small_unit();
    const SampleBlock block = small_block(config);
    // The upper one ends with the last byte there is.
    DenoiserBench bench("bench", config, model, base, 0x100000);
    bench.drive([&] {
        bench.program(block);
        test::check_clean_run(bench, block);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "output over input, and starts one after the other", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const SampleBlock block = small_block(config);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        for (int start = 0; start < 3; ++start) {  // each in the moment in which the last is done
            INFO("start " << start);
            bench.program(block);
            bench.write_wide(DenoiserRegister::output_low, bench.input);
            bench.start_and_wait();
            CHECK(bench.status() == status::done);
            CHECK(bench.read_wide(DenoiserRegister::cycles_low) == static_cast<std::uint64_t>(block.cycles));
            CHECK(bench.memory.words(bench.input, block.output.size()) == block.output);
        }
    });
}
