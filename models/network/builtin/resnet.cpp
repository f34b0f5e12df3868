// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016; torchvision/models/resnet.py.
#include "models/network/builtin/families.h"

namespace quell::network {
namespace {

std::string convolution3x3(GraphBuilder& net, const std::string& conv, const std::string& norm,
                           const std::string& x, std::int64_t channels, std::int64_t stride) {
    const auto y = net.convolution(
        conv, x,
        {.channels = channels, .kernel = {3, 3}, .stride = {stride, stride}, .padding = same_padding(3)});
    return net.batch_normalization(norm, y);
}

std::string basic_block(GraphBuilder& net, const std::string& name, const std::string& x,
                        std::int64_t channels, std::int64_t stride) {
    auto y =
        net.relu(name + ".relu1", convolution3x3(net, name + ".conv1", name + ".bn1", x, channels, stride));
    y = convolution3x3(net, name + ".conv2", name + ".bn2", y, channels, 1);
    std::string shortcut = x;
    if (stride != 1 || net.channels(x) != channels) {
        shortcut =
            net.convolution(name + ".downsample.0", x, {.channels = channels, .stride = {stride, stride}});
        shortcut = net.batch_normalization(name + ".downsample.1", shortcut);
    }
    return net.relu(name + ".relu2", net.add(name + ".add", y, shortcut));
}

// Option A: every second pixel, and zero channels around: no parameters.
std::string cifar_block(GraphBuilder& net, const std::string& name, const std::string& x,
                        std::int64_t channels, std::int64_t stride) {
    auto y =
        net.relu(name + ".relu1", convolution3x3(net, name + ".conv1", name + ".bn1", x, channels, stride));
    y = convolution3x3(net, name + ".conv2", name + ".bn2", y, channels, 1);
    std::string shortcut = x;
    if (stride != 1) {
        const std::int64_t side = (channels - net.channels(x)) / 2;
        shortcut = net.max_pool(name + ".shortcut.subsample", x, {1, 1}, {stride, stride});
        if (side > 0) {  // narrow networks have stages of equal width
            shortcut =
                net.pad(name + ".shortcut.pad", shortcut, {.begin = {0, side, 0, 0}, .end = {0, side, 0, 0}});
        }
    }
    return net.relu(name + ".relu2", net.add(name + ".add", y, shortcut));
}

}  // namespace

Graph build_resnet18(GraphBuilder net, InputSize size, Width width) {
    std::string x = image_input(net, size);
    if (size == InputSize::imagenet) {
        x = net.convolution(
            "conv1", x,
            {.channels = width(64), .kernel = {7, 7}, .stride = {2, 2}, .padding = same_padding(7)});
        x = net.relu("relu", net.batch_normalization("bn1", x));
        x = net.max_pool("maxpool", x, {3, 3}, {2, 2}, same_padding(3));
    } else {
        x = net.relu("relu", convolution3x3(net, "conv1", "bn1", x, width(64), 1));
    }
    std::int64_t channels = 64;
    for (int stage = 1; stage <= 4; ++stage, channels *= 2) {
        const std::string name = "layer" + std::to_string(stage);
        x = basic_block(net, name + ".0", x, width(channels), stage == 1 ? 1 : 2);
        x = basic_block(net, name + ".1", x, width(channels), 1);
    }
    x = net.flatten("flatten", net.global_average_pool("avgpool", x));
    return with_logits(net, net.linear("fc", x, class_count(size)));
}

Graph build_cifar_resnet(GraphBuilder net, std::int64_t depth, Width width) {
    std::string x = image_input(net, InputSize::cifar10);
    x = net.relu("relu", convolution3x3(net, "conv1", "bn1", x, width(16), 1));
    std::int64_t channels = 16;
    for (int stage = 1; stage <= 3; ++stage, channels *= 2) {
        for (std::int64_t block = 0; block < (depth - 2) / 6; ++block) {
            const std::string name = "layer" + std::to_string(stage) + "." + std::to_string(block);
            x = cifar_block(net, name, x, width(channels), stage > 1 && block == 0 ? 2 : 1);
        }
    }
    x = net.flatten("flatten", net.global_average_pool("avgpool", x));
    return with_logits(net, net.linear("linear", x, 10));
}

}  // namespace quell::network
