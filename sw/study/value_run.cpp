#include "sw/study/value_run.h"

#include "models/base/npy.h"
#include "models/network/dataset/preprocessing.h"
#include "models/network/evaluation.h"
#include "sw/study/machine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace quell::study {
namespace {

std::vector<std::int64_t> largest(const Tensor<float>& logits) {
    const std::int64_t outputs = logits.shape[1];
    std::vector<std::int64_t> classes;
    for (std::int64_t i = 0; i < logits.shape[0]; ++i) {
        const float* row = logits.data() + i * outputs;
        classes.push_back(std::max_element(row, row + outputs) - row);
    }
    return classes;
}

Tensor<float> image_at(const Tensor<float>& images, std::int64_t index) {
    Tensor<float> image({images.shape[1], images.shape[2], images.shape[3]});
    const std::int64_t size = element_count(image.shape);
    std::copy_n(images.data() + index * size, size, image.data());
    return image;
}

Tensor<float> logits_of(const network::Executor& executor, const Tensor<float>& images,
                        const network::ProductHook* noise, int threads) {
    const std::int64_t outputs = element_count(executor.output_shape());
    Tensor<float> logits({images.shape[0], outputs});
    network::for_each_image(images.shape[0], threads, [&](std::int64_t i, int) {
        const Tensor<float> result = executor.run(image_at(images, i), i, noise);
        std::copy(result.values.begin(), result.values.end(), logits.data() + i * outputs);
    });
    return logits;
}

void require_finite(const std::string& path, const Tensor<float>& images) {
    const auto bad =
        std::find_if(images.values.begin(), images.values.end(), [](float x) { return !std::isfinite(x); });
    if (bad == images.values.end()) return;
    std::int64_t at = bad - images.values.begin();
    const std::int64_t column = at % images.shape[3];
    at /= images.shape[3];
    const std::int64_t row = at % images.shape[2];
    at /= images.shape[2];
    throw Error("{}: image {}, channel {}, row {}, column {}: {} came, expected a finite number", path,
                at / images.shape[1], at % images.shape[1], row, column, *bad);
}

Tensor<float> normalised(const Tensor<std::uint8_t>& pixels, const Shape& image_shape,
                         const config::InputConfig& input) {
    Tensor<float> images(pixels.shape);
    const auto size = static_cast<std::size_t>(element_count(image_shape));
    for (std::size_t at = 0; at < pixels.values.size(); at += size) {
        const Tensor<float> image =
            network::preprocess(std::span(pixels.values).subspan(at, size), image_shape, input);
        std::copy(image.values.begin(), image.values.end(),
                  images.values.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return images;
}

}  // namespace

ValueRun run_values(network::Graph graph, const network::LabelledImages& images,
                    const std::vector<Tensor<float>>& calibration, const config::Configuration& c,
                    const BlockPlaces& blocks) {
    const Machine machine(std::move(graph), calibration, c, blocks);
    ValueRun values;
    network::Evaluation evaluation =
        network::evaluate(*machine.executor, images, c.input, nullptr, c.run.threads);
    values.images = evaluation.images;
    values.clean_accuracy_percent = evaluation.accuracy_percent();
    values.clean_predictions = evaluation.predictions;
    if (machine.noise != nullptr) {
        evaluation =
            network::evaluate(*machine.executor, images, c.input, machine.noise.get(), c.run.threads);
        values.noisy = true;
        values.blocks = !blocks.after.empty();
        values.noisy_accuracy_percent = evaluation.accuracy_percent();
    }
    values.images_per_second = evaluation.images_per_second();
    values.predictions = std::move(evaluation.predictions);
    values.logits = std::move(evaluation.logits);
    return values;
}

ValueRun run_values(network::Graph graph, const Tensor<float>& images, const config::Configuration& c,
                    const BlockPlaces& blocks) {
    std::vector<Tensor<float>> calibration;
    for (std::int64_t i = 0; i < std::min(images.shape[0], calibration_image_count(c)); ++i)
        calibration.push_back(image_at(images, i));
    const Machine machine(std::move(graph), calibration, c, blocks);
    ValueRun values;
    values.images = images.shape[0];
    auto begin = std::chrono::steady_clock::now();
    values.logits = logits_of(*machine.executor, images, nullptr, c.run.threads);
    values.clean_predictions = largest(values.logits);
    if (machine.noise != nullptr) {
        begin = std::chrono::steady_clock::now();
        values.noisy = true;
        values.blocks = !blocks.after.empty();
        values.logits = logits_of(*machine.executor, images, machine.noise.get(), c.run.threads);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    values.images_per_second = seconds > 0 ? static_cast<double>(values.images) / seconds : 0;
    values.predictions = largest(values.logits);
    return values;
}

std::vector<std::int64_t> top_classes(const ValueRun& values, std::int64_t image, std::size_t k) {
    const std::int64_t outputs = values.logits.shape[1];
    const float* row = values.logits.data() + image * outputs;
    std::vector<std::int64_t> classes(static_cast<std::size_t>(outputs));
    std::iota(classes.begin(), classes.end(), 0);
    k = std::min(k, classes.size());
    std::partial_sort(
        classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(k), classes.end(),
        [row](std::int64_t a, std::int64_t b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
    classes.resize(k);
    return classes;
}

Tensor<float> read_images(const std::string& path, const Shape& image_shape,
                          const config::InputConfig& input) {
    NpyArray array = read_npy(path);
    Shape shape = shape_of(array);
    if (shape.size() == 3) shape.insert(shape.begin(), 1);
    if (shape.size() != 4 ||
        !std::equal(image_shape.begin(), image_shape.end(), shape.begin() + 1, shape.end())) {
        throw Error("{}: images of shape {} came, expected {}, or several of them one after the other", path,
                    to_string(shape_of(array)), to_string(image_shape));
    }
    if (shape[0] == 0) throw Error("{}: there is no image in it", path);
    if (auto* pixels = std::get_if<Tensor<std::uint8_t>>(&array)) {
        pixels->shape = shape;
        return normalised(*pixels, image_shape, input);
    }
    auto* images = std::get_if<Tensor<float>>(&array);
    if (images == nullptr) {
        throw Error("{}: {} came, expected float32 as the network takes it, or uint8 pixels", path,
                    element_type_name(array));
    }
    images->shape = shape;
    require_finite(path, *images);
    return std::move(*images);
}

}  // namespace quell::study
