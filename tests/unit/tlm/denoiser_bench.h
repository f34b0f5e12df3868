// A denoiser unit on its own: a driver's thread at its registers, a memory that can be slow and refuse.
#pragma once

#include "models/denoiser/weights.h"
#include "models/timing/block_plan.h"
#include "tests/support/systemc_fixture.h"
#include "tlm/denoiser_target.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace quell::test {

// A block with drawn weights and input; what comes of it by the golden model and the closed forms.
struct SampleBlock {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<denoiser::Word> x, image;
    std::uint64_t base_seed = 1;
    std::vector<denoiser::Word> output;
    timing::BlockPlan plan;
    timing::Cycles cycles = 0;

    // config.bias decides about biases.
    SampleBlock(const config::DenoiserConfig& config, std::int64_t channels, std::int64_t height,
                std::int64_t width, std::uint64_t seed);
};

// Bytes from `base` on; a beat takes a cycle, a transaction `latency` cycles besides, waited for inside the
// call.
class BenchMemory : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<BenchMemory, 128> port{"port"};

    BenchMemory(const sc_core::sc_module_name& name, std::uint64_t base, std::uint64_t bytes, int beat_bytes);

    std::uint64_t base() const { return base_; }
    std::vector<unsigned char>& content() { return content_; }
    template <typename T>
    void put(std::uint64_t address, const std::vector<T>& words) {
        std::memcpy(content_.data() + (address - base_), words.data(), sizeof(T) * words.size());
    }
    std::vector<denoiser::Word> words(std::uint64_t address, std::size_t count) const;
    std::uint32_t word32(std::uint64_t address) const;
    void put32(std::uint64_t address, std::uint32_t word);

    // Accesses that touch [first, end) are answered with an error; none is with first == end.
    void refuse(std::uint64_t first, std::uint64_t end) {
        refused_first_ = first;
        refused_end_ = end;
    }
    int latency = 0;

    int begun() const { return begun_; }
    int under_way() const { return begun_ - ended_; }  // calls that have not returned

private:
    void serve(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);

    const std::uint64_t base_;
    std::vector<unsigned char> content_;
    const std::int64_t beat_bytes_;
    std::uint64_t refused_first_ = 0, refused_end_ = 0;
    int begun_ = 0, ended_ = 0;
};

// Everything that a driver can see: the registers by their offsets.
using RegisterImage = std::map<std::uint64_t, std::uint32_t>;

class DenoiserBench : public sc_core::sc_module {
public:
    static constexpr double kCycle = 2;  // ns

    DenoiserBench(const sc_core::sc_module_name& name, const config::DenoiserConfig& config,
                  tlm::DenoiserModel model, std::uint64_t memory_base = 0x10000,
                  std::uint64_t memory_bytes = 0x40000);

    // Runs the kernel with this as the driver. Fails the test when the driver hangs.
    void drive(std::function<void()> driver);

    // ---- for the driver's thread

    // One access, as it is told; the response, at once.
    ::tlm::tlm_response_status access(::tlm::tlm_command command, std::uint64_t offset, unsigned char* data,
                                      unsigned length, unsigned streaming_width,
                                      unsigned char* byte_enable = nullptr);
    ::tlm::tlm_response_status write(tlm::DenoiserRegister which, std::uint32_t value);
    void write_wide(tlm::DenoiserRegister low, std::uint64_t value);
    std::uint32_t read(tlm::DenoiserRegister which);
    std::uint64_t read_wide(tlm::DenoiserRegister low);
    std::uint32_t status() { return read(tlm::DenoiserRegister::status); }

    // Lays the block into memory and writes the registers, without the start.
    void lay(const SampleBlock& block);
    void program(const SampleBlock& block);
    // Overwrites Y in memory, so that an old one is not taken for a new one.
    void forget_output(const SampleBlock& block);
    // Writes control; waits for the interrupt; the cycles from the one to the other.
    double start_and_wait(std::uint32_t bits = tlm::control::start);
    void wait_cycles(double cycles);
    void wait_for_interrupt();
    void settle();  // signals that are to change in this moment do
    // Polls until it is not busy, then says how many cycles that took.
    double wait_until_quiet();

    std::vector<denoiser::Word> output(const SampleBlock& block) const;
    RegisterImage registers();  // beside the bus

    // Where lay() puts things.
    std::uint64_t input = 0, output_address = 0, weights = 0;

    sc_core::sc_signal<bool> interrupt{"interrupt"};
    tlm_utils::simple_initiator_socket<DenoiserBench, 32> processor{"processor"};
    BenchMemory memory;
    tlm::DenoiserTarget unit;

private:
    void program_thread();

    std::function<void()> driver_;
    bool finished_ = false;
};

// CHECKs that the unit, as it is, runs this block to the right bits in the right cycles.
void check_clean_run(DenoiserBench& bench, const SampleBlock& block);

std::string name_of(tlm::DenoiserModel model);

}  // namespace quell::test
