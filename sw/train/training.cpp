#include "sw/train/training.h"

#include "models/base/sha256.h"
#include "models/network/onnx_export.h"
#include "sw/train/adam.h"
#include "sw/train/checkpoint.h"
#include "sw/train/classification.h"
#include "sw/train/quantisation.h"
#include "sw/train/random_streams.h"
#include "sw/train/torch_tensors.h"
#include "sw/train/trainable_network.h"

#include <c10/core/InferenceMode.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>

namespace quell::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

std::string digest_of(const network::Graph& graph) {
    const std::string bytes = network::export_onnx_bytes(graph);
    return sha256(std::as_bytes(std::span(bytes)));
}

double measure_accuracy(TrainableNetwork& network, const network::ProductHook* noise,
                        const Quantisation* quantisation, const network::LabelledImages& images,
                        const config::InputConfig& input, std::uint64_t seed) {
    const c10::InferenceMode guard;
    constexpr std::int64_t batch = 64;
    std::int64_t correct = 0;
    for (std::int64_t first = 0; first < images.count(); first += batch) {
        const Batch now = batch_in_order(images, input, first, std::min(batch, images.count() - first));
        Pass pass;
        pass.noise = noise;
        pass.images = now.places;
        pass.quantisation = quantisation;
        pass.sampling_seed = stream_seed(seed, Stream::block_samples, static_cast<std::uint64_t>(first));
        correct += count_correct(network.forward(to_torch(now.images), pass), now.labels);
    }
    return 100.0 * static_cast<double>(correct) / static_cast<double>(images.count());
}

std::shared_ptr<TrainableNetwork> network_on(Device device, const network::Graph& graph,
                                             const std::vector<RealBlock>& blocks) {
    auto network = std::make_shared<TrainableNetwork>(graph, blocks);
    network->move_to(device);
    return network;
}

// One training from beginning, or checkpoint, to end.
class Run {
public:
    Run(const network::Graph& graph, const std::vector<RealBlock>& blocks, const NoiseMaker& noise,
        std::uint64_t test_noise_seed, const TrainingData& data, const TrainingOptions& options,
        const TrainingEvents& events)
        : noise_(noise),
          test_noise_seed_(test_noise_seed),
          data_(data),
          options_(options),
          events_(events),
          network_(network_on(options.device, graph, blocks)),
          trained_(options.trained == Trained::blocks ? network_->block_parameters()
                                                      : network_->backbone_parameters()),
          adam_(trained_),
          loader_(*data.train, data.input, options.augmentation, options.batch, options.seed) {
        network_->freeze_backbone(options.trained == Trained::blocks);
        if (options.trained == Trained::backbone && !blocks.empty())
            throw Error("training: a network is trained without blocks, {} came", blocks.size());
        if (trained_.empty()) throw Error("training: there is nothing to train");
        if (options.distillation > 0) {
            teacher_ = network_on(options.device, graph, {});
            teacher_->freeze_backbone(true);
        }
        if (options.quantisation) quantise(*options.quantisation);
        state_.description = describe(graph, blocks);
    }

    TrainingResult run() {
        if (options_.resume) {
            load();
        } else {
            save();
        }
        bool stopped = false;
        while (!stopped && state_.epoch < options_.epochs) stopped = !run_epoch();
        network::Graph graph = network_->graph();
        if (quantisation_) graph = quantisation_->rounded(std::move(graph));
        return {std::move(graph), network_->blocks(), stopped};
    }

private:
    void quantise(const QuantisationOptions& quantisation) {
        if (options_.trained == Trained::blocks)
            throw Error("training: blocks are trained without quantisation, their words come afterwards");
        constexpr std::int64_t calibration_images = 64;
        const Batch batch =
            batch_in_order(*data_.train, data_.input, 0, std::min(calibration_images, data_.train->count()));
        quantisation_.emplace(*network_, to_torch(batch.images), quantisation);
    }

    std::string describe(const network::Graph& graph, const std::vector<RealBlock>& blocks) const {
        std::string text = fmt::format(
            "network = {}\ntrained = {}\nepochs = {}\nbatch = {}\nlearning_rate = {}\nschedule = {}\nflip = "
            "{}\n"
            "padding = {}\nseed = {}\nimages = {}\n",
            digest_of(graph), options_.trained == Trained::blocks ? "blocks" : "backbone", options_.epochs,
            options_.batch, options_.learning_rate,
            options_.schedule == LearningSchedule::cosine ? "cosine" : "constant", options_.augmentation.flip,
            options_.augmentation.padding, options_.seed, data_.train->count());
        const NoiseStrength& strength = options_.strength;
        if (strength.ramp_percent > 0) text += fmt::format("ramp = {}\n", strength.ramp_percent);
        if (strength.variance) {
            text += fmt::format("variance = alpha {}, theta {}\n", strength.variance->alpha,
                                strength.variance->theta);
        }
        if (options_.device == Device::cuda) text += "device = cuda\n";
        if (options_.distillation > 0) text += fmt::format("distillation = {}\n", options_.distillation);
        if (options_.magnitude_gradient) text += "magnitude_gradient = true\n";
        if (options_.quantisation) {
            text += fmt::format("quantisation = {} bits, clip {}\n", options_.quantisation->bits,
                                options_.quantisation->clip);
        }
        for (const RealBlock& block : blocks) {
            const denoiser::Geometry& g = block.geometry;
            text += fmt::format("block = {} {} {} {} {} {} {}\n", block.convolution, g.channels, g.bottleneck,
                                g.groups, g.variance_head, g.bias, block.leaky_shift);
        }
        return text + options_.remarks;
    }

    double learning_rate() const {
        if (options_.schedule == LearningSchedule::constant) return options_.learning_rate;
        const double part = static_cast<double>(state_.epoch * loader_.steps() + state_.step) /
                            static_cast<double>(options_.epochs * loader_.steps());
        return options_.learning_rate * (1 + std::cos(std::numbers::pi * part)) / 2;
    }

    bool run_epoch() {
        const auto noise = noise_(
            stream_seed(options_.seed, Stream::noise_of_epoch, static_cast<std::uint64_t>(state_.epoch)));
        loader_.begin(state_.epoch, state_.step);
        const double rate_at_begin = learning_rate();
        const auto begin = Clock::now();
        const double seconds_before = state_.seconds;
        std::int64_t images_now = 0;
        while (const auto batch = loader_.next()) {
            step(*batch, noise.get());
            images_now += static_cast<std::int64_t>(batch->labels.size());
            state_.seconds = seconds_before + seconds_since(begin);
            report_step(static_cast<double>(images_now) / std::max(seconds_since(begin), 1e-9));
            if (events_.stop && events_.stop()) {
                save();
                return false;
            }
        }
        EpochReport report{state_.epoch,
                           mean_loss(),
                           accuracy(),
                           rate_at_begin,
                           static_cast<double>(images_now) / std::max(seconds_since(begin), 1e-9),
                           state_.seconds,
                           {}};
        require_finite_parameters();
        if (data_.test != nullptr) {
            const auto test_noise = noise_(test_noise_seed_);
            report.test_accuracy_percent = measure_accuracy(*network_, test_noise.get(), quantisation(),
                                                            *data_.test, data_.input, options_.seed);
        }
        ++state_.epoch;
        state_.step = 0;
        state_.loss_sum = 0;
        state_.images = state_.correct = 0;
        save();
        if (events_.epoch) events_.epoch(report);
        return true;
    }

    void step(const Batch& batch, const network::ProductHook* noise) {
        Pass pass;
        pass.normalisation =
            options_.trained == Trained::backbone ? Normalisation::training : Normalisation::frozen;
        std::optional<ScaledNoise> scaled;
        if (noise != nullptr) {
            const double ramp =
                ramp_factor(options_.strength.ramp_percent, state_.epoch * loader_.steps() + state_.step,
                            options_.epochs * loader_.steps());
            scaled.emplace(*noise, ramp, options_.strength.variance, options_.seed, state_.epoch);
            pass.noise = &*scaled;
        }
        pass.images = batch.places;
        pass.quantisation = quantisation();
        if (options_.magnitude_gradient) pass.magnitude_gradient = &*options_.magnitude_gradient;
        pass.sampling_seed = stream_seed(
            options_.seed, Stream::block_samples,
            static_cast<std::uint64_t>(state_.epoch) << 32 | static_cast<std::uint64_t>(state_.step));
        const at::Tensor images = to_torch(batch.images);
        const at::Tensor logits = network_->forward(images, pass);
        at::Tensor loss = classification_loss(logits, batch.labels);
        if (teacher_) {
            const at::Tensor answers = teacher_->forward(images);
            loss = loss * (1 - options_.distillation) +
                   distillation_loss(logits, answers) * options_.distillation;
        }
        const double value = loss.item<double>();
        if (!std::isfinite(value)) refuse(fmt::format("the loss is {}", value));
        adam_.clear_gradients();
        loss.backward();
        adam_.step(learning_rate());
        const auto count = static_cast<std::int64_t>(batch.labels.size());
        state_.loss_sum += value * static_cast<double>(count);
        state_.images += count;
        state_.correct += count_correct(logits.detach(), batch.labels);
        ++state_.step;
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error("epoch {}, step {}: {}; {}", state_.epoch + 1, state_.step + 1, what,
                    options_.checkpoint.empty() ? "no checkpoint was asked for"
                                                : options_.checkpoint + " has the last good state");
    }

    const Quantisation* quantisation() const { return quantisation_ ? &*quantisation_ : nullptr; }

    void require_finite_parameters() const {
        for (const auto& [name, tensor] : trained_) {
            if (!tensor.isfinite().all().item<bool>()) refuse(fmt::format("'{}' is no longer finite", name));
        }
    }

    double mean_loss() const {
        return state_.images == 0 ? 0 : state_.loss_sum / static_cast<double>(state_.images);
    }
    double accuracy() const {
        return state_.images == 0
                   ? 0
                   : 100.0 * static_cast<double>(state_.correct) / static_cast<double>(state_.images);
    }

    void report_step(double images_per_second) const {
        if (!events_.step) return;
        const auto left = (options_.epochs - state_.epoch) * data_.train->count() - state_.images;
        events_.step({state_.epoch, state_.step, loader_.steps(), options_.epochs, mean_loss(), accuracy(),
                      images_per_second, static_cast<double>(left) / images_per_second});
    }

    // Everything that a step changes, by name.
    std::map<std::string, at::Tensor> tensors() {
        std::map<std::string, at::Tensor> result;
        for (const auto& [name, tensor] : trained_) result["parameter " + name] = tensor;
        for (const auto& [name, moments] : adam_.moments()) {
            result["first moment " + name] = moments.first;
            result["second moment " + name] = moments.second;
        }
        if (options_.trained == Trained::backbone) {
            for (const auto& entry : network_->named_buffers())
                result["buffer " + entry.key()] = entry.value();
        }
        return result;
    }

    void save() {
        if (options_.checkpoint.empty()) return;
        require_finite_parameters();
        state_.optimiser_steps = adam_.steps();
        state_.tensors.clear();
        for (const auto& [name, tensor] : tensors()) state_.tensors[name] = from_torch(tensor);
        write_checkpoint(options_.checkpoint, state_);
    }

    void load() {
        state_ = read_checkpoint(options_.checkpoint, state_.description);
        const c10::AutoGradMode no_gradients(false);
        for (auto& [name, tensor] : tensors()) {
            const auto found = state_.tensors.find(name);
            const Shape shape(tensor.sizes().begin(), tensor.sizes().end());
            if (found == state_.tensors.end() || found->second.shape != shape) {
                throw Error("{}: '{}' of shape {} expected, {} came", options_.checkpoint, name,
                            to_string(shape),
                            found == state_.tensors.end() ? "nothing" : to_string(found->second.shape));
            }
            at::Tensor target = tensor;
            target.copy_(to_torch(found->second));
        }
        adam_.set_steps(state_.optimiser_steps);
    }

    const NoiseMaker& noise_;
    std::uint64_t test_noise_seed_;
    const TrainingData& data_;
    const TrainingOptions& options_;
    const TrainingEvents& events_;
    std::shared_ptr<TrainableNetwork> network_, teacher_;  // without a teacher: null
    std::map<std::string, at::Tensor> trained_;
    std::optional<Quantisation> quantisation_;
    Adam adam_;
    BatchLoader loader_;
    Checkpoint state_;
};

}  // namespace

TrainingResult train(const network::Graph& graph, const std::vector<RealBlock>& blocks,
                     const NoiseMaker& noise, std::uint64_t test_noise_seed, const TrainingData& data,
                     const TrainingOptions& options, const TrainingEvents& events) {
    return Run(graph, blocks, noise, test_noise_seed, data, options, events).run();
}

std::map<std::int64_t, BlockRanges> measure_blocks(const network::Graph& graph,
                                                   const std::vector<RealBlock>& blocks,
                                                   const network::ProductHook* noise,
                                                   const std::vector<Tensor<float>>& images, Device device) {
    if (images.empty()) throw Error("blocks: their ranges need images to be measured on, none came");
    const auto network = network_on(device, graph, blocks);
    const c10::InferenceMode guard;
    std::map<std::int64_t, BlockRanges> ranges;
    const auto widen = [](double& range, const at::Tensor& values) {
        if (values.defined()) range = std::max(range, values.abs().max().item<double>());
    };
    for (std::size_t i = 0; i < images.size(); ++i) {
        Observations seen;
        Pass pass;
        pass.noise = noise;
        pass.images = {static_cast<std::int64_t>(i)};
        pass.observations = &seen;
        network->forward(to_torch(images[i]).unsqueeze(0), pass);
        for (const auto& [convolution, parts] : seen.blocks) {
            BlockRanges& range = ranges[convolution];
            widen(range.reduce, parts.reduce);
            widen(range.depthwise, parts.depthwise);
            widen(range.mean, parts.mean);
            widen(range.variance, parts.variance);
        }
    }
    return ranges;
}

double accuracy_percent(const network::Graph& graph, const std::vector<RealBlock>& blocks,
                        const network::ProductHook* noise, const network::LabelledImages& images,
                        const config::InputConfig& input, std::uint64_t seed, Device device) {
    return measure_accuracy(*network_on(device, graph, blocks), noise, nullptr, images, input, seed);
}

}  // namespace quell::train
