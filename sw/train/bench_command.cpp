#include "models/network/executor_factory.h"
#include "sw/train/commands.h"
#include "sw/train/model_and_images.h"
#include "sw/train/torch_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <vector>

namespace quell::train {
namespace {

template <typename Work>
double images_per_second(std::int64_t images, Work work) {
    const auto from = std::chrono::steady_clock::now();
    work();
    return static_cast<double>(images) /
           std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

}  // namespace

int bench_command(const Request& request) {
    auto loaded = load(request, 256);
    if (!loaded) return 0;
    ModelAndImages& source = *loaded;
    if (source.configuration.run.format != config::Format::table)
        throw UsageError("format: `quell-train bench` prints text, expected table");
    set_torch_threads(1);
    network::prepare_for_execution(source.graph);  // both run with batch norms folded
    const TorchNetwork torch(source.graph, {}, source.device);
    const auto ours = network::make_float32_executor(source.graph);
    const std::int64_t count = source.images.count();

    // Normalised beforehand: the networks alone are timed.
    const std::vector<std::int64_t> batches{1, 8, 32, 128};
    std::vector<Tensor<float>> images;
    for (std::int64_t i = 0; i < count; ++i) {
        Tensor<float> image = batch_of(source, i, 1);
        images.push_back(std::move(image));
    }
    std::vector<std::vector<Tensor<float>>> grouped;
    for (const std::int64_t batch : batches) {
        grouped.emplace_back();
        for (std::int64_t first = 0; first + batch <= count; first += batch) {
            grouped.back().push_back(batch_of(source, first, batch));
        }
    }

    float difference = 0;
    for (const Tensor<float>& image : images) {
        const auto expected = torch.run(image), y = ours->run(image);
        for (std::size_t i = 0; i < y.values.size(); ++i) {
            difference = std::max(difference, std::fabs(y.values[i] - expected.values[i]));
        }
    }

    // In turns, so that both meet the same machine; the best round of each counts.
    constexpr int rounds = 5;
    double best_ours = 0, best_torch = 0;
    std::vector<double> best_of_batch(batches.size(), 0);
    for (int round = 0; round < rounds; ++round) {
        best_ours = std::max(best_ours, images_per_second(count, [&] {
                                 for (const auto& image : images) ours->run(image);
                             }));
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const auto done = static_cast<std::int64_t>(grouped[b].size()) * batches[b];
            if (done == 0) continue;
            best_of_batch[b] = std::max(best_of_batch[b], images_per_second(done, [&] {
                                            for (const auto& batch : grouped[b]) torch.run(batch);
                                        }));
            best_torch = std::max(best_torch, best_of_batch[b]);
        }
    }
    std::cout << fmt::format("{}, float32, one thread{}, {} images, best of {} rounds\n", source.model,
                             source.device == Device::cuda ? ", LibTorch on the GPU" : "", count, rounds);
    std::cout << fmt::format("  quell                 {:8.1f} images/s\n", best_ours);
    for (std::size_t b = 0; b < batches.size(); ++b) {
        std::cout << fmt::format("  LibTorch, batch {:<4}  {:8.1f} images/s\n", batches[b], best_of_batch[b]);
    }
    std::cout << fmt::format("  ratio to LibTorch's best: {:.2f}; largest difference of outputs: {:.2g}\n",
                             best_ours / best_torch, difference);
    return 0;
}

}  // namespace quell::train
