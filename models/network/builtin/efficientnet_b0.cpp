// Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019, table 1;
// torchvision/models/efficientnet.py.
#include "models/network/builtin/families.h"

#include <algorithm>

namespace quell::network {
namespace {

// x * sigmoid(x)
std::string silu(GraphBuilder& net, const std::string& name, const std::string& x) {
    return net.mul(name, x, net.sigmoid(name + ".sigmoid", x));
}

std::string convolution_norm(GraphBuilder& net, const std::string& name, const std::string& x,
                             const ConvolutionOptions& options) {
    return net.batch_normalization(name + ".1", net.convolution(name + ".0", x, options));
}

std::string squeeze_excitation(GraphBuilder& net, const std::string& name, const std::string& x,
                               std::int64_t squeezed) {
    std::string y = net.global_average_pool(name + ".avgpool", x);
    y = silu(net, name + ".activation",
             net.convolution(name + ".fc1", y, {.channels = squeezed, .bias = true}));
    y = net.convolution(name + ".fc2", y, {.channels = net.channels(x), .bias = true});
    return net.mul(name + ".scale", x, net.sigmoid(name + ".scale_activation", y));
}

std::string mobile_block(GraphBuilder& net, const std::string& name, const std::string& x,
                         std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                         std::int64_t expansion) {
    const std::int64_t inputs = net.channels(x), hidden = inputs * expansion;
    int part = 0;
    const auto next = [&] { return name + ".block." + std::to_string(part++); };
    std::string y = x;
    if (expansion != 1) {
        const std::string expand = next();
        y = silu(net, expand + ".2", convolution_norm(net, expand, y, {.channels = hidden}));
    }
    const std::string spread = next();
    y = silu(net, spread + ".2",
             convolution_norm(net, spread, y,
                              {.channels = hidden,
                               .kernel = {kernel, kernel},
                               .stride = {stride, stride},
                               .padding = same_padding(kernel),
                               .groups = hidden}));
    y = squeeze_excitation(net, next(), y, std::max<std::int64_t>(1, inputs / 4));
    y = convolution_norm(net, next(), y, {.channels = channels});
    return stride == 1 && inputs == channels ? net.add(name + ".add", y, x) : y;
}

}  // namespace

Graph build_efficientnet_b0(GraphBuilder net, InputSize size, Width width) {
    struct Stage {
        std::int64_t expansion, channels, blocks, kernel, stride;
    };
    const bool small = size == InputSize::cifar10;
    const Stage stages[] = {{1, 16, 1, 3, 1},  {6, 24, 2, 3, small ? 1 : 2},
                            {6, 40, 2, 5, 2},  {6, 80, 3, 3, 2},
                            {6, 112, 3, 5, 1}, {6, 192, 4, 5, 2},
                            {6, 320, 1, 3, 1}};
    const std::int64_t stem_stride = small ? 1 : 2;
    std::string x = image_input(net, size);
    x = silu(net, "features.0.2",
             convolution_norm(net, "features.0", x,
                              {.channels = width(32),
                               .kernel = {3, 3},
                               .stride = {stem_stride, stem_stride},
                               .padding = same_padding(3)}));
    int index = 1;
    for (const Stage& stage : stages) {
        for (std::int64_t block = 0; block < stage.blocks; ++block) {
            x = mobile_block(net, "features." + std::to_string(index) + "." + std::to_string(block), x,
                             width(stage.channels), stage.kernel, block == 0 ? stage.stride : 1,
                             stage.expansion);
        }
        ++index;
    }
    x = silu(net, "features.8.2", convolution_norm(net, "features.8", x, {.channels = width(1280)}));
    x = net.flatten("flatten", net.global_average_pool("avgpool", x));
    return with_logits(net, net.linear("classifier.1", x, class_count(size)));
}

}  // namespace quell::network
