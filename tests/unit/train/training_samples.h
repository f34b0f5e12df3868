// A small network and images that it can learn, for tests of the trainer.
#pragma once

#include "models/network/dataset/labelled_images.h"
#include "models/network/graph_builder.h"
#include "tests/unit/network/network_samples.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace quell::test {

// Two convolutions with batch norms that do something, a shortcut, a classifier of 3 classes; (3,8,8) images.
inline network::Graph small_network(std::uint32_t seed = 1) {
    using namespace network;
    GraphBuilder net("small", [seed](const ParameterRequest& request) mutable {
        const bool positive = request.role == ParameterRole::variance || request.role == ParameterRole::scale;
        return random_tensor(request.shape, ++seed, positive ? 0.5F : -0.5F, positive ? 1.5F : 0.5F);
    });
    std::string x = net.input("image", {-1, 3, 8, 8});
    x = net.convolution("conv1", x, {.channels = 8, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
    x = net.relu("relu1", net.batch_normalization("bn1", x));
    std::string y = net.convolution("conv2", x, {.channels = 8, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
    y = net.batch_normalization("bn2", y);
    x = net.relu("relu2", net.add("add", y, x));
    x = net.flatten("flatten", net.global_average_pool("pool", x));
    return net.build(std::vector<std::string>{net.linear("fc", x, 3)});
}

// Class c is bright in plane c, over noise.
inline network::LabelledImages bright_planes(std::int64_t count, std::uint32_t seed = 1) {
    std::mt19937 generator(seed);
    std::uniform_int_distribution<int> dark(0, 120), bright(60, 255);
    std::vector<std::int64_t> labels;
    std::vector<std::uint8_t> pixels;
    for (std::int64_t i = 0; i < count; ++i) {
        const int label = static_cast<int>(generator() % 3);
        labels.push_back(label);
        for (int c = 0; c < 3; ++c) {
            for (int p = 0; p < 64; ++p)
                pixels.push_back(static_cast<std::uint8_t>(c == label ? bright(generator) : dark(generator)));
        }
    }
    return network::images_in_memory({3, 8, 8}, 3, std::move(labels), std::move(pixels));
}

}  // namespace quell::test
