// What `place` and `train` start from: a network, labelled images and the machine's noise, from the words on
// the command line.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/network/dataset/data_arguments.h"
#include "models/network/executor.h"
#include "sw/train/device.h"
#include "sw/train/gradient_norms.h"
#include "sw/train/labelled_sets.h"
#include "sw/train/noisy_network.h"
#include "sw/train/placement.h"
#include "sw/train/training.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quell::train {

class CommandInputs {
public:
    CommandInputs();

    // A command adds its own options before `load`.
    config::OptionTable& table() { return table_; }
    const config::OptionTable& table() const { return table_; }
    // Reads words, network and images. `check` is called between the words and the rest, to look at the
    // command's own options; it gives the noise models that are used beside noise.model, whose options then
    // have an effect. Throws UsageError and Error.
    void load(const std::vector<std::string>& words,
              const std::function<std::vector<config::NoiseModel>()>& check = {});

    const config::Configuration& configuration() const { return configuration_; }
    const std::string& model() const { return model_; }
    const std::string& start() const { return start_; }  // file of the first weights, or empty
    const NoisyNetwork& network() const { return *network_; }
    const network::Graph& graph() const { return network_->graph(); }
    const network::Graph& folded() const { return network_->folded(); }
    const LabelledSets& sets() const { return sets_; }
    std::int64_t batch() const { return batch_; }
    Device device() const { return device_; }
    Augmentation augmentation() const;

    // The noise of the configuration, under another seed.
    std::unique_ptr<network::ProductHook> noise(std::uint64_t seed) const { return network_->noise(seed); }

    // Blocks where --budget and --objective put them; at `objective`'s default of 4 % of the parameters.
    Placement find_placement() const { return find_placement(*network_); }
    // The same for another network.
    Placement find_placement(const NoisyNetwork& network) const;

    std::int64_t fit_chips() const { return fit_chips_; }

    // Whether every seed begins from weights of its own: MODEL is built in and no --start gives them.
    bool weights_are_drawn() const;
    // Those weights.
    network::Graph drawn_network(std::uint64_t seed) const;

private:
    enum class Augment { none, flip, flip_crop };

    config::Configuration configuration_;
    config::OptionTable table_;
    std::string model_, start_;
    network::DataArguments data_;
    Augment augment_ = Augment::flip_crop;
    Device device_ = Device::cpu;
    Objective objective_ = Objective::parameters;
    Ranking ranking_ = Ranking::norm;
    double budget_ = 4;
    std::int64_t images_ = 0, test_images_ = 0, batch_ = 64, place_batches_ = 16, fit_chips_ = 4;
    LabelledSets sets_;
    std::unique_ptr<NoisyNetwork> network_;
};

}  // namespace quell::train
