#include "models/network/default/default_network.h"

#include "models/network/onnx_import.h"

namespace quell::embedded {

// Made from resnet20_synthetic.onnx by the build.
extern const unsigned char resnet20_synthetic[];
extern const unsigned long resnet20_synthetic_size;

}  // namespace quell::embedded

namespace quell::network {

std::string_view default_network_file() {
    return {reinterpret_cast<const char*>(embedded::resnet20_synthetic), embedded::resnet20_synthetic_size};
}

Graph default_network() {
    return import_onnx_bytes(default_network_file(), std::string(default_network_name));
}

}  // namespace quell::network
