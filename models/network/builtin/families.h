// One function per family of built-in networks; each adds the layers to a builder and returns the finished
// graph. `width` scales every number of channels that the publication states; those derived from it (hidden
// channels of inverted residuals, squeezed ones, DenseNet's transitions) follow.
#pragma once

#include "models/network/builtin/width.h"
#include "models/network/graph_builder.h"

namespace quell::network {

// What the original was designed for, or CIFAR-10.
enum class InputSize { imagenet, cifar10 };

Graph build_resnet18(GraphBuilder net, InputSize size, Width width);
Graph build_cifar_resnet(GraphBuilder net, std::int64_t depth, Width width);  // 6 n + 2
Graph build_mobilenet_v2(GraphBuilder net, InputSize size, Width width);
Graph build_efficientnet_b0(GraphBuilder net, InputSize size, Width width);
Graph build_densenet121(GraphBuilder net, InputSize size, Width width);
Graph build_vgg16(GraphBuilder net, InputSize size, bool batch_normalization, Width width);

inline std::string image_input(GraphBuilder& net, InputSize size) {
    const std::int64_t extent = size == InputSize::imagenet ? 224 : 32;
    return net.input("input", {-1, 3, extent, extent});
}
inline std::int64_t class_count(InputSize size) {
    return size == InputSize::imagenet ? 1000 : 10;
}

// The finished graph, whose only output is `value` under the name "logits".
inline Graph with_logits(GraphBuilder& net, const std::string& value) {
    return net.build_named({{"logits", value}});
}

// Padding that keeps the size at stride 1.
inline Padding same_padding(std::int64_t kernel) {
    const std::int64_t side = (kernel - 1) / 2;
    return {side, side, side, side};
}

}  // namespace quell::network
