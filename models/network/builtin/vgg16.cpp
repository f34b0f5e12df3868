// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015,
// configuration D; torchvision/models/vgg.py.
#include "models/network/builtin/families.h"

namespace quell::network {

Graph build_vgg16(GraphBuilder net, InputSize size, bool batch_normalization, Width width) {
    std::string x = image_input(net, size);
    int index = 0;
    const auto next = [&] { return "features." + std::to_string(index++); };
    constexpr std::int64_t pool = 0;
    for (const std::int64_t channels :
         {64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0}) {
        if (channels == pool) {
            x = net.max_pool(next(), x, {2, 2}, {2, 2});
            continue;
        }
        x = net.convolution(
            next(), x,
            {.channels = width(channels), .kernel = {3, 3}, .padding = same_padding(3), .bias = true});
        if (batch_normalization) x = net.batch_normalization(next(), x);
        x = net.relu(next(), x);
    }
    x = net.flatten("flatten", x);
    if (size == InputSize::cifar10) return with_logits(net, net.linear("classifier", x, 10));
    x = net.relu("classifier.1", net.linear("classifier.0", x, width(4096)));
    x = net.relu("classifier.4", net.linear("classifier.3", x, width(4096)));
    return with_logits(net, net.linear("classifier.6", x, 1000));
}

}  // namespace quell::network
