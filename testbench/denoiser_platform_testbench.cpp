// The denoiser unit in somebody else's virtual platform: a processor, a bus, a memory and the unit, of which
// only the unit comes from this project (docs/denoiser-registers.md). The processor lays a feature map and
// weights into memory, programs the unit through its registers, sleeps until the interrupt and reads the
// result back. Prints what the processor sees, then whether the words are the golden model's and the cycles
// those of the timing model; --vcd NAME draws the interrupt.
//
//     0x40000000  registers of the unit
//     0x80000000  memory
//
// --cycle: every register of the unit exists, with the same words and cycles.
#include "models/denoiser/golden_block.h"
#include "models/denoiser/weight_image.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"
#include "testbench/bench.h"
#include "tlm/denoiser_target.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <tlm>

#include <cstring>

using namespace sc_core;
namespace denoiser = quell::denoiser;
namespace testbench = quell::testbench;
namespace timing = quell::timing;
using denoiser::Word;
using quell::tlm::DenoiserRegister;
using ::tlm::tlm_generic_payload;

namespace {

constexpr std::uint64_t registers_at = 0x4000'0000, memory_at = 0x8000'0000, memory_bytes = 0x40000;
const sc_time cycle{2, SC_NS};

// 16 bytes a cycle.
struct Memory : sc_module {
    tlm_utils::simple_target_socket<Memory, 128> port{"port"};
    std::vector<unsigned char> content = std::vector<unsigned char>(memory_bytes);

    explicit Memory(const sc_module_name& name) : sc_module(name) {
        port.register_b_transport(this, &Memory::access);
    }
    void access(tlm_generic_payload& transaction, sc_time& delay) {
        const std::uint64_t address = transaction.get_address(), length = transaction.get_data_length();
        if (address > content.size() || length > content.size() - address) {
            transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        unsigned char* here = content.data() + address;
        if (transaction.is_read()) std::memcpy(transaction.get_data_ptr(), here, length);
        if (transaction.is_write()) std::memcpy(here, transaction.get_data_ptr(), length);
        delay += static_cast<double>((length + 15) / 16) * cycle;
        transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
    }
};

// One transaction at a time.
struct Bus : sc_module {
    tlm_utils::simple_target_socket<Bus, 32> from_processor{"from_processor"};
    tlm_utils::simple_target_socket<Bus, 128> from_unit{"from_unit"};
    tlm_utils::simple_initiator_socket<Bus, 32> to_registers{"to_registers"};
    tlm_utils::simple_initiator_socket<Bus, 128> to_memory{"to_memory"};

    explicit Bus(const sc_module_name& name) : sc_module(name) {
        from_processor.register_b_transport(this, &Bus::forward);
        from_unit.register_b_transport(this, &Bus::forward);
    }
    void forward(tlm_generic_payload& transaction, sc_time& delay) {
        const std::uint64_t address = transaction.get_address();
        busy_.lock();
        if (address >= memory_at) {
            transaction.set_address(address - memory_at);
            to_memory->b_transport(transaction, delay);
        } else if (address >= registers_at) {
            transaction.set_address(address - registers_at);
            to_registers->b_transport(transaction, delay);
        } else {
            transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
        }
        transaction.set_address(address);
        wait(delay);
        delay = SC_ZERO_TIME;
        busy_.unlock();
    }

private:
    sc_mutex busy_;
};

struct Block {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<Word> x;
    std::uint64_t base_seed;
};

class Processor : public sc_module {
public:
    tlm_utils::simple_initiator_socket<Processor, 32> bus{"bus"};
    sc_in<bool> interrupt{"interrupt"};

    Processor(const sc_module_name& name, const Block& block) : sc_module(name), block_(block) {
        SC_HAS_PROCESS(Processor);
        SC_THREAD(program);
    }

    // What the program found.
    std::vector<Word> y;
    std::uint32_t status = 0;
    std::uint64_t cycles = 0;

private:
    void program() {
        std::printf("identity %08x\n", read(DenoiserRegister::identity));
        const std::vector<Word> image = denoiser::weight_image(block_.weights, block_.geometry);
        const std::uint64_t input = memory_at, output = input + 2 * block_.x.size(),
                            weights = output + 2 * block_.x.size();
        copy(::tlm::TLM_WRITE_COMMAND, input, const_cast<Word*>(block_.x.data()), block_.x.size());
        copy(::tlm::TLM_WRITE_COMMAND, weights, const_cast<Word*>(image.data()), image.size());

        write(DenoiserRegister::channels, block_.geometry.channels);
        write(DenoiserRegister::height, block_.geometry.height);
        write(DenoiserRegister::width, block_.geometry.width);
        write(DenoiserRegister::options, block_.geometry.bias ? 1 : 0);
        const denoiser::FractionBits& f = block_.weights.fraction;
        write(DenoiserRegister::fraction_x, f.x);
        write(DenoiserRegister::fraction_reduce_weight, f.reduce_weight);
        write(DenoiserRegister::fraction_reduce_out, f.reduce_out);
        write(DenoiserRegister::fraction_depthwise_weight, f.depthwise_weight);
        write(DenoiserRegister::fraction_depthwise_out, f.depthwise_out);
        write(DenoiserRegister::fraction_mean_weight, f.mean_weight);
        write(DenoiserRegister::fraction_mean_out, f.mean_out);
        write(DenoiserRegister::fraction_variance_weight, f.variance_weight);
        write(DenoiserRegister::fraction_variance_out, f.variance_out);
        write_wide(DenoiserRegister::input_low, input);
        write_wide(DenoiserRegister::output_low, output);
        write_wide(DenoiserRegister::weights_low, weights);
        write_wide(DenoiserRegister::base_seed_low, block_.base_seed);

        write(DenoiserRegister::control, quell::tlm::control::start | quell::tlm::control::interrupt_enable);
        std::printf("%s: started, status %u\n", sc_time_stamp().to_string().c_str(),
                    read(DenoiserRegister::status));
        wait(interrupt.posedge_event());
        status = read(DenoiserRegister::status);
        cycles = read(DenoiserRegister::cycles_low) |
                 std::uint64_t{read(static_cast<DenoiserRegister>(
                     static_cast<std::uint64_t>(DenoiserRegister::cycles_low) + 4))}
                     << 32;
        std::printf("%s: interrupt, status %u, %llu cycles\n", sc_time_stamp().to_string().c_str(), status,
                    static_cast<unsigned long long>(cycles));
        write(DenoiserRegister::status, status);  // ones clear; the interrupt goes with them
        wait(SC_ZERO_TIME);
        if (interrupt.read()) throw quell::Error("the interrupt stays after it was taken");

        y.resize(block_.x.size());
        copy(::tlm::TLM_READ_COMMAND, output, y.data(), y.size());
    }

    void copy(::tlm::tlm_command command, std::uint64_t address, Word* words, std::size_t count) {
        access(command, address, reinterpret_cast<unsigned char*>(words), static_cast<unsigned>(2 * count));
    }
    std::uint32_t read(DenoiserRegister which) {
        std::uint32_t value = 0;
        access(::tlm::TLM_READ_COMMAND, registers_at + static_cast<std::uint64_t>(which),
               reinterpret_cast<unsigned char*>(&value), 4);
        return value;
    }
    void write(DenoiserRegister which, std::int64_t value) {
        auto word = static_cast<std::uint32_t>(value);
        access(::tlm::TLM_WRITE_COMMAND, registers_at + static_cast<std::uint64_t>(which),
               reinterpret_cast<unsigned char*>(&word), 4);
    }
    void write_wide(DenoiserRegister low, std::uint64_t value) {
        write(low, static_cast<std::uint32_t>(value));
        write(static_cast<DenoiserRegister>(static_cast<std::uint64_t>(low) + 4),
              static_cast<std::uint32_t>(value >> 32));
    }
    void access(::tlm::tlm_command command, std::uint64_t address, unsigned char* data, unsigned length) {
        tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(data);
        payload.set_data_length(length);
        payload.set_streaming_width(length);
        payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
        sc_time delay = SC_ZERO_TIME;
        bus->b_transport(payload, delay);
        wait(delay);
        if (payload.is_response_error())
            throw quell::Error("address {:#x}: {}", address, payload.get_response_string());
    }

    const Block& block_;
};

bool bench(const testbench::Arguments& arguments) {
    quell::config::DenoiserConfig config;
    config.bias = true;
    Block block;
    block.geometry = denoiser::make_geometry(12, 10, 9, config);
    block.weights = denoiser::draw_weights(block.geometry, 7);
    block.x = denoiser::draw_input(block.geometry, 7);
    block.base_seed = denoiser::base_seed({7, 0, 1}, config.lfsr_width);

    Processor processor("processor", block);
    Bus bus("bus");
    Memory memory("memory");
    quell::tlm::DenoiserTarget unit("unit", config, cycle, quell::tlm::DenoiserValues::computed,
                                    arguments.has("--cycle") ? quell::tlm::DenoiserModel::pin_level
                                                             : quell::tlm::DenoiserModel::transaction);
    sc_signal<bool> interrupt("interrupt");
    processor.bus.bind(bus.from_processor);
    processor.interrupt(interrupt);
    bus.to_memory.bind(memory.port);
    bus.to_registers.bind(unit.registers);
    unit.memory.bind(bus.from_unit);
    unit.interrupt(interrupt);
    const testbench::Waves waves(arguments,
                                 [&](sc_trace_file* file) { sc_trace(file, interrupt, "interrupt"); });
    sc_start();

    const timing::BlockPlan plan = timing::plan_block(block.geometry, config);
    const denoiser::NoiseSource noise(config.lfsr_width, config.lanes, config.normals_per_pair);
    const auto golden = denoiser::golden_block(block.geometry, block.weights, config.leaky_shift, noise,
                                               plan.cancel_order(), block.base_seed, block.x);
    const bool same = processor.y == golden.output;
    const auto expected = static_cast<std::uint64_t>(timing::time_block(block.geometry, config).cycles);
    std::printf("%zu words %s, %llu cycles by the timing model\n", processor.y.size(),
                same ? "as in the golden model" : "that are not the golden model's",
                static_cast<unsigned long long>(expected));
    return same && processor.status == quell::tlm::status::done && processor.cycles == expected;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {"--cycle"}, bench);
}
