#include "models/network/load.h"

#include "models/network/onnx_import.h"

#include <filesystem>

namespace quell::network {

Graph load_network(const std::string& name_or_path, Weights weights, std::uint64_t seed) {
    if (is_builtin(name_or_path)) return make_builtin(name_or_path, weights, seed);
    const std::filesystem::path path(name_or_path);
    const bool looks_like_a_file = path.has_parent_path() || path.extension() == ".onnx";
    if (looks_like_a_file || std::filesystem::exists(path)) return import_onnx(path);
    return make_builtin(name_or_path, weights, seed);  // says which built-in name is the nearest
}

std::string display_name(const std::string& name_or_path) {
    return is_builtin(name_or_path) ? name_or_path : std::filesystem::path(name_or_path).stem().string();
}

}  // namespace quell::network
