#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "models/network/passes/fold_batch_normalization.h"
#include "models/network/passes/remove_identities.h"
#include "models/network/shape_inference.h"
#include "tests/fuzz/targets.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace quell::fuzz {
namespace {

void use(network::Graph graph) {
    network::infer_shapes(graph);
    try {
        network::infer_shapes(graph, 2);
        network::fold_batch_normalization(graph);
    } catch (const Error&) {
        // A batch of two can be too large, a variance negative.
    }
    network::remove_identities(graph);
    network::check(graph);
    std::string bytes;
    try {
        bytes = network::export_onnx_bytes(graph);
    } catch (const Error&) {
        return;  // names that cannot be written
    }
    // What was read and written once has to come back the same.
    const network::Graph back = network::import_onnx_bytes(bytes, "back.onnx");
    if (network::export_onnx_bytes(back) != bytes)
        throw std::logic_error("the second export differs from the first");
}

}  // namespace

void run_onnx(Bytes bytes) {
    network::Graph graph;
    try {
        graph = network::import_onnx_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                           "fuzz.onnx");
    } catch (const Error& error) {
        const std::string_view message = error.what();
        if (message.find('\n') != std::string_view::npos)
            throw std::logic_error("a message of several lines");
        return;
    }
    use(std::move(graph));
}

}  // namespace quell::fuzz
