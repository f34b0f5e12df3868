#include "sw/train/command_inputs.h"

#include "models/network/evaluation.h"
#include "models/network/load.h"
#include "models/network/shape_inference.h"
#include "sw/train/torch_network.h"

#include <iostream>

namespace quell::train {

CommandInputs::CommandInputs() {
    config::register_options(table_, configuration_);
    data_.register_arguments(table_);
    table_.add_argument("start", start_)
        .help("ONNX file of the same network, whose weights are the ones to begin with");
    table_.add_argument("fit-chips", fit_chips_)
        .unit("chips")
        .range(1, 1000)
        .help("noise.model = device: over which the noise of training is fitted");
    table_.add_argument("images", images_).at_least(0).help("How many images to train with; 0: all");
    table_.add_argument("test-images", test_images_).at_least(0).help("How many to test with; 0: all");
    table_.add_argument("batch-size", batch_).range(1, 65536).unit("images").help("Images of one step");
    table_
        .add_argument(
            "augment", augment_,
            config::Choices<Augment>{
                {"none", Augment::none}, {"flip", Augment::flip}, {"flip_crop", Augment::flip_crop}})
        .help("Images flipped, and shifted by up to an eighth of their height");
    add_device_argument(table_, device_);
    table_
        .add_argument("objective", objective_,
                      config::Choices<Objective>{{"parameters", Objective::parameters},
                                                 {"cycles", Objective::cycles},
                                                 {"energy", Objective::energy}})
        .help("What the budget of the blocks is in");
    table_.add_argument("budget", budget_)
        .above(0)
        .help("Of the blocks: percent of the network's parameters, thousand cycles, or microjoules");
    table_
        .add_argument("ranking", ranking_,
                      config::Choices<Ranking>{{"norm", Ranking::norm},
                                               {"norm_per_cost", Ranking::norm_per_cost},
                                               {"random", Ranking::random}})
        .help(
            "Which convolution is asked first: norm (for a budget of parameters the usual one), "
            "norm_per_cost "
            "(for cycles and energy), or an order drawn from the seed");
    table_.add_argument("place-batches", place_batches_)
        .at_least(1)
        .help("Batches over which the norms of the gradients are averaged");
}

void CommandInputs::load(const std::vector<std::string>& words,
                         const std::function<std::vector<config::NoiseModel>()>& check) {
    const auto operands = table_.parse_command_line(words);
    if (operands.size() != 1) throw UsageError("one MODEL is expected, {} came", operands.size());
    if (!data_.has_images()) throw UsageError("--data DIR is expected, a folder with labelled images");
    data_.check(table_);
    if (objective_ != Objective::parameters && !table_.is_given("budget"))
        throw UsageError("--objective cycles and energy need a --budget in their unit");
    model_ = operands[0];
    config::resolve(table_, configuration_, check ? check() : std::vector<config::NoiseModel>());
    config::validate(configuration_);
    if (configuration_.noise.model != config::NoiseModel::device && table_.is_given("fit-chips"))
        throw UsageError("--fit-chips: without effect, expected noise.model = device with it");
    if (configuration_.run.threads > 0) set_torch_threads(configuration_.run.threads);
    require_device(device_);
    if (device_ != Device::cpu && configuration_.noise.model == config::NoiseModel::device)
        throw UsageError(
            "noise.model = device: the simulator's, on the processor alone; expected --device cpu");
    network::Graph graph = drawn_network(configuration_.run.seed);
    if (!start_.empty()) graph = with_values_of(std::move(graph), start_);
    require_no_blocks(graph, model_);
    sets_ = read_sets(data_.source(), images_, test_images_, network::image_shape_of(graph),
                      configuration_.input, configuration_.run.threads);
    for (const network::LabelledImages* set : {&sets_.train, &sets_.test}) {
        if (set->skipped.count > 0) std::cerr << set->skipped.description() << '\n';
    }
    network_ = std::make_unique<NoisyNetwork>(std::move(graph), model_, configuration_, sets_.train, device_,
                                              fit_chips_);
    network::require_classes(network_->output_shape(), sets_.train);
    network::require_classes(network_->output_shape(), sets_.test);
}

bool CommandInputs::weights_are_drawn() const {
    return network::is_builtin(model_) && start_.empty();
}

network::Graph CommandInputs::drawn_network(std::uint64_t seed) const {
    return network::load_network(model_, network::Weights::drawn, seed);
}

Augmentation CommandInputs::augmentation() const {
    Augmentation result;
    result.flip = augment_ != Augment::none;
    if (augment_ == Augment::flip_crop) result.padding = sets_.train.image_shape.at(1) / 8;
    return result;
}

Placement CommandInputs::find_placement(const NoisyNetwork& network) const {
    BatchLoader loader(sets_.train, configuration_.input, augmentation(), batch_, configuration_.run.seed);
    const auto hook = network.noise(configuration_.noise.seed);
    return place(candidates(network.folded(),
                            gradient_norms(network.folded(), hook.get(), loader, place_batches_, device_),
                            configuration_),
                 objective_, table_.is_given("ranking") ? ranking_ : usual_ranking(objective_), budget_,
                 network.parameters(), configuration_.run.seed);
}

}  // namespace quell::train
