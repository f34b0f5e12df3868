#include "models/analog/noise_hook.h"
#include "models/base/interrupt.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "sw/train/commands.h"
#include "sw/train/denoiser_training.h"
#include "sw/train/freed_memory.h"
#include "sw/train/harden_arguments.h"
#include "sw/train/harden_report.h"
#include "sw/train/harden_store.h"
#include "sw/train/progress.h"
#include "sw/train/study_progress.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

namespace quell::train {
namespace {

// A network to be trained under a seed, and measured if it was asked for.
struct Task {
    HardenMethod method;
    std::int64_t index = 0;  // of the seed, from 0
    bool measured = false;
};

class Study {
public:
    Study(const CommandInputs& inputs, const HardenArguments& arguments, const HardenStore& store,
          const InterruptWatch& interrupt)
        : inputs_(inputs),
          arguments_(arguments),
          store_(store),
          interrupt_(interrupt),
          tasks_(all_tasks()),
          progress_(all_work()) {}

    // False when it was stopped.
    bool run() {
        for (const Task& task : tasks_) {
            if (!has_network(task) && !train(task)) return false;
            if (task.measured && !measure(task)) return false;
        }
        return true;
    }

    HardenResult result() const {
        HardenResult result;
        result.model = network::display_name(inputs_.model());
        result.images = inputs_.sets().train.count();
        result.test_images = inputs_.sets().test.count();
        result.trained_sigma_percent = inputs_.configuration().noise.sigma_percent;
        result.chance_percent = 100.0 / static_cast<double>(inputs_.sets().test.classes);
        result.sigmas = arguments_.sigmas;
        result.device = arguments_.test_noise != TestNoiseKind::gaussian;
        for (std::int64_t i = 0; i < arguments_.seeds; ++i) result.seeds.push_back(seed(i));
        for (const HardenMethod& method : arguments_.methods) {
            HardenRow row{name(method), 0, {}};
            for (std::int64_t i = 0; i < arguments_.seeds; ++i)
                row.accuracies.push_back(store_.find_accuracies(run_of(method, i)));
            row.parameters = network::statistics(*store_.find_network(run_of(method, 0))).parameters;
            result.rows.push_back(std::move(row));
        }
        return result;
    }

private:
    std::vector<Task> all_tasks() const {
        std::vector<Task> tasks;
        for (std::int64_t i = 0; i < arguments_.seeds; ++i) {
            std::vector<Task> of_seed;
            const auto add = [&](const HardenMethod& method, bool measured) {
                for (Task& task : of_seed) {
                    if (task.method == method) {
                        task.measured = task.measured || measured;
                        return;
                    }
                }
                of_seed.push_back({method, i, measured});
            };
            for (const HardenMethod& method : arguments_.methods) {
                if (method.denoiser) add(below(method), false);
                add(method, true);
            }
            tasks.insert(tasks.end(), of_seed.begin(), of_seed.end());
        }
        return tasks;
    }

    static HardenMethod below(HardenMethod method) {
        method.denoiser = false;
        return method;
    }

    std::uint64_t seed(std::int64_t index) const {
        return inputs_.configuration().run.seed + static_cast<std::uint64_t>(index);
    }
    HardenRun run_of(const HardenMethod& method, std::int64_t index) const {
        return {name(method), seed(index)};
    }

    // Every random choice differs from seed to seed.
    config::Configuration configuration(std::int64_t index) const {
        config::Configuration result = inputs_.configuration();
        result.run.seed += static_cast<std::uint64_t>(index);
        result.noise.seed += static_cast<std::uint64_t>(index);
        result.device.chip_seed += static_cast<std::uint64_t>(index);
        return result;
    }

    // What is still to be measured.
    std::vector<TestNoise> missing(const Task& task, const std::map<TestNoise, double>& found) const {
        std::vector<TestNoise> list{{"clean", 0}};
        for (const double sigma : arguments_.sigmas) list.emplace_back("gaussian", sigma);
        if (arguments_.test_noise != TestNoiseKind::gaussian) list.emplace_back("device", 0);
        if (!task.measured) list.clear();
        std::erase_if(list, [&](const TestNoise& noise) { return found.contains(noise); });
        return list;
    }

    std::int64_t epochs(const HardenMethod& method) const {
        if (method.denoiser) return arguments_.denoiser_epochs;
        return method.base == Base::untrained ? 0 : arguments_.training.epochs;
    }

    // In images, about: forward and backward are three times the work of forward alone.
    double training_work(const Task& task) const {
        return 3 * static_cast<double>(epochs(task.method) * inputs_.sets().train.count());
    }
    double measuring_work(std::size_t points) const {
        return static_cast<double>(points) * static_cast<double>(inputs_.sets().test.count());
    }

    bool has_network(const Task& task) const {
        return store_.find_network(run_of(task.method, task.index)).has_value();
    }

    double all_work() const {
        double work = 0;
        for (const Task& task : tasks_) {
            const bool there = has_network(task);
            if (!there) work += training_work(task);
            const auto found = there ? store_.find_accuracies(run_of(task.method, task.index))
                                     : std::map<TestNoise, double>();
            work += measuring_work(missing(task, found).size());
        }
        return work;
    }

    std::string title(const Task& task) const {
        return fmt::format("{}, seed {}", name(task.method), seed(task.index));
    }

    // The network that the task begins with.
    NoisyNetwork start(const Task& task) const {
        const auto make = [&](network::Graph graph) {
            return NoisyNetwork(std::move(graph), inputs_.model(), configuration(task.index),
                                inputs_.sets().train, inputs_.device(), inputs_.fit_chips());
        };
        if (task.method.denoiser)
            return make(store_.find_network(run_of(below(task.method), task.index)).value());
        return make(inputs_.weights_are_drawn() ? inputs_.drawn_network(seed(task.index)) : inputs_.graph());
    }

    TrainingOptions options(const Task& task) const {
        TrainingOptions options = arguments_.training;
        options.batch = inputs_.batch();
        options.device = inputs_.device();
        options.augmentation = inputs_.augmentation();
        options.seed = seed(task.index);
        options.epochs = epochs(task.method);
        options.checkpoint = store_.stem(run_of(task.method, task.index)) + ".checkpoint.npz";
        options.resume = std::filesystem::exists(options.checkpoint);
        const config::NoiseConfig& noise = inputs_.configuration().noise;
        if (task.method.denoiser ? arguments_.magnitude_gradient : task.method.base == Base::magnitude_aware)
            options.magnitude_gradient = MagnitudeGradient{noise.magnitude, noise.scope};
        if (task.method.denoiser) {
            options.learning_rate = arguments_.denoiser_learning_rate;
            return options;
        }
        options.trained = Trained::backbone;
        options.distillation = 0;
        if (task.method.base == Base::qat)
            options.quantisation = QuantisationOptions{task.method.bits, arguments_.quantisation.clip};
        if (is_noisy(task.method.base)) options.strength.ramp_percent = arguments_.ramp_percent;
        if (task.method.base == Base::variance_aware) options.strength.variance = arguments_.variance;
        return options;
    }

    // False when it was stopped.
    bool train(const Task& task) {
        const HardenRun run = run_of(task.method, task.index);
        const NoisyNetwork network = start(task);
        if (task.method == HardenMethod{Base::untrained}) {
            store_.keep_network(run, network.graph());
            return true;
        }
        progress_.begin(title(task), training_work(task));
        const TrainingOptions plan = options(task);
        const std::string log = store_.stem(run) + ".log.csv";
        if (!plan.resume) begin_log(log);
        double accuracy = 0;
        TrainingEvents events;
        events.step = [&](const StepReport& report) { progress_.show(report); };
        events.epoch = [&](const EpochReport& report) {
            accuracy = report.accuracy_percent;
            append_log(log, report);
        };
        events.stop = [&] { return interrupt_.requested(); };
        const bool noisy = task.method.denoiser || is_noisy(task.method.base);
        const NoiseMaker noise = [&](std::uint64_t of) -> std::unique_ptr<network::ProductHook> {
            return noisy ? network.noise(of) : nullptr;
        };
        const bool blocks_only = task.method.denoiser;
        const auto blocks =
            blocks_only ? first_blocks(inputs_, network, plan.seed) : std::vector<RealBlock>();
        const TrainingResult result = quell::train::train(
            blocks_only ? network.folded() : network.graph(), blocks, noise,
            network.configuration().noise.seed,
            {&inputs_.sets().train, nullptr, inputs_.configuration().input}, plan, events);
        progress_.clear();
        if (result.stopped) return false;
        store_.keep_network(run, blocks_only
                                     ? network::with_blocks(network.graph(), words_of(network, result.blocks))
                                     : result.graph);
        std::filesystem::remove(plan.checkpoint);
        progress_.end(fmt::format("trained, {:.2f} % of the training images right", accuracy));
        return true;
    }

    // Accuracies as `quell eval --arithmetic float32` gives them. False when it was stopped.
    bool measure(const Task& task) {
        const HardenRun run = run_of(task.method, task.index);
        auto found = store_.find_accuracies(run);
        const auto wanted = missing(task, found);
        if (wanted.empty()) return true;
        progress_.begin(title(task), measuring_work(wanted.size()));
        network::Graph graph = store_.find_network(run).value();
        network::prepare_for_execution(graph);
        config::Configuration config = configuration(task.index);
        const auto executor = network::make_float32_executor(std::move(graph), {config.run.seed});
        for (const TestNoise& noise : wanted) {
            if (interrupt_.requested()) return false;
            config.noise.model = noise.first == "clean"    ? config::NoiseModel::none
                                 : noise.first == "device" ? config::NoiseModel::device
                                                           : config::NoiseModel::gaussian;
            config.noise.sigma_percent = noise.second;
            if (noise == TestNoise{"gaussian", 0} && config.noise.mean_percent == 0)
                config.noise.model = config::NoiseModel::none;
            const auto hook = analog::make_noise(config, *executor, inputs_.network().calibration_images());
            found[noise] = network::evaluate(*executor, inputs_.sets().test, config.input, hook.get(),
                                             config.run.threads)
                               .accuracy_percent();
            store_.keep_accuracies(run, found);
        }
        progress_.end(fmt::format("measured, clean {:.2f} %", found.at({"clean", 0})));
        return true;
    }

    const CommandInputs& inputs_;
    const HardenArguments& arguments_;
    const HardenStore& store_;
    const InterruptWatch& interrupt_;
    std::vector<Task> tasks_;
    StudyProgress progress_;
};

}  // namespace

int harden_command(const Request& request) {
    InterruptWatch interrupt;
    keep_freed_memory();
    CommandInputs inputs;
    HardenArguments arguments;
    arguments.register_options(inputs.table());
    if (request.described(inputs.table())) return 0;
    inputs.load(request.words, [&] { return arguments.check(inputs.table()); });
    const HardenStore store(arguments.output, harden_plan(inputs, arguments), arguments.training.resume);
    Study study(inputs, arguments, store, interrupt);
    if (!study.run()) {
        std::cerr << fmt::format("stopped; --resume goes on with {}\n", arguments.output);
        return 1;
    }
    const HardenResult result = study.result();
    store.write(store.file("accuracy.csv"), every_accuracy(result));
    if (!result.sigmas.empty()) draw_figure(curves(result), store.file("accuracy.svg"));
    switch (inputs.configuration().run.format) {
        case config::Format::json:
            print_json(result, std::cout);
            break;
        case config::Format::csv:
            print_csv(result, std::cout);
            break;
        case config::Format::table:
            print_table(result, std::cout);
            break;
    }
    return 0;
}

}  // namespace quell::train
