// Starts from a list of descriptors in memory. Offsets and cycles are those of docs/denoiser-registers.md,
// written out.
#include "tests/unit/tlm/denoiser_bench.h"

#include <random>

using namespace quell;
using denoiser::Word;
using quell::tlm::DenoiserError;
using quell::tlm::DenoiserModel;
using quell::tlm::DenoiserRegister;
using test::DenoiserBench;
using test::SampleBlock;
namespace control = quell::tlm::control;
namespace status = quell::tlm::status;

namespace {

config::DenoiserConfig small_unit() {
    config::DenoiserConfig config;
    config.cores = 4;
    config.lanes = 2;
    config.activation.bytes = 8192;
    config.weight.bytes = 512;
    return config;
}

// Three blocks with nothing in common.
std::vector<SampleBlock> three_blocks(config::DenoiserConfig config) {
    std::vector<SampleBlock> blocks;
    config.bias = true;
    blocks.emplace_back(config, 12, 15, 17, 3);
    config.bias = false;
    blocks.emplace_back(config, 5, 4, 3, 4);
    blocks.emplace_back(config, 1, 1, 1, 5);
    return blocks;
}

// A list in memory, with its blocks.
class List {
public:
    static constexpr std::uint64_t kStride = 0x90;  // any multiple of 16 from 128 on

    List(DenoiserBench& bench, const std::vector<SampleBlock>& blocks)
        : bench_(bench), blocks_(blocks), free_(bench.memory.base() + 0x1000) {
        for (std::size_t k = 0; k < blocks.size(); ++k) {
            const SampleBlock& block = blocks[k];
            const std::uint64_t d = address(k);
            const std::uint64_t input = put(block.x);
            outputs_.push_back(put(std::vector<Word>(block.x.size(), Word{0x5A5A})));
            const std::uint64_t weights = put(block.image);
            for (std::uint64_t word = 0; word < 0x80; word += 4) bench.memory.put32(d + word, 0xEEEEEEEE);
            put64(d, k + 1 < blocks.size() ? address(k + 1) : 0);
            const denoiser::FractionBits& f = block.weights.fraction;
            std::uint64_t offset = d + 0x10;
            for (const std::int64_t field :
                 {block.geometry.channels, block.geometry.height, block.geometry.width,
                  std::int64_t{block.geometry.bias ? 1 : 0}, std::int64_t{f.x}, std::int64_t{f.reduce_weight},
                  std::int64_t{f.reduce_out}, std::int64_t{f.depthwise_weight}, std::int64_t{f.depthwise_out},
                  std::int64_t{f.mean_weight}, std::int64_t{f.mean_out}, std::int64_t{f.variance_weight},
                  std::int64_t{f.variance_out}}) {
                bench.memory.put32(offset, static_cast<std::uint32_t>(field));
                offset += 4;
            }
            put64(d + 0x48, input);
            put64(d + 0x50, outputs_.back());
            put64(d + 0x58, weights);
            put64(d + 0x60, block.base_seed);
            for (std::uint64_t word = 0x70; word < 0x80; word += 4) bench.memory.put32(d + word, 0);
        }
        bench.write_wide(DenoiserRegister::descriptor_low, address(0));
    }

    std::uint64_t address(std::size_t k) const { return bench_.memory.base() + 0x100 + k * kStride; }
    std::uint64_t output(std::size_t k) const { return outputs_.at(k); }
    void put64(std::uint64_t at, std::uint64_t value) {
        bench_.memory.put32(at, static_cast<std::uint32_t>(value));
        bench_.memory.put32(at + 4, static_cast<std::uint32_t>(value >> 32));
    }

    void forget() {
        for (std::size_t k = 0; k < blocks_.size(); ++k) {
            bench_.memory.put(outputs_[k], std::vector<Word>(blocks_[k].x.size(), Word{0x5A5A}));
            for (std::uint64_t word = 0x70; word < 0x80; word += 4) {
                bench_.memory.put32(address(k) + word, 0);
            }
        }
    }

    void check_done(std::size_t k) const { check_result(k, status::done, 0, blocks_[k].cycles, true); }
    void check_untouched(std::size_t k) const { check_result(k, 0, 0, 0, false); }
    void check_result(std::size_t k, std::uint32_t bits, std::uint32_t error, timing::Cycles cycles,
                      bool computed) const {
        INFO("descriptor " << k);
        const std::uint64_t d = address(k);
        CHECK(bench_.memory.word32(d + 0x70) == bits);
        CHECK(bench_.memory.word32(d + 0x74) == error);
        CHECK(bench_.memory.word32(d + 0x78) == static_cast<std::uint32_t>(cycles));
        CHECK(bench_.memory.word32(d + 0x7C) == 0);
        const std::vector<Word> nothing(blocks_[k].x.size(), Word{0x5A5A});
        CHECK(bench_.memory.words(outputs_[k], blocks_[k].x.size()) ==
              (computed ? blocks_[k].output : nothing));
    }

private:
    std::uint64_t put(const std::vector<Word>& words) {
        const std::uint64_t at = free_;
        bench_.memory.put(at, words);
        free_ += (2 * words.size() + 511) / 512 * 512;
        return at;
    }

    DenoiserBench& bench_;
    const std::vector<SampleBlock>& blocks_;
    std::uint64_t free_;
    std::vector<std::uint64_t> outputs_;
};

struct Variant {
    DenoiserModel model;
    config::Schedule schedule;
};
const std::vector<Variant> kVariants{{DenoiserModel::transaction, config::Schedule::sequential},
                                     {DenoiserModel::transaction, config::Schedule::overlapped},
                                     {DenoiserModel::pin_level, config::Schedule::sequential},
                                     {DenoiserModel::pin_level, config::Schedule::overlapped}};

// The registers tell of the failed descriptor; those before it are done, those behind it untouched.
void check_stopped_at(DenoiserBench& bench, const List& list, std::size_t at, std::size_t count,
                      DenoiserError error, const std::string& words) {
    CHECK(bench.status() == (status::done | status::error));
    CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(error));
    CHECK(bench.read(DenoiserRegister::descriptor_index) == at);
    CHECK_THAT(bench.unit.last_error(), test::contains("descriptor " + std::to_string(at)));
    CHECK_THAT(bench.unit.last_error(), test::contains(words));
    for (std::size_t k = 0; k < at; ++k) list.check_done(k);
    for (std::size_t k = at + 1; k < count; ++k) list.check_untouched(k);
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "a list runs its descriptors one after the other", "[tlm]") {
    const Variant variant = GENERATE(from_range(kVariants));
    // Read: 4 + 4 + cdiv(64, words of a beat) + 1; result: 4 + 4 + cdiv(8, words of a beat).
    const auto [dma_bits, around] =
        GENERATE(table<int, int>({{16, 73 + 16}, {48, 31 + 11}, {128, 17 + 9}, {512, 11 + 9}}));
    auto config = small_unit();
    config.schedule = variant.schedule;
    config.dma_bits = dma_bits;
    INFO(test::name_of(variant.model) << ", " << dma_bits << " bits");
    const auto blocks = three_blocks(config);
    DenoiserBench bench("bench", config, variant.model);
    bench.drive([&] {
        List list(bench, blocks);
        const test::RegisterImage before = bench.registers();
        timing::Cycles total = 0;
        for (const SampleBlock& block : blocks) total += around + block.cycles;
        for (int round = 0; round < 2; ++round) {
            list.forget();
            CHECK(bench.start_and_wait(control::run_list) == static_cast<double>(total));
            CHECK(bench.status() == status::done);
            CHECK(bench.read(DenoiserRegister::error) == 0);
            CHECK(bench.read(DenoiserRegister::descriptor_index) == 2);
            CHECK(bench.read_wide(DenoiserRegister::cycles_low) ==
                  static_cast<std::uint64_t>(blocks[2].cycles));
            for (std::size_t k = 0; k < blocks.size(); ++k) list.check_done(k);
            bench.write(DenoiserRegister::status, status::done);
            bench.wait_cycles(10);
        }
        // The registers of a start are not those of the list: a driver's values stay.
        test::RegisterImage after = bench.registers();
        for (std::uint64_t offset = 0x10; offset < 0x68; offset += 4)
            CHECK(after[offset] == before.at(offset));
        // A start from them comes between two lists.
        bench.program(blocks[0]);
        test::check_clean_run(bench, blocks[0]);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "an error in a descriptor ends the list and is written back",
                 "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    std::vector<SampleBlock> blocks(4, SampleBlock(config, 12, 9, 8, 3));
    struct Bad {
        std::size_t at;
        std::uint64_t offset;
        std::uint32_t value;
        DenoiserError error;
        const char* words;
    };
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        for (const Bad& bad : {Bad{0, 0x10, 0, DenoiserError::shape, "0x9x8"},
                               {1, 0x18, 0, DenoiserError::shape, "12x9x0"},
                               {1, 0x20, 99, DenoiserError::fraction, "99"},
                               {2, 0x60, 0, DenoiserError::seed, "0 came"},
                               {3, 0x4C, 1, DenoiserError::bus, "read of "},
                               {2, 0x54, 1, DenoiserError::bus, "write of "},
                               {1, 0x58, 0x20001, DenoiserError::bus, "weights: "}}) {
            INFO("field " << bad.offset << " of descriptor " << bad.at);
            List list(bench, blocks);
            if (bad.offset == 0x60) bench.memory.put32(list.address(bad.at) + 0x64, 0);
            bench.memory.put32(list.address(bad.at) + bad.offset, bad.value);
            bench.start_and_wait(control::run_list);
            check_stopped_at(bench, list, bad.at, blocks.size(), bad.error, bad.words);
            list.check_result(bad.at, status::done | status::error, static_cast<std::uint32_t>(bad.error), 0,
                              false);
            bench.write(DenoiserRegister::status, status::done | status::error);
        }
        const List list(bench, blocks);
        bench.start_and_wait(control::run_list);
        CHECK(bench.status() == status::done);
        for (std::size_t k = 0; k < blocks.size(); ++k) list.check_done(k);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "descriptors at addresses that are refused, unaligned or 0", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const std::vector<SampleBlock> blocks(3, SampleBlock(config, 12, 9, 8, 3));
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        const auto run = [&](const char* what) {
            INFO(what);
            bench.start_and_wait(control::run_list);
            CHECK(bench.status() == (status::done | status::error));
        };
        for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{0x10108}, std::uint64_t{0x10101},
                                          std::uint64_t{0x1'0001'0100}}) {
            const List list(bench, blocks);
            bench.write_wide(DenoiserRegister::descriptor_low, first);
            const auto memory = bench.memory.content();
            run("first descriptor");
            CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(DenoiserError::bus));
            CHECK(bench.read(DenoiserRegister::descriptor_index) == 0);
            CHECK_THAT(bench.unit.last_error(), test::contains(fmt::format("{:#x}", first)));
            CHECK(bench.memory.content() == memory);
        }
        for (const std::uint64_t next : {std::uint64_t{0x10198}, std::uint64_t{0xFFFF'FFFF'FFFF'FFF0}}) {
            List list(bench, blocks);
            list.put64(list.address(1), next);
            run("next descriptor");
            CHECK(bench.read(DenoiserRegister::descriptor_index) == 2);
            CHECK(bench.read(DenoiserRegister::error) == static_cast<std::uint32_t>(DenoiserError::bus));
            list.check_done(0);
            list.check_done(1);
            list.check_untouched(2);
        }
        {
            const List list(bench, blocks);
            bench.memory.refuse(list.address(1) + 0x10, list.address(1) + 0x14);
            run("reading a descriptor");
            check_stopped_at(bench, list, 1, 3, DenoiserError::bus, "read of 128 bytes");
            list.check_untouched(1);
        }
        {
            // The read of the whole descriptor would be refused as well: not before it has been read.
            const List list(bench, blocks);
            bench.memory.refuse(0, 0);  // of before
            bench.write(DenoiserRegister::control, control::run_list | control::interrupt_enable);
            bench.wait_cycles(26 + static_cast<double>(blocks[0].cycles) + 17 + 100);
            bench.memory.refuse(list.address(1) + 0x70, list.address(1) + 0x80);
            bench.wait_for_interrupt();
            bench.memory.refuse(0, 0);
            check_stopped_at(bench, list, 1, 3, DenoiserError::bus, "write of 16 bytes");
            list.check_result(1, 0, 0, 0, true);
        }
        const List list(bench, blocks);
        bench.start_and_wait(control::run_list);
        CHECK(bench.status() == status::done);
        for (std::size_t k = 0; k < blocks.size(); ++k) list.check_done(k);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "of two refusals the first is told", "[tlm]") {
    const auto config = small_unit();
    const std::vector<SampleBlock> blocks(1, SampleBlock(config, 12, 9, 8, 3));
    DenoiserBench bench("bench", config, DenoiserModel::transaction);
    bench.drive([&] {
        const List list(bench, blocks);
        bench.memory.put32(list.address(0) + 0x10, 0);
        bench.write(DenoiserRegister::control, control::run_list);
        bench.wait_cycles(17);  // read; its result is on its way
        bench.memory.refuse(list.address(0) + 0x70, list.address(0) + 0x80);
        bench.wait_until_quiet();
        bench.memory.refuse(0, 0);
        check_stopped_at(bench, list, 0, 1, DenoiserError::shape, "0x9x8");
        list.check_untouched(0);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "a list that loops runs until it is reset", "[tlm]") {
    const Variant variant = GENERATE(from_range(kVariants));
    auto config = small_unit();
    config.schedule = variant.schedule;
    INFO(test::name_of(variant.model));
    const auto looped = three_blocks(config);
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    DenoiserBench bench("bench", config, variant.model);
    bench.drive([&] {
        List list(bench, looped);
        timing::Cycles round = 0;
        for (const SampleBlock& block : looped) round += 26 + block.cycles;
        list.put64(list.address(2), list.address(0));
        std::vector<double> moments{0, 1, 7, 8, 16, 17, 18};  // around the first read
        const auto first = static_cast<double>(looped[0].cycles);
        for (double cycle = 0; cycle <= 10; ++cycle)
            moments.push_back(17 + first + cycle);  // the first result
        for (int k = 0; k < 20; ++k) moments.push_back(static_cast<double>(random() % 4000));
        moments.push_back(static_cast<double>(5 * round + 20));
        for (const double moment : moments) {
            INFO("reset after " << moment << " cycles");
            list.forget();
            bench.write(DenoiserRegister::control, control::run_list | control::interrupt_enable);
            bench.wait_cycles(moment);
            CHECK(bench.status() == status::busy);
            CHECK_FALSE(bench.interrupt.read());
            // The pass and the place in it.
            const auto cycles = static_cast<timing::Cycles>(moment);
            timing::Cycles end = 0;
            std::uint32_t index = 0;
            for (; (end += 26 + looped[index % 3].cycles) < cycles; ++index) {
            }
            const std::uint32_t told = bench.read(DenoiserRegister::descriptor_index);
            CHECK((told == index || (end == cycles && told == index + 1)));
            CHECK(bench.write(DenoiserRegister::control, control::reset) == ::tlm::TLM_OK_RESPONSE);
            bench.wait_until_quiet();
            CHECK(bench.status() == 0);
            CHECK(bench.memory.under_way() == 0);
            const int transfers = bench.memory.begun();
            bench.wait_cycles(100);
            CHECK(bench.memory.begun() == transfers);
        }
        list.forget();
        list.put64(list.address(2), 0);
        CHECK(bench.start_and_wait(control::run_list) == static_cast<double>(round));
        CHECK(bench.status() == status::done);
        for (std::size_t k = 0; k < looped.size(); ++k) list.check_done(k);
    });
}

TEST_CASE_METHOD(test::SystemCFixture, "a list on a slow memory gives the same bits", "[tlm]") {
    const auto model = GENERATE(DenoiserModel::transaction, DenoiserModel::pin_level);
    INFO(test::name_of(model));
    const auto config = small_unit();
    const std::vector<SampleBlock> blocks{SampleBlock(config, 12, 9, 8, 3), SampleBlock(config, 5, 4, 3, 4)};
    DenoiserBench bench("bench", config, model);
    bench.drive([&] {
        const List list(bench, blocks);
        bench.memory.latency = 5;
        bench.start_and_wait(control::run_list);
        CHECK(bench.status() == status::done);
        for (std::size_t k = 0; k < blocks.size(); ++k) {
            CHECK(bench.memory.words(list.output(k), blocks[k].x.size()) == blocks[k].output);
            CHECK(bench.memory.word32(list.address(k) + 0x70) == status::done);
            // What was waited for is in the block's cycles, as it is in those of a start.
            CHECK(bench.memory.word32(list.address(k) + 0x78) > static_cast<std::uint32_t>(blocks[k].cycles));
        }
    });
}
