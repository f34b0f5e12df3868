// Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1;
// torchvision/models/densenet.py.
#include "models/network/builtin/families.h"

namespace quell::network {
namespace {

std::string norm_relu(GraphBuilder& net, const std::string& prefix, const std::string& number,
                      const std::string& x) {
    return net.relu(prefix + "relu" + number, net.batch_normalization(prefix + "norm" + number, x));
}

std::string dense_layer(GraphBuilder& net, const std::string& name, const std::string& x,
                        std::int64_t growth) {
    const std::int64_t bottleneck = 4 * growth;
    std::string y = norm_relu(net, name + ".", "1", x);
    y = net.convolution(name + ".conv1", y, {.channels = bottleneck});
    y = norm_relu(net, name + ".", "2", y);
    y = net.convolution(name + ".conv2", y,
                        {.channels = growth, .kernel = {3, 3}, .padding = same_padding(3)});
    return net.concat(name + ".concat", {x, y});
}

std::string transition(GraphBuilder& net, const std::string& name, const std::string& x) {
    std::string y = norm_relu(net, name + ".", "", x);
    y = net.convolution(name + ".conv", y, {.channels = net.channels(x) / 2});
    return net.average_pool(name + ".pool", y, {2, 2}, {2, 2});
}

}  // namespace

Graph build_densenet121(GraphBuilder net, InputSize size, Width width) {
    std::string x = image_input(net, size);
    if (size == InputSize::imagenet) {
        x = net.convolution(
            "features.conv0", x,
            {.channels = width(64), .kernel = {7, 7}, .stride = {2, 2}, .padding = same_padding(7)});
        x = norm_relu(net, "features.", "0", x);
        x = net.max_pool("features.pool0", x, {3, 3}, {2, 2}, same_padding(3));
    } else {
        x = net.convolution("features.conv0", x,
                            {.channels = width(64), .kernel = {3, 3}, .padding = same_padding(3)});
        x = norm_relu(net, "features.", "0", x);
    }
    int block = 1;
    for (const int layers : {6, 12, 24, 16}) {
        const std::string number = std::to_string(block);
        for (int layer = 1; layer <= layers; ++layer) {
            x = dense_layer(net, "features.denseblock" + number + ".denselayer" + std::to_string(layer), x,
                            width(32));
        }
        if (block < 4) x = transition(net, "features.transition" + number, x);
        ++block;
    }
    x = norm_relu(net, "features.", "5", x);
    x = net.flatten("flatten", net.global_average_pool("avgpool", x));
    return with_logits(net, net.linear("classifier", x, class_count(size)));
}

}  // namespace quell::network
