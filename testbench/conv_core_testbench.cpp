// One tile of three pixels through one convolution core: four input channels in two passes (three rows, then
// one), four output channels. Prints the sums' words with the cycle in which they are at the writer, and
// those expected; with --vcd NAME also draws NAME.vcd. The weights are small, so that the waves can be read.
#include "hw/conv_core.h"

#include "testbench/bench.h"

using namespace sc_core;
using namespace quell;
using numeric::Word;

namespace {

constexpr int kInputs = 4, kOutputs = 4, kPixels = 3;

Word activation(int input, int pixel) {
    return static_cast<Word>(100 * (input + 1) + pixel);
}

Word weight(int output, int input) {
    return static_cast<Word>((input % 2 == 0 ? 1 : -1) * (output + input + 1));
}

bool bench(const testbench::Arguments& arguments) {
    testbench::Clock clk;
    sc_signal<bool> enable("enable"), leaky("leaky");
    sc_signal<int> shift("shift");
    sc_signal<hw::CoreControl> control("control");
    sc_signal<hw::WordBus> activations("activations"), weights("weights");
    sc_signal<hw::ZeroMasks> zero_masks("zero_masks");
    sc_signal<int> used("used");
    sc_signal<hw::WriteRequest> write("write");
    hw::ConvCores core("cores", 1, kOutputs, 7);
    core.clk(clk);
    core.enable(enable);
    core.leaky(leaky);
    core.requantise_shift(shift);
    core.control(control);
    core.activations(activations);
    core.weights(weights);
    core.zero_masks(zero_masks);
    core.used(used);
    core.write(write);

    const testbench::Waves waves(arguments, [&](sc_trace_file* file) {
        sc_trace(file, clk, "clk");
        sc_trace(file, control, "dcu");
        sc_trace(file, activations, "activation_sram.data");
        sc_trace(file, weights, "weight_sram.data");
        core.trace(file);
    });

    // Loads of inputs 0 to 2 in cycles 0 to 2; the first pass streams from cycle 3 on, while input 3 is
    // loaded; the second from cycle 7 on, and its words may be emitted from cycle 12 on.
    enable = true;
    used = 1;
    shift = 0;
    bool right = true;
    int outputs = 0;
    for (int cycle = 0; cycle < 20; ++cycle) {
        const hw::WriteRequest out = write.read();
        if (out.words.count > 0) {
            const int output = static_cast<int>(out.address) / kPixels;
            std::printf("cycle %2d  output %d ", cycle, output);
            for (int pixel = 0; pixel < kPixels; ++pixel) {
                int expected = 0;
                for (int i = 0; i < kInputs; ++i) expected += weight(output, i) * activation(i, pixel);
                std::printf(" %6d (%d)", out.words.words[pixel], expected);
                right &= out.words.words[pixel] == expected;
            }
            std::printf("\n");
            ++outputs;
        }

        hw::LoadControl load_now;
        hw::StreamControl stream_now;
        hw::EmitControl emit_now;
        hw::WordBus activations_now, weights_now;
        if (cycle < kInputs) {
            load_now = {hw::LoadTarget::row, static_cast<std::uint8_t>(cycle % 3), 0};
            for (int pixel = 0; pixel < kPixels; ++pixel) {
                activations_now.words[activations_now.count++] = activation(cycle, pixel);
            }
        }
        if (cycle >= 3 && cycle < 3 + 2 * kOutputs) {
            const int pass = (cycle - 3) / kOutputs, output = (cycle - 3) % kOutputs;
            stream_now.channel = true;
            stream_now.take_over = output == 0;
            stream_now.first = pass == 0;
            stream_now.output = static_cast<std::uint16_t>(output);
            for (int i = 3 * pass; i < (pass == 0 ? 3 : kInputs); ++i) {
                weights_now.words[weights_now.count++] = weight(output, i);
            }
        }
        if (cycle >= 12 && cycle < 12 + kOutputs)
            emit_now = {true,    0,       static_cast<std::uint16_t>(cycle - 12),
                        kPixels, kPixels, static_cast<std::uint32_t>(kPixels * (cycle - 12))};
        control = hw::CoreControl{load_now, stream_now, emit_now};
        activations = activations_now;
        weights = weights_now;
        testbench::Clock::step();
    }
    return right && outputs == kOutputs;
}

}  // namespace

int sc_main(int count, char* words[]) {
    return testbench::run(count, words, {}, bench);
}
