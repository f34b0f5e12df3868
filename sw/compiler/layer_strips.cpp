#include "sw/compiler/layer_strips.h"

#include "models/timing/cycles.h"
#include "sw/compiler/strip_builder.h"

#include <algorithm>

namespace quell::compiler {
namespace {

using namespace network;
using timing::ceil_divide;
using timing::DigitalFunction;
using timing::DigitalStep;
using timing::Strip;
using timing::Transfer;

void append(std::vector<Transfer>& to, const std::vector<Transfer>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

// Channels [first, first + count) of a value stored for this pass alone: the passes' shares lie behind each
// other.
std::vector<Transfer> pass_rows(const PlacedValue& output, std::int64_t first, std::int64_t count,
                                std::int64_t begin, std::int64_t end) {
    const StoredValue& value = output.value;
    const std::int64_t share = output.addresses.at(0) + first * value.height * value.width;
    return {{share + begin * value.width * count, (end - begin) * value.width * count}};
}

class DigitalLayer {
public:
    explicit DigitalLayer(const DigitalStrips& layer) : layer_(layer), out_(layer.output.value) {}

    std::vector<timing::StripRun> run() {
        std::visit([this](const auto& operation) { work(operation); }, layer_.node->operation);
        return runs_.take();
    }

private:
    DigitalStep step(DigitalFunction function, std::int64_t elements) const {
        return {function, ceil_divide(elements, layer_.pes)};
    }
    void finish(Strip& strip, std::int64_t elements) const {
        for (const DigitalFunction function : layer_.functions)
            strip.digital.push_back(step(function, elements));
    }

    // Output rows one by one; `cost(elements)` adds the steps of a row.
    template <typename Cost>
    void elementwise(Cost cost) {
        for (std::int64_t row = 0; row < out_.height; ++row) {
            Strip strip;
            for (const PlacedValue& input : layer_.inputs) append(strip.loads, share(input, row));
            const std::int64_t elements = out_.width * out_.channels;
            cost(strip, elements);
            finish(strip, elements);
            strip.stores = layer_.output.rows(row, row + 1);
            runs_.add(std::move(strip));
        }
    }

    // What of an input belongs to an output row: the row itself, or of a map of another size an even share;
    // what is broadcast comes with the first row.
    std::vector<Transfer> share(const PlacedValue& input, std::int64_t row) const {
        const StoredValue& value = input.value;
        if (value.height == out_.height) return input.rows(row, row + 1);
        if (value.words() < out_.words()) return row == 0 ? input.all() : std::vector<Transfer>{};
        return input.rows(row * value.height / out_.height, (row + 1) * value.height / out_.height);
    }

    void pool(const Window& window, DigitalFunction function, bool divides) {
        const PlacedValue& input = layer_.inputs.at(0);
        std::int64_t loaded = 0;
        for (std::int64_t row = 0; row < out_.height; ++row) {
            const RowRange rows = input_rows(window, {row, row + 1}, input.value.height);
            const std::int64_t begin = std::max(rows.begin, loaded);
            Strip strip;
            if (rows.end > begin) strip.loads = input.rows(begin, rows.end);
            loaded = std::max(loaded, rows.end);
            const std::int64_t elements = out_.width * out_.channels;
            strip.digital.push_back(step(function, elements * window.kernel[0] * window.kernel[1]));
            if (divides) strip.digital.push_back(step(DigitalFunction::mul, elements));
            finish(strip, elements);
            strip.stores = layer_.output.rows(row, row + 1);
            runs_.add(std::move(strip));
        }
    }

    void reduce() {
        const PlacedValue& input = layer_.inputs.at(0);
        for (std::int64_t row = 0; row < input.value.height; ++row) {
            Strip strip;
            strip.loads = input.rows(row, row + 1);
            strip.digital.push_back(step(DigitalFunction::sum, input.value.width * input.value.channels));
            if (row + 1 == input.value.height) {
                strip.digital.push_back(step(DigitalFunction::mul, out_.words()));
                finish(strip, out_.words());
                strip.stores = layer_.output.all();
            }
            runs_.add(std::move(strip));
        }
    }

    void at_once(const std::vector<DigitalStep>& steps) {
        Strip strip;
        for (const PlacedValue& input : layer_.inputs) append(strip.loads, input.all());
        strip.digital = steps;
        finish(strip, out_.words());
        strip.stores = layer_.output.all();
        runs_.add(std::move(strip));
    }

    void work(const MaxPool& pooling) { pool(pooling.window, DigitalFunction::maximum, false); }
    void work(const AveragePool& pooling) { pool(pooling.window, DigitalFunction::sum, true); }
    void work(const GlobalAveragePool&) { reduce(); }
    void work(const ReduceMean&) { reduce(); }
    void work(const Softmax&) {
        const std::int64_t n = out_.words();
        at_once({step(DigitalFunction::maximum, n), step(DigitalFunction::exponential, n),
                 step(DigitalFunction::sum, n), step(DigitalFunction::div, n)});
    }
    void multiply() { at_once({step(DigitalFunction::multiply_accumulate, layer_.macs)}); }
    void work(const Convolution&) { multiply(); }  // its weights are no constants: nothing to program
    void work(const Gemm&) { multiply(); }
    void work(const MatMul&) { multiply(); }
    template <typename Other>
    void work(const Other& operation) {
        const std::vector<DigitalFunction> functions = functions_of(Operation(operation));
        elementwise([&](Strip& strip, std::int64_t elements) {
            for (const DigitalFunction function : functions)
                strip.digital.push_back(step(function, elements));
        });
    }

    const DigitalStrips& layer_;
    const StoredValue& out_;
    StripRuns runs_;
};

}  // namespace

std::vector<Transfer> PlacedValue::rows(std::int64_t begin, std::int64_t end) const {
    std::vector<Transfer> transfers;
    for (std::size_t i = 0; i < value.segments.size(); ++i) {
        const std::int64_t row_words = value.width * value.segments[i].channels;
        transfers.push_back({addresses[i] + begin * row_words, (end - begin) * row_words});
    }
    return transfers;
}

std::vector<DigitalFunction> functions_of(const Operation& operation) {
    if (const auto* unary = std::get_if<Unary>(&operation)) {
        switch (unary->function) {
            case UnaryFunction::relu:
                return {DigitalFunction::relu};
            case UnaryFunction::leaky_relu:
                return {DigitalFunction::leaky_relu};
            case UnaryFunction::clip:
                return {DigitalFunction::clip};
            case UnaryFunction::sigmoid:
                return {DigitalFunction::sigmoid};
            case UnaryFunction::hard_sigmoid:
                return {DigitalFunction::affine, DigitalFunction::clip};
            case UnaryFunction::hard_swish:
                return {DigitalFunction::affine, DigitalFunction::clip, DigitalFunction::mul};
            case UnaryFunction::sqrt:
                return {DigitalFunction::sqrt};
            case UnaryFunction::softplus:
                return {DigitalFunction::softplus};
            case UnaryFunction::round:
                return {DigitalFunction::round};
            case UnaryFunction::identity:
                return {DigitalFunction::copy};
        }
    }
    if (const auto* binary = std::get_if<Binary>(&operation)) {
        switch (binary->function) {
            case BinaryFunction::add:
                return {DigitalFunction::add};
            case BinaryFunction::sub:
                return {DigitalFunction::sub};
            case BinaryFunction::mul:
                return {DigitalFunction::mul};
            case BinaryFunction::div:
                return {DigitalFunction::div};
        }
    }
    if (std::holds_alternative<BatchNormalization>(operation)) return {DigitalFunction::affine};
    if (std::holds_alternative<RandomNormalLike>(operation)) return {DigitalFunction::random};
    return {DigitalFunction::copy};
}

std::vector<timing::StripRun> crossbar_strips(const CrossbarStrips& layer,
                                              const config::PlatformConfig& platform) {
    const StoredValue& in = layer.input.value;
    const StoredValue& out = layer.output.value;
    const std::int64_t rows_per_strip =
        layer.window == nullptr ? out.height : std::min(out.height, ceil_divide(layer.replicas, out.width));
    // The rows a strip needs, and the new ones of the next, have to fit.
    bool keeps_rows = true;
    if (layer.window != nullptr) {
        const Window& window = *layer.window;
        const std::int64_t rows =
            window.dilation[0] * (window.kernel[0] - 1) + 1 + (2 * rows_per_strip - 1) * window.stride[0];
        keeps_rows = 2 * rows * in.width * layer.input_channels_per_pe <=
                     1024 * std::int64_t{platform.line_buffer_kib};
    }

    StripRuns runs;
    std::int64_t loaded = 0;
    for (std::int64_t row = 0; row < out.height; row += rows_per_strip) {
        const std::int64_t end = std::min(out.height, row + rows_per_strip);
        Strip strip;
        if (layer.window == nullptr) {
            strip.loads = layer.input.all();
        } else {
            const RowRange rows = input_rows(*layer.window, {row, end}, in.height);
            const std::int64_t begin = keeps_rows ? std::max(rows.begin, loaded) : rows.begin;
            if (rows.end > begin) strip.loads = layer.input.rows(begin, rows.end);
            loaded = std::max(loaded, rows.end);
        }
        strip.products = ceil_divide((end - row) * out.width, layer.replicas);
        const std::int64_t results = layer.outputs_per_pe * strip.products;
        if (layer.pes_per_stack > 1) {
            DigitalStep remote{DigitalFunction::bias, 2 * results * (layer.pes_per_stack - 1), true, true};
            strip.digital.push_back(remote);
        }
        const std::int64_t terms =
            layer.pes_per_stack > 1
                ? ceil_divide(layer.row_splits, layer.pes_per_stack) + layer.pes_per_stack - 1
                : layer.row_splits;
        if (terms > 1) strip.digital.push_back({DigitalFunction::bias, results * (terms - 1), true, false});
        for (const DigitalFunction function : layer.functions) strip.digital.push_back({function, results});
        strip.stores = pass_rows(layer.output, layer.first_output_channel, layer.output_channels, row, end);
        runs.add(std::move(strip));
    }
    return runs.take();
}

std::vector<timing::StripRun> digital_strips(const DigitalStrips& layer) {
    return DigitalLayer(layer).run();
}

}  // namespace quell::compiler
