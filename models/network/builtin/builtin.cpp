#include "models/network/builtin/builtin.h"

#include "models/config/edit_distance.h"
#include "models/network/builtin/families.h"
#include "models/network/builtin/he_weights.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace quell::network {
namespace {

struct Entry {
    BuiltinNetwork network;
    std::function<Graph(GraphBuilder, Width)> build;
};

std::vector<Entry> catalogue() {
    using enum InputSize;
    const auto sized = [](Graph (*build)(GraphBuilder, InputSize, Width), InputSize size) {
        return [build, size](GraphBuilder net, Width width) { return build(std::move(net), size, width); };
    };
    const auto vgg = [](InputSize size, bool batch_normalization) {
        return [=](GraphBuilder net, Width width) {
            return build_vgg16(std::move(net), size, batch_normalization, width);
        };
    };
    const auto cifar_resnet = [](std::int64_t depth) {
        return [depth](GraphBuilder net, Width width) {
            return build_cifar_resnet(std::move(net), depth, width);
        };
    };
    return {
        {{"resnet18", "ResNet-18, 3x224x224, 1000 classes"}, sized(build_resnet18, imagenet)},
        {{"mobilenet_v2", "MobileNetV2, 3x224x224, 1000 classes"}, sized(build_mobilenet_v2, imagenet)},
        {{"efficientnet_b0", "EfficientNet-B0, 3x224x224, 1000 classes"},
         sized(build_efficientnet_b0, imagenet)},
        {{"densenet121", "DenseNet-121, 3x224x224, 1000 classes"}, sized(build_densenet121, imagenet)},
        {{"vgg16", "VGG-16, 3x224x224, 1000 classes"}, vgg(imagenet, false)},
        {{"vgg16_bn", "VGG-16 with batch norm, 3x224x224, 1000 classes"}, vgg(imagenet, true)},
        {{"resnet18_cifar10", "ResNet-18 for 3x32x32, 10 classes: 3x3 stem of stride 1, no max pool"},
         sized(build_resnet18, cifar10)},
        {{"mobilenet_v2_cifar10", "MobileNetV2 for 3x32x32, 10 classes: stem and second stage of stride 1"},
         sized(build_mobilenet_v2, cifar10)},
        {{"efficientnet_b0_cifar10",
          "EfficientNet-B0 for 3x32x32, 10 classes: stem and second stage of stride 1"},
         sized(build_efficientnet_b0, cifar10)},
        {{"densenet121_cifar10", "DenseNet-121 for 3x32x32, 10 classes: 3x3 stem of stride 1, no max pool"},
         sized(build_densenet121, cifar10)},
        {{"vgg16_cifar10", "VGG-16 for 3x32x32, 10 classes: one linear layer (512 to 10) as classifier"},
         vgg(cifar10, false)},
        {{"vgg16_bn_cifar10",
          "VGG-16 with batch norm for 3x32x32, 10 classes: one linear layer as classifier"},
         vgg(cifar10, true)},
        {{"resnet20_cifar10", "ResNet-20 of He et al. for 3x32x32, 10 classes, option A shortcuts"},
         cifar_resnet(20)},
        {{"resnet32_cifar10", "ResNet-32 of He et al. for 3x32x32, 10 classes, option A shortcuts"},
         cifar_resnet(32)},
        {{"resnet56_cifar10", "ResNet-56 of He et al. for 3x32x32, 10 classes, option A shortcuts"},
         cifar_resnet(56)},
    };
}

// "resnet18@0.5": the base network and the text of its width.
struct SplitName {
    std::string base;
    std::optional<std::string> width;
};

SplitName split(const std::string& name) {
    const std::size_t at = name.find('@');
    if (at == std::string::npos) return {name, {}};
    return {name.substr(0, at), name.substr(at + 1)};
}

}  // namespace

std::vector<BuiltinNetwork> builtin_networks() {
    std::vector<BuiltinNetwork> networks;
    for (Entry& entry : catalogue()) networks.push_back(std::move(entry.network));
    return networks;
}

bool is_builtin(const std::string& name) {
    const SplitName parts = split(name);
    if (parts.width && !Width::parse(*parts.width)) return false;
    return std::ranges::any_of(builtin_networks(),
                               [&](const auto& network) { return network.name == parts.base; });
}

Graph make_builtin(const std::string& name, Weights weights, std::uint64_t seed) {
    const std::vector<Entry> entries = catalogue();
    const auto [base, width_text] = split(name);
    const auto entry = std::ranges::find(entries, base, [](const Entry& e) { return e.network.name; });
    if (entry == entries.end()) {
        const auto nearest = std::ranges::min_element(entries, {}, [&, base = base](const Entry& e) {
            return config::edit_distance(base, e.network.name);
        });
        const bool alike = 2 * config::edit_distance(base, nearest->network.name) < base.size();
        throw UsageError("there is no built-in network '{}'{}; `quell model list` lists all", name,
                         alike ? "; the nearest is " + nearest->network.name : "");
    }
    const auto width = width_text ? Width::parse(*width_text) : Width();
    if (!width)
        throw UsageError("network '{}': the width after '@' is '{}', expected {}", name, *width_text,
                         Width::kind());
    return entry->build(GraphBuilder(width->factor() == 1 ? base : name,
                                     weights == Weights::drawn ? he_weights(seed) : shapes_only()),
                        *width);
}

}  // namespace quell::network
