// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2;
// torchvision/models/mobilenetv2.py.
#include "models/network/builtin/families.h"

namespace quell::network {
namespace {

std::string convolution_relu6(GraphBuilder& net, const std::string& name, const std::string& x,
                              const ConvolutionOptions& options) {
    const auto y = net.batch_normalization(name + ".1", net.convolution(name + ".0", x, options));
    return net.relu6(name + ".2", y);
}

std::string inverted_residual(GraphBuilder& net, const std::string& name, const std::string& x,
                              std::int64_t channels, std::int64_t stride, std::int64_t expansion) {
    const std::int64_t hidden = net.channels(x) * expansion;
    int part = 0;
    const auto next = [&] { return name + ".conv." + std::to_string(part++); };
    std::string y = x;
    if (expansion != 1) y = convolution_relu6(net, next(), y, {.channels = hidden});
    y = convolution_relu6(net, next(), y,
                          {.channels = hidden,
                           .kernel = {3, 3},
                           .stride = {stride, stride},
                           .padding = same_padding(3),
                           .groups = hidden});
    y = net.convolution(next(), y, {.channels = channels});
    y = net.batch_normalization(next(), y);
    return stride == 1 && net.channels(x) == channels ? net.add(name + ".add", x, y) : y;
}

}  // namespace

Graph build_mobilenet_v2(GraphBuilder net, InputSize size, Width width) {
    struct Stage {
        std::int64_t expansion, channels, blocks, stride;
    };
    const bool small = size == InputSize::cifar10;
    const Stage stages[] = {
        {1, 16, 1, 1}, {6, 24, 2, small ? 1 : 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
        {6, 320, 1, 1}};
    const std::int64_t stem_stride = small ? 1 : 2;
    std::string x = image_input(net, size);
    x = convolution_relu6(net, "features.0", x,
                          {.channels = width(32),
                           .kernel = {3, 3},
                           .stride = {stem_stride, stem_stride},
                           .padding = same_padding(3)});
    int index = 1;
    for (const Stage& stage : stages) {
        for (std::int64_t block = 0; block < stage.blocks; ++block, ++index) {
            x = inverted_residual(net, "features." + std::to_string(index), x, width(stage.channels),
                                  block == 0 ? stage.stride : 1, stage.expansion);
        }
    }
    x = convolution_relu6(net, "features.18", x, {.channels = width(1280)});
    x = net.flatten("flatten", net.global_average_pool("avgpool", x));
    return with_logits(net, net.linear("classifier.1", x, class_count(size)));
}

}  // namespace quell::network
