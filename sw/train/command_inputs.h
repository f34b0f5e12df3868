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
#include "sw/train/placement.h"
#include "sw/train/training.h"

#include <memory>
#include <string>
#include <vector>

namespace quell::train {

class CommandInputs {
public:
    CommandInputs();

    // A command adds its own options before `load`.
    config::OptionTable& table() { return table_; }
    // Prints the command's options where --help is among the words.
    bool help_asked(const std::vector<std::string>& words) const;
    // Reads words, network and images. Throws UsageError and Error.
    void load(const std::vector<std::string>& words);

    const config::Configuration& configuration() const { return configuration_; }
    const std::string& model() const { return model_; }
    const network::Graph& graph() const { return graph_; }    // as it was loaded
    const network::Graph& folded() const { return folded_; }  // as it is mapped: batch norms folded
    const LabelledSets& sets() const { return sets_; }
    const std::vector<Tensor<float>>& calibration_images() const { return calibration_images_; }
    std::int64_t batch() const { return batch_; }
    Device device() const { return device_; }
    Augmentation augmentation() const;

    // The noise of the configuration, under another seed.
    std::unique_ptr<network::ProductHook> noise(std::uint64_t seed) const;

    // Blocks where --budget and --objective put them; at `objective`'s default of 4 % of the parameters.
    Placement find_placement() const;

    // Parameters of the network as it was loaded.
    std::int64_t network_parameters() const;

private:
    enum class Augment { none, flip, flip_crop };

    config::Configuration configuration_;
    config::OptionTable table_;
    std::string model_;
    network::DataArguments data_;
    Augment augment_ = Augment::flip_crop;
    Device device_ = Device::cpu;
    Objective objective_ = Objective::parameters;
    Ranking ranking_ = Ranking::norm;
    double budget_ = 4;
    std::int64_t images_ = 0, test_images_ = 0, batch_ = 64, place_batches_ = 16;
    network::Graph graph_, folded_;
    LabelledSets sets_;
    std::vector<Tensor<float>> calibration_images_;
    std::unique_ptr<network::Executor> executor_;  // float32, of the folded network
};

}  // namespace quell::train
