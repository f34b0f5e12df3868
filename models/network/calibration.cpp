#include "models/network/calibration.h"

#include "models/network/float32_steps.h"

#include <algorithm>
#include <cmath>

namespace quell::network {
namespace {

double largest_magnitude(const float* values, std::int64_t count, const std::string& name) {
    double largest = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        if (!std::isfinite(values[i])) {
            throw Error("value '{}' is not finite on a calibration image: it has no fixed-point scale", name);
        }
        largest = std::max(largest, std::abs(static_cast<double>(values[i])));
    }
    return largest;
}

}  // namespace

ValueRanges measure_ranges(const Graph& graph, const std::vector<Tensor<float>>& images) {
    if (images.empty()) throw Error("fixed16 needs at least one image to choose its scales from");
    const Shape image_shape = single_image_shape(graph);
    const Float32Steps steps(graph, infer_shapes(graph, 1), {}, Fusion::none);
    Float32Workspace workspace = steps.make_workspace();
    ValueRanges ranges;
    const auto observe = [&](const Operand& operand, const float* values) {
        double& largest = ranges[operand.value];
        largest = std::max(largest, largest_magnitude(values, operand.count(), operand.value));
    };
    for (std::size_t i = 0; i < images.size(); ++i) {
        check_image_shape(images[i].shape, image_shape, graph.name);
        const Float32Call call{workspace, static_cast<std::int64_t>(i), nullptr};
        Float32Steps::set(call, steps.plan().inputs[0], images[i]);
        observe(steps.plan().inputs[0], call.read(steps.plan().inputs[0]));
        for (std::size_t step = 0; step < steps.plan().steps.size(); ++step) {
            steps.run_step(step, call);
            const Operand& output = steps.plan().steps[step].output;
            observe(output, call.read(output));
        }
    }
    return ranges;
}

int fraction_bits_for(double largest, int headroom_bits) {
    constexpr int fewest = -12, most = 24;
    if (!(largest > 0)) return 15;
    // ilogb is the exact floor of the base-2 logarithm.
    const int bits = std::ilogb(32767.0 / std::ldexp(largest, headroom_bits));
    return std::clamp(bits, fewest, most);
}

}  // namespace quell::network
