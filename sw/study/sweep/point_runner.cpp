#include "sw/study/sweep/point_runner.h"

#include "models/base/error.h"
#include "models/base/files.h"
#include "models/base/sha256.h"
#include "models/energy/energy_table_file.h"
#include "models/network/default/default_network.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "models/network/shape_inference.h"
#include "sw/study/machine.h"
#include "sw/study/own_blocks.h"
#include "sw/study/sweep/run_metrics.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <set>

namespace quell::study {
namespace {

std::string digest_of_file(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    return sha256(std::as_bytes(std::span(bytes)));
}

// Of the labels, and of the pixels where they are at hand.
std::string digest_of(const network::LabelledImages& images) {
    std::vector<std::uint8_t> bytes;
    for (const std::int64_t label : images.labels) {
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(label >> shift));
    }
    constexpr std::int64_t slow_images = 16;
    const std::int64_t read =
        images.source->is_slow() ? std::min(slow_images, images.count()) : images.count();
    std::vector<std::string> digests{sha256(std::as_bytes(std::span(bytes)))};
    std::string all = digests.front();
    for (std::int64_t i = 0; i < read; ++i) {
        const std::vector<std::uint8_t> pixels = images.image(i);
        all += sha256(std::as_bytes(std::span(pixels)));
    }
    return sha256(std::as_bytes(std::span(all)));
}

// Options that name what is read at every point.
constexpr std::array file_options{"energy.table", "denoiser.weights", "device.programming_table"};

// Looked at before the first point. `place` begins the messages.
void require_input(const std::string& option, const std::string& path, const std::string& place,
                   const config::DenoiserConfig& denoiser) {
    const bool folder = option == "denoiser.weights";
    const char* const expected = folder ? "a folder" : "a file";
    if (!std::filesystem::exists(path))
        throw Error("{}: {}: is not there, expected {}", place, path, expected);
    if (is_folder(path) != folder) throw Error("{}: {}: is no {}", place, path, folder ? "folder" : "file");
    if (folder) return;
    errno = 0;
    if (!std::ifstream(path)) throw Error("{}: {}: cannot be read: {}", place, path, std::strerror(errno));
    if (option != "energy.table") return;
    try {
        energy::energy_table_of({path}, denoiser);
    } catch (const Error& error) {
        throw Error("{}: {}", place, error.what());
    }
}

// Of a file, or of all files in a folder.
std::string digest_of_path(const std::string& path) {
    if (!is_folder(path)) return digest_of_file(path);
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.is_regular_file()) files.insert(entry.path());
    }
    std::string all;
    for (const std::filesystem::path& file : files)
        all += file.filename().string() + ' ' + digest_of_file(file) + '\n';
    return sha256(std::as_bytes(std::span(all)));
}

// Options that only a network's values depend on.
bool of_values(const std::string& name) {
    for (const char* section : {"noise.", "device.", "input."}) {
        if (name.starts_with(section)) return true;
    }
    return name == "arithmetic" || name == "seed" || name == "denoiser.weights";
}

}  // namespace

PointRunner::PointRunner(const SweepPlan& plan) : plan_(plan) {
    config::register_options(table_, configuration_);
    for (const SweepPlan::Setting& setting : plan_.settings)
        table_.at(setting.name).assign(setting.text, setting.name + " = " + setting.text, setting.origin);
    // Workers share the processors among themselves.
    if (!table_.is_given("threads")) configuration_.run.threads = 1;
    // Said in the database and in every point's configuration: the same network, named, has none.
    if (!plan_.blocks.empty() && !table_.is_given("denoiser.after"))
        configuration_.placement.after = plan_.blocks;
    unresolved_ = configuration_;
    for (const std::string& name : table_.names()) {
        if (std::ranges::find(plan_.design.names(), name) != plan_.design.names().end()) continue;
        shared_.push_back(&table_.at(name));
        base_texts_.push_back(shared_.back()->text());
    }
    check_axes();
    check_values();
    load_networks();
    require_blocks();
    digest_files();
}

void PointRunner::check_axes() const {
    for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
        const std::string& name = plan_.design.names()[a];
        if (name == model_axis) continue;
        const std::string place = plan_.design.place(a);
        const std::vector<std::string> known = table_.names();
        if (std::ranges::find(known, name) == known.end()) {
            const std::string nearest = table_.nearest(name, false);
            throw UsageError(
                "{}: there is no such option; {}", place,
                nearest.empty() ? "`quell help` lists what there is" : "the nearest is " + nearest);
        }
        if (name == "format" || name == "threads")
            throw UsageError("{}: never changes a result, expected an option that does", place);
        if (!plan_.data && of_values(name)) {
            throw UsageError(
                "{}: only values depend on it and there are none, expected --data DIR (or --dataset "
                "synthetic) with it",
                place);
        }
        if (name == "input.resize" || name == "input.interpolation") {
            throw UsageError("{}: all points see the same images, expected a sweep for each value", place);
        }
        for (const SweepPlan::Setting& setting : plan_.settings) {
            if (setting.name == name && setting.origin == config::Origin::command_line)
                throw UsageError("--{} {}: is an axis as well, expected one of both", name, setting.text);
        }
    }
}

// Every value is tried before the first point. What contradicts another value is found at the point.
void PointRunner::check_values() {
    for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
        const std::string& name = plan_.design.names()[a];
        if (name == model_axis) {
            model_axis_ = a;
            axis_options_.push_back(nullptr);
            continue;
        }
        axis_options_.push_back(&table_.at(name));
        std::set<std::string> met;
        for (std::size_t level = 0; level < plan_.design.values(a).size(); ++level) {
            const std::string& value = plan_.design.values(a)[level];
            axis_options_[a]->assign(value, plan_.design.place(a, level) + ": " + value,
                                     config::Origin::command_line);
            // 04 is 4 in other letters; a list of points may spell as it likes.
            const std::string text = axis_options_[a]->text();
            if (!met.insert(text).second && plan_.design.kind() != "list")
                throw UsageError("--axis {}: {} is {} once more, expected each value once", name, value,
                                 text);
            if (name == "noise.model") noise_models_.push_back(configuration_.noise.model);
            if (name == "denoiser.after") afters_.push_back(configuration_.placement.after);
        }
    }
    if (afters_.empty()) afters_.push_back(unresolved_.placement.after);
}

PointRunner::Network PointRunner::read_network(const std::string& model, std::uint64_t seed) const {
    Network read;
    read.graph =
        network::load_network(model, plan_.data ? network::Weights::drawn : network::Weights::none, seed);
    read.graph.name = network::display_name(model);
    if (plan_.data) read.with_blocks = read.graph;
    read.own = network::take_blocks(read.graph);
    return read;
}

void PointRunner::load_networks() {
    if (!model_axis_) return load_network(plan_.model);
    const std::vector<std::string>& models = plan_.design.values(*model_axis_);
    for (std::size_t level = 0; level < models.size(); ++level) {
        if (plan_.design.kind() != "list") {
            load_network(models[level]);
            continue;
        }
        // The network says its name, but not where it was asked for.
        const std::string place = plan_.design.place(*model_axis_, level);
        try {
            load_network(models[level]);
        } catch (const UsageError& error) {
            throw UsageError("{}: {}", place, error.what());
        } catch (const Error& error) {
            throw Error("{}: {}", place, error.what());
        }
    }
}

void PointRunner::load_network(const std::string& model) {
    if (networks_.contains(model)) return;
    Network& loaded = networks_[model] = read_network(model, unresolved_.run.seed);
    if (plan_.data) {
        const network::Graph& whole = *loaded.with_blocks;
        network::require_classifier(whole);
        loaded.images = &images_for(whole);
        network::require_classes(network::output_shape_of(whole), loaded.images->tested);
    }
    const bool named = network::is_builtin(model) || model == network::default_network_name;
    inputs_["network " + model] = named ? "built in" : digest_of_file(model);
}

const PointRunner::Images& PointRunner::images_for(const network::Graph& graph) {
    const Shape shape = network::image_shape_of(graph);
    const auto [at, fresh] = images_.try_emplace(shape);
    if (!fresh) return at->second;
    const config::InputConfig& input = unresolved_.input;
    at->second.tested = network::read_dataset(*plan_.data, network::Part::test, plan_.images, shape, input);
    // The largest that any point may ask for: calibration images are the first so many of them.
    std::int64_t count = calibration_image_count(unresolved_);
    for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
        if (plan_.design.names()[a] != "noise.calibration_images") continue;
        for (const std::string& value : plan_.design.values(a))
            count = std::max<std::int64_t>(count, std::stoll(value));
    }
    at->second.calibration = network::read_calibration(*plan_.data, count, shape, input);
    inputs_["set of images " + to_string(shape)] = digest_of(at->second.tested);
    inputs_["set of calibration images " + to_string(shape)] = digest_of(at->second.calibration.images);
    return at->second;
}

void PointRunner::digest_files() {
    const auto digest = [&](const std::string& option, const std::string& file, const std::string& place) {
        require_input(option, file, place, unresolved_.denoiser);
        inputs_[option + ' ' + file] = digest_of_path(file);
    };
    for (const std::string name : file_options) {
        for (std::size_t i = 0; i < shared_.size(); ++i) {
            if (shared_[i]->name() == name && !base_texts_[i].empty()) digest(name, base_texts_[i], name);
        }
        for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
            if (plan_.design.names()[a] != name) continue;
            const std::vector<std::string>& files = plan_.design.values(a);
            for (std::size_t level = 0; level < files.size(); ++level)
                digest(name, files[level], plan_.design.place(a, level));
        }
    }
}

// Options of a unit that no network has anything to do for. One point with blocks is enough: the others are
// what it is compared with.
void PointRunner::require_blocks() const {
    const bool own = !plan_.blocks.empty() || std::ranges::any_of(networks_, [](const auto& each) {
        return !each.second.own.empty();
    });
    const bool any =
        std::ranges::any_of(afters_, [&](const auto& after) { return after ? !after->empty() : own; });
    if (any) return;
    for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
        const std::string& name = plan_.design.names()[a];
        if (!name.starts_with("denoiser.") || name == "denoiser.after") continue;
        if (table_.is_given("denoiser.after")) {
            throw UsageError("{}: no point has a block with denoiser.after = {}, expected convolutions there",
                             plan_.design.place(a), table_.at("denoiser.after").text());
        }
        throw UsageError(
            "{}: no network has a block (one that is named has none unless --denoiser.after says "
            "so), expected --denoiser.after with it",
            plan_.design.place(a));
    }
}

StudyIdentity PointRunner::identity() const {
    StudyIdentity identity;
    identity.design = plan_.design.kind();
    identity.seed = plan_.design.seed();
    identity.planned = plan_.design.size();
    for (std::size_t a = 0; a < plan_.design.axes(); ++a) {
        const std::string& name = plan_.design.names()[a];
        identity.axes.push_back(
            {name, name == model_axis ? "" : table_.at(name).unit(), plan_.design.values(a)});
    }
    identity.metrics = sweep_metrics(plan_.data.has_value());
    identity.objectives = plan_.objectives;
    for (std::size_t i = 0; i < shared_.size(); ++i) {
        // How the results are printed and on how many threads is no part of them.
        if (shared_[i]->name() == "format" || shared_[i]->name() == "threads") continue;
        identity.options.emplace_back(shared_[i]->name(), base_texts_[i]);
    }
    for (const std::string& name : plan_.design.names()) {
        if (name != model_axis) identity.options.emplace_back(name, table_.at(name).default_text());
    }
    if (!model_axis_) identity.options.emplace_back(model_axis, plan_.model);
    identity.inputs = inputs_;
    return identity;
}

bool PointRunner::needs_own_process(std::int64_t point) {
    const auto& names = plan_.design.names();
    const auto axis = std::ranges::find(names, "fidelity");
    if (axis == names.end()) return unresolved_.run.fidelity != config::Fidelity::analytic;
    const auto a = static_cast<std::size_t>(axis - names.begin());
    return plan_.design.values(a)[plan_.design.levels(point)[a]] != "analytic";
}

const std::string& PointRunner::model_of(std::int64_t point) const {
    if (!model_axis_) return plan_.model;
    return plan_.design.values(*model_axis_)[plan_.design.levels(point)[*model_axis_]];
}

void PointRunner::configure(std::int64_t point) {
    configuration_ = unresolved_;
    const std::vector<std::size_t> levels = plan_.design.levels(point);
    for (std::size_t a = 0; a < levels.size(); ++a) {
        if (a == model_axis_) continue;
        axis_options_[a]->assign(plan_.design.values(a)[levels[a]], plan_.design.names()[a],
                                 config::Origin::command_line);
    }
    config::resolve(table_, configuration_, noise_models_);
    config::validate(configuration_);
    const Network& network = networks_.at(model_of(point));
    own_in_use_ = adopt_blocks(network.own, network.graph.name, table_, configuration_);
}

double PointRunner::accuracy(const Network& network, const std::vector<std::int64_t>& after) const {
    const config::Configuration& c = configuration_;
    const Images& images = *network.images;
    const std::int64_t count = calibration_image_count(c);
    const std::vector<Tensor<float>> calibration =
        network::normalised_images(images.calibration.images, c.input, count);
    const bool words = c.run.arithmetic == config::Arithmetic::fixed16;
    // The denoiser works on words; in float32 its operators run as they stand in the file.
    BlockPlaces blocks;
    if (words && own_in_use_) blocks = {after, "", network.own};
    if (words && !own_in_use_ && !c.placement.weights.empty()) blocks = {after, c.placement.weights, {}};
    const bool as_it_stands = !words && own_in_use_;
    const Machine machine(as_it_stands ? *network.with_blocks : network.graph, calibration, c, blocks);
    return network::evaluate(*machine.executor, images.tested, c.input, machine.noise.get(), c.run.threads)
        .accuracy_percent();
}

std::vector<double> PointRunner::measured(const std::string& model) {
    const config::Configuration& c = configuration_;
    const Network& network = networks_.at(model);
    const std::vector<std::int64_t> after = c.placement.after.value_or(plan_.blocks);
    std::vector<double> metrics;
    if (c.run.fidelity == config::Fidelity::analytic && c.run.batch == 1) {
        metrics = measure(analytic_.run(model, network.graph, after, c), c);
    } else {
        metrics = measure(run_network(network.graph, after, c), c);
    }
    if (!plan_.data) return metrics;
    if (c.run.seed != unresolved_.run.seed && network::is_builtin(model)) {
        Network drawn = read_network(model, c.run.seed);  // weights are of the seed
        drawn.images = network.images;
        metrics.push_back(accuracy(drawn, after));
    } else {
        metrics.push_back(accuracy(network, after));
    }
    return metrics;
}

std::vector<std::pair<std::string, std::string>> PointRunner::implied() const {
    std::vector<std::pair<std::string, std::string>> result;
    for (std::size_t i = 0; i < shared_.size(); ++i) {
        std::string text = shared_[i]->text();
        if (text != base_texts_[i]) result.emplace_back(shared_[i]->name(), std::move(text));
    }
    return result;
}

PointRecord PointRunner::run(std::int64_t point) {
    PointRecord record;
    record.point = point;
    try {
        configure(point);
        record.implied = implied();
        record.metrics = measured(model_of(point));
    } catch (const std::bad_alloc&) {
        record.status = PointStatus::lost;  // another time there may be more
        record.message = "out of memory";
    } catch (const std::exception& error) {
        record.status = PointStatus::failed;
        record.message = error.what();
    }
    return record;
}

void PointRunner::write_configuration(std::int64_t point, std::ostream& out) {
    configure(point);
    table_.write_file(out);
}

}  // namespace quell::study
