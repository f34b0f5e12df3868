// Reset in mid-run, then a clean run, in both models.
#include "tests/unit/tlm/denoiser_bench.h"

#include <cstdlib>
#include <random>

using namespace quell;
using quell::tlm::DenoiserModel;
using quell::tlm::DenoiserRegister;
using test::DenoiserBench;
using test::SampleBlock;
namespace control = quell::tlm::control;
namespace status = quell::tlm::status;

namespace {

unsigned printed_seed() {
    const char* given = std::getenv("QUELL_RESET_SEED");
    const auto seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    WARN("QUELL_RESET_SEED=" << seed);
    return seed;
}

config::DenoiserConfig small_unit(config::Schedule schedule) {
    config::DenoiserConfig config;
    config.cores = 4;
    config.lanes = 3;
    config.schedule = schedule;
    config.activation.bytes = 8192;
    config.weight.bytes = 128;
    return config;
}

// 0, 1, 2, the last ones, and in between.
std::vector<double> moments(timing::Cycles last, unsigned seed) {
    const auto cycles = static_cast<double>(last);
    std::vector<double> moments{0, 0.25, 1, 1.5, 2, 3, cycles - 2, cycles - 1, cycles - 0.25, cycles};
    std::mt19937 random(seed);
    for (int k = 0; k < 30; ++k) {
        const double quarter = 0.25 * static_cast<double>(random() % 4);
        moments.push_back(static_cast<double>(random() % static_cast<unsigned>(last)) + quarter);
    }
    return moments;
}

// Any unit that holds any map of up to 40 channels and 14x14 pixels.
config::DenoiserConfig drawn_unit(std::mt19937& random) {
    const auto between = [&](int least, int most) {
        return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
    };
    config::DenoiserConfig config;
    config.cores = between(1, 16);
    config.lanes = between(1, 9);
    config.schedule = between(0, 1) == 0 ? config::Schedule::sequential : config::Schedule::overlapped;
    config.heads = between(0, 1) == 0 ? config::Heads::full : config::Heads::grouped;
    config.sampling = between(0, 2) == 0 ? config::Sampling::mean : config::Sampling::stochastic;
    config.normals_per_pair = between(1, 2);
    config.bias = between(0, 1) == 0;
    config.partial_sum_channels = between(2, 64);
    config.activation = {std::int64_t{16384} << between(0, 2), between(4, 16), between(2, 16), between(2, 8),
                         between(1, 3)};
    config.weight = {std::int64_t{512} << between(0, 6), between(1, 4), between(1, 4), 8, between(1, 3)};
    config.dma_bits = 16 << between(0, 4);
    return config;
}

// Writes the reset, and waits until the unit says that it is quiet.
void reset(DenoiserBench& bench, bool busy) {
    CHECK(bench.write(DenoiserRegister::control, control::reset | control::interrupt_enable) ==
          ::tlm::TLM_OK_RESPONSE);
    CHECK((bench.status() & ~status::busy) == 0);
    if (!busy) CHECK(bench.status() == 0);
    bench.wait_until_quiet();
    CHECK(bench.status() == 0);
    CHECK(bench.read(DenoiserRegister::error) == 0);
    bench.settle();
    CHECK_FALSE(bench.interrupt.read());
    CHECK(bench.memory.under_way() == 0);
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a reset ends a start at any cycle, and the next one is as the first",
                 "[tlm]") {
    const unsigned seed = printed_seed();
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    const auto schedule = GENERATE(config::Schedule::sequential, config::Schedule::overlapped);
    const auto config = small_unit(schedule);
    const SampleBlock block(config, 12, 15, 17, 3);
    REQUIRE(block.plan.strips > 3);
    INFO(
        test::name_of(model) << (schedule == config::Schedule::sequential ? ", sequential" : ", overlapped"));
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        for (const double moment : moments(block.cycles, seed)) {
            INFO("reset " << moment << " cycles after the start, of " << block.cycles);
            bench.forget_output(block);
            bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
            bench.wait_cycles(moment);
            const bool busy = (bench.status() & status::busy) != 0;
            CHECK((busy || moment == static_cast<double>(block.cycles)));
            reset(bench, busy);
            // Of Y there may be a part, and it is right.
            const auto y = bench.output(block);
            bool sound = true;
            for (std::size_t k = 0; k < y.size(); ++k) sound &= y[k] == 0x5A5A || y[k] == block.output[k];
            CHECK(sound);
            CHECK(bench.memory.words(bench.input, block.x.size()) == block.x);
            // At once: nothing is left to wait for.
            test::check_clean_run(bench, block);
            bench.wait_cycles(10);
        }
    });
}

TEST_CASE("drawn units are as new after resets and refusals", "[tlm]") {
    std::mt19937 random(printed_seed());
    for (int trial = 0; trial < 40; ++trial) {
        const auto config = drawn_unit(random);
        const SampleBlock block(config, 1 + random() % 40, 1 + random() % 14, 1 + random() % 14, random());
        for (const auto model : {DenoiserModel::transaction, DenoiserModel::pin_level}) {
            INFO("trial " << trial << ", " << test::name_of(model) << ", " << block.geometry.channels << "x"
                          << block.geometry.height << "x" << block.geometry.width);
            const test::SystemCFixture kernel;
            DenoiserBench bench("bench", config, model);
            bench.drive([&] {
                bench.program(block);
                for (int end = 0; end < 4; ++end) {
                    const bool refusal = end % 2 == 1;
                    const auto cycle = random() % static_cast<unsigned>(block.cycles);
                    INFO((refusal ? "refused from cycle " : "reset in cycle ") << cycle);
                    bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
                    bench.wait_cycles(static_cast<double>(cycle));
                    if (refusal) {
                        bench.memory.refuse(bench.memory.base(), bench.memory.base() + 0x40000);
                        bench.wait_for_interrupt();  // a bus error, or done when nothing was left to move
                        bench.memory.refuse(0, 0);
                        CHECK((bench.status() & status::done) != 0);
                        bench.wait_cycles(10);
                    } else {
                        reset(bench, true);
                    }
                    test::check_clean_run(bench, block);
                    bench.wait_cycles(10);
                }
            });
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "a reset lets the transfer under way end, and drops the rest",
                 "[tlm]") {
    const unsigned seed = printed_seed();
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit(config::Schedule::sequential);
    const SampleBlock block(config, 12, 15, 17, 3);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        bench.memory.latency = 37;
        const double slow_cycles = bench.start_and_wait();
        CHECK(bench.output(block) == block.output);
        CHECK(slow_cycles > static_cast<double>(block.cycles));
        bench.wait_cycles(10);
        // Ten cycles after a transfer has begun the next beat, if there is one, waits for the bus.
        for (const int transfer : {1, 2, 5, 12, 20}) {
            INFO("reset in transfer " << transfer);
            const int before = bench.memory.begun();
            bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
            while (bench.memory.begun() < before + transfer) bench.wait_cycles(1);
            bench.wait_cycles(10);
            CHECK(bench.memory.under_way() == 1);
            reset(bench, true);
            CHECK(bench.memory.begun() == before + transfer);
        }
        int in_transfer = 0;
        for (const double moment : moments(static_cast<timing::Cycles>(slow_cycles), seed)) {
            INFO("reset " << moment << " cycles after the start, of " << slow_cycles);
            bench.forget_output(block);
            bench.memory.latency = 37;
            bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
            bench.wait_cycles(moment);
            const int begun = bench.memory.begun();
            const bool busy = (bench.status() & status::busy) != 0;
            in_transfer += bench.memory.under_way() > 0 ? 1 : 0;
            CHECK(bench.write(DenoiserRegister::control, control::reset) == ::tlm::TLM_OK_RESPONSE);
            if (busy) {
                // Not quiet yet: no start is taken, and another reset does no harm.
                CHECK(bench.status() == status::busy);
                CHECK(bench.write(DenoiserRegister::control, control::start) ==
                      ::tlm::TLM_COMMAND_ERROR_RESPONSE);
                CHECK(bench.status() == (status::busy | status::access_error));
                CHECK(bench.write(DenoiserRegister::control, control::reset) == ::tlm::TLM_OK_RESPONSE);
                CHECK(bench.status() == status::busy);
            }
            const double waited = bench.wait_until_quiet();
            CHECK(bench.status() == 0);
            CHECK(bench.memory.under_way() == 0);
            // What decides before the reset's edge may put one beat more on the bus.
            CHECK(bench.memory.begun() <= begun + 1);
            if (model == DenoiserModel::transaction && bench.memory.begun() == begun)
                CHECK(waited <= 37 + 520);
            const int transfers = bench.memory.begun();
            const auto memory = bench.memory.content();
            bench.wait_cycles(200);
            CHECK(bench.memory.begun() == transfers);
            CHECK(bench.memory.content() == memory);
            bench.memory.latency = 0;
            test::check_clean_run(bench, block);
            bench.wait_cycles(10);
            // And with the same slow memory: an answer that came late would shift it.
            bench.memory.latency = 37;
            CHECK(bench.start_and_wait() == slow_cycles);
            CHECK(bench.output(block) == block.output);
            bench.wait_cycles(10);
        }
        CHECK(in_transfer > 5);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "a reset in the very moment of the start, and of an idle unit",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit(config::Schedule::sequential);
    const SampleBlock block(config, 12, 15, 17, 3);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        reset(bench, false);  // fresh
        bench.program(block);
        for (int round = 0; round < 3; ++round) {
            bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
            reset(bench, true);  // no time has passed
            CHECK(bench.memory.begun() == 0);
        }
        // Reset wins over a start of the same write.
        CHECK(bench.write(DenoiserRegister::control,
                          control::reset | control::start | control::run_list | control::interrupt_enable) ==
              ::tlm::TLM_OK_RESPONSE);
        CHECK(bench.status() == 0);
        bench.wait_cycles(100);
        CHECK(bench.memory.begun() == 0);
        // The registers that a driver writes keep what they had.
        test::check_clean_run(bench, block);
        const test::RegisterImage before = bench.registers();
        reset(bench, false);
        CHECK(bench.registers() == before);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "a reset clears error and access error", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit(config::Schedule::sequential);
    const SampleBlock block(config, 12, 15, 17, 3);
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        bench.program(block);
        bench.memory.refuse(bench.output_address, bench.output_address + 2);
        bench.start_and_wait();
        std::uint32_t word = 0;
        bench.access(::tlm::TLM_WRITE_COMMAND, 2, reinterpret_cast<unsigned char*>(&word), 4, 4);
        CHECK(bench.status() == (status::done | status::error | status::access_error));
        reset(bench, false);
        // A refusal that comes while the reset waits for it is the reset's.
        bench.memory.refuse(bench.input, bench.input + 2);
        bench.memory.latency = 100;
        bench.write(DenoiserRegister::control, control::start | control::interrupt_enable);
        while (bench.memory.begun() == 0 || bench.memory.under_way() == 0) bench.wait_cycles(1);
        reset(bench, true);
        CHECK(bench.unit.last_error().empty());
        bench.memory.refuse(0, 0);
        bench.memory.latency = 0;
        test::check_clean_run(bench, block);
    });
}
