// How fast noisy products are simulated, on one thread: a convolution under each noise model beside the
// library's sgemm of the same unfolded shape, timed in turn in the same run, in CPU time. The convolution
// pays for unfolding, noise and conversion; the sgemm for nothing else.
//
//     testbench_analog_products_speed [seconds per measurement]
#include "models/analog/noise_hook.h"
#include "models/network/executor_factory.h"
#include "models/network/graph_builder.h"
#include "models/network/kernels/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace quell;

struct ConvolutionShape {
    std::string name;
    std::int64_t channels, outputs, size, kernel;
    double macs() const {
        return static_cast<double>(outputs * channels * kernel * kernel) * static_cast<double>(size * size);
    }
};

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Tensor<float> drawn(const Shape& shape, std::uint64_t seed, float low) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<float> uniform(low, 1.0F);
    Tensor<float> tensor(shape);
    for (float& value : tensor.values) value = uniform(generator);
    return tensor;
}

network::Graph convolution(const ConvolutionShape& shape) {
    network::GraphBuilder builder("one_convolution", [](const network::ParameterRequest& request) {
        return drawn(request.shape, 7, -1.0F);
    });
    const std::string x = builder.input("x", {1, shape.channels, shape.size, shape.size});
    network::ConvolutionOptions options;
    options.channels = shape.outputs;
    options.kernel = {shape.kernel, shape.kernel};
    const std::int64_t edge = shape.kernel / 2;
    options.padding = {edge, edge, edge, edge};
    return builder.build({builder.convolution("y", x, options)});
}

struct Contender {
    std::string name;
    std::function<void()> run;
    std::vector<double> seconds;  // of one run, one figure per round

    double median() {
        std::sort(seconds.begin(), seconds.end());
        return seconds[seconds.size() / 2];
    }
};

void measure(const ConvolutionShape& shape, double seconds) {
    const Tensor<float> image = drawn({shape.channels, shape.size, shape.size}, 3, 0.0F);
    const std::int64_t depth = shape.channels * shape.kernel * shape.kernel, pixels = shape.size * shape.size;
    const Tensor<float> weights = drawn({shape.outputs, depth}, 1, -1.0F),
                        columns = drawn({depth, pixels}, 2, 0.0F);
    std::vector<float> result(static_cast<std::size_t>(shape.outputs * pixels));

    std::vector<std::unique_ptr<network::Executor>> executors;
    std::vector<std::unique_ptr<network::ProductHook>> hooks;
    std::vector<Contender> contenders;
    contenders.push_back({"sgemm alone",
                          [&] {
                              network::kernels::multiply(shape.outputs, pixels, depth,
                                                         {weights.data(), depth}, {columns.data(), pixels},
                                                         {result.data(), pixels});
                          },
                          {}});
    const auto add = [&](const std::string& name, config::Arithmetic arithmetic,
                         const std::function<void(config::Configuration&)>& change) {
        config::Configuration configuration;
        change(configuration);
        executors.push_back(network::make_executor(convolution(shape), arithmetic, {image}));
        hooks.push_back(analog::make_noise(configuration, *executors.back(), {image}));
        contenders.push_back({name,
                              [executor = executors.back().get(), hook = hooks.back().get(), &image] {
                                  executor->run(image, 0, hook);
                              },
                              {}});
    };
    using config::Arithmetic;
    add("no noise, float32", Arithmetic::float32, [](auto& c) { c.noise.model = config::NoiseModel::none; });
    add("no noise, fixed16 (dgemm)", Arithmetic::fixed16,
        [](auto& c) { c.noise.model = config::NoiseModel::none; });
    add("gaussian, float32", Arithmetic::float32, [](auto&) {});
    add("gaussian, fixed16 (dgemm)", Arithmetic::fixed16, [](auto&) {});
    const auto device = [](config::Configuration& c) { c.noise.model = config::NoiseModel::device; };
    add("device, float32", Arithmetic::float32, device);
    add("device, fixed16", Arithmetic::fixed16, device);
    add("device, ideal ADCs, float32", Arithmetic::float32, [&](auto& c) {
        device(c);
        c.device.adc.range = config::ConverterRange::ideal;
    });
    add("device, no read noise, float32", Arithmetic::float32, [&](auto& c) {
        device(c);
        c.device.preset = config::DevicePreset::generic;
    });

    // In turn, so that a machine busy with something else is busy for all.
    constexpr int rounds = 5;
    for (Contender& contender : contenders) contender.run();
    for (int round = 0; round < rounds; ++round) {
        for (Contender& contender : contenders) {
            const double begin = cpu_seconds();
            double taken = 0;
            int runs = 0;
            while (taken < seconds / rounds) {
                contender.run();
                ++runs;
                taken = cpu_seconds() - begin;
            }
            contender.seconds.push_back(taken / runs);
        }
    }
    fmt::print("\n{}, {:.1f} MMAC\n{:<34}{:>12}{:>16}{:>16}\n", shape.name, 1e-6 * shape.macs(), "", "CPU ms",
               "GMAC/CPU s", "of sgemm");
    const double plain = contenders[0].median();
    for (Contender& contender : contenders) {
        const double time = contender.median();
        fmt::print("{:<34}{:>12.3f}{:>16.2f}{:>16.3f}\n", contender.name, 1e3 * time,
                   1e-9 * shape.macs() / time, plain / time);
    }
}

}  // namespace

int main(int argument_count, char** arguments) {
    const double seconds = argument_count > 1 ? std::atof(arguments[1]) : 1.0;
    if (argument_count > 2 || !(seconds > 0)) {
        fmt::print(stderr, "testbench_analog_products_speed: expected one number, seconds above 0\n");
        return 2;
    }
    for (const ConvolutionShape& shape : {ConvolutionShape{"3x3, 64 to 64, 56x56", 64, 64, 56, 3},
                                          {"3x3, 512 to 512, 7x7", 512, 512, 7, 3},
                                          {"1x1, 256 to 64, 56x56", 256, 64, 56, 1}}) {
        measure(shape, seconds);
    }
    return 0;
}
