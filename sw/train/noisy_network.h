// A network as it is trained and measured: as it was loaded, as it is mapped, and the machine's noise on it.
#pragma once

#include "models/config/configuration.h"
#include "models/network/dataset/labelled_images.h"
#include "models/network/executor.h"
#include "sw/train/device.h"
#include "sw/train/device_fit.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quell::train {

class NoisyNetwork {
public:
    // Calibration images are the first of `images`; noise.model = device is fitted on them, over `fit_chips`
    // chips. Removes copies, keeps batch norms. Throws Error for a
    // network that has denoiser blocks already, naming it.
    NoisyNetwork(network::Graph graph, const std::string& name, const config::Configuration& configuration,
                 const network::LabelledImages& images, Device device, std::int64_t fit_chips);

    const network::Graph& graph() const { return graph_; }    // as it was loaded
    const network::Graph& folded() const { return folded_; }  // as it is mapped: batch norms folded
    const config::Configuration& configuration() const { return configuration_; }
    const std::vector<Tensor<float>>& calibration_images() const { return calibration_images_; }
    std::int64_t parameters() const;  // as it was loaded
    const Shape& output_shape() const { return executor_->output_shape(); }

    Device device() const { return device_; }  // where it is trained

    // The noise of the configuration, under another seed, for that device; null for none. Of noise.model =
    // device: what the fit draws.
    std::unique_ptr<network::ProductHook> noise(std::uint64_t seed) const;

    // Of noise.model = device, of product 1, 2, ...; else empty.
    const std::vector<ProductFit>& fits() const { return fits_; }
    const std::string& product_name(std::int64_t product) const;

private:
    config::Configuration configuration_;
    Device device_;
    network::Graph graph_, folded_;
    std::vector<Tensor<float>> calibration_images_;
    std::unique_ptr<network::Executor> executor_;  // float32, of the folded network
    std::vector<ProductFit> fits_;
};

// Throws Error for a network that has denoiser blocks already, naming it.
void require_no_blocks(const network::Graph& graph, const std::string& name);

// `graph` with the values of another file of the same network. Throws Error naming the first constant that is
// missing or has another shape.
network::Graph with_values_of(network::Graph graph, const std::string& file);

}  // namespace quell::train
