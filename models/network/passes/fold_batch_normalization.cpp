#include "models/network/passes/fold_batch_normalization.h"

#include <cmath>
#include <map>
#include <vector>

namespace quell::network {
namespace {

// What a batch norm does to a channel: factor * x + offset.
struct ChannelAffine {
    std::vector<double> factor, offset;
};

std::map<std::string, int> count_all_uses(const Graph& graph) {
    std::map<std::string, int> uses;
    for (const Node& node : graph.nodes) {
        for (const std::string& input : node.inputs) ++uses[input];
    }
    for (const ValueInfo& output : graph.outputs) ++uses[output.name];
    return uses;
}

class Folding {
public:
    explicit Folding(Graph& graph) : graph_(graph), uses_(count_all_uses(graph)) {
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) computed_by_[graph.nodes[i].output] = i;
    }

    std::size_t run() {
        std::vector<bool> removed(graph_.nodes.size(), false);
        try {
            for (std::size_t i = 0; i < removed.size(); ++i) removed[i] = fold(i);
        } catch (const Error&) {
            remove(removed);  // what is folded already has to leave a graph that is whole
            throw;
        }
        return remove(removed);
    }

private:
    bool fold(std::size_t index) {
        const Node& normalisation = graph_.nodes[index];
        if (!std::holds_alternative<BatchNormalization>(normalisation.operation)) return false;
        for (std::size_t i = 1; i < 5; ++i) {
            if (!graph_.is_constant(normalisation.inputs.at(i))) return false;
        }
        const std::string x = normalisation.inputs[0];
        const auto found = computed_by_.find(x);
        if (found == computed_by_.end() || uses_[x] != 1) return false;
        Node& product = graph_.nodes[found->second];
        const bool is_gemm = std::holds_alternative<Gemm>(product.operation);
        if (!is_gemm && !std::holds_alternative<Convolution>(product.operation)) return false;
        if (!graph_.is_constant(product.inputs.at(1))) return false;
        const bool has_bias = product.inputs.size() > 2 && !product.inputs[2].empty();
        if (has_bias && !graph_.is_constant(product.inputs[2])) return false;

        const ChannelAffine affine = read(normalisation);
        const std::size_t channels = affine.factor.size();
        std::vector<double> bias(channels, 0.0);
        if (has_bias && !spread_bias(product, bias)) return false;
        if (!scale_weight(product, affine.factor)) return false;
        Tensor<float> folded(Shape{static_cast<std::int64_t>(channels)});
        for (std::size_t c = 0; c < channels; ++c) {
            folded.values[c] = static_cast<float>(bias[c] * affine.factor[c] + affine.offset[c]);
        }
        product.inputs.resize(3);
        const std::string wish = has_bias ? product.inputs[2] : product.name + ".bias";
        product.inputs[2] = store(wish, has_bias, std::move(folded));
        if (auto* gemm = std::get_if<Gemm>(&product.operation)) gemm->beta = 1;
        product.metadata.insert(normalisation.metadata.begin(), normalisation.metadata.end());
        product.output = normalisation.output;
        computed_by_[product.output] = found->second;
        return true;
    }

    ChannelAffine read(const Node& node) const {
        const auto values = [&](std::size_t i) -> const std::vector<float>& {
            return graph_.constants.at(node.inputs[i]).values;
        };
        const double epsilon = std::get<BatchNormalization>(node.operation).epsilon;
        ChannelAffine affine;
        for (std::size_t c = 0; c < values(1).size(); ++c) {
            const double variance = static_cast<double>(values(4).at(c)) + epsilon;
            if (!(variance > 0)) {
                throw Error("{}: the variance of channel {} plus epsilon is {}, it has to be positive",
                            describe(node), c, variance);
            }
            const double factor = values(1)[c] / std::sqrt(variance);
            affine.factor.push_back(factor);
            affine.offset.push_back(values(2).at(c) - values(3).at(c) * factor);
        }
        return affine;
    }

    // The bias as one value per channel; false where it is one per row of a matrix product.
    bool spread_bias(const Node& product, std::vector<double>& bias) const {
        const Tensor<float>& given = graph_.constants.at(product.inputs[2]);
        const auto* gemm = std::get_if<Gemm>(&product.operation);
        const double beta = gemm != nullptr ? gemm->beta : 1.0;
        const bool one_row = given.shape.size() < 2 || given.shape[0] == 1;
        const bool fits = given.values.size() == bias.size() || given.values.size() == 1;
        if (!one_row || !fits) return false;
        for (std::size_t c = 0; c < bias.size(); ++c)
            bias[c] = beta * given.values[given.values.size() == 1 ? 0 : c];
        return true;
    }

    bool scale_weight(Node& product, const std::vector<double>& factor) {
        Tensor<float>& constant = graph_.constants.at(product.inputs[1]);
        const auto* gemm = std::get_if<Gemm>(&product.operation);
        // Output channels are the rows of a weight, or the columns of a Gemm's that is not transposed.
        const bool by_rows = gemm == nullptr || gemm->transpose_b;
        const std::size_t channels = factor.size();
        if (constant.shape.at(by_rows ? 0 : 1) != static_cast<std::int64_t>(channels)) return false;
        // In its place where nobody else reads it.
        const bool alone = uses_[product.inputs[1]] == 1;
        Tensor<float> weight = alone ? std::move(constant) : constant;
        const std::size_t outer = by_rows ? channels : static_cast<std::size_t>(weight.shape.at(0));
        const std::size_t inner = weight.values.size() / outer;
        for (std::size_t row = 0; row < outer; ++row) {
            float* values = weight.values.data() + row * inner;
            for (std::size_t k = 0; k < inner; ++k)
                values[k] = static_cast<float>(values[k] * factor[by_rows ? row : k]);
        }
        product.inputs[1] = store(product.inputs[1], true, std::move(weight));
        return true;
    }

    // Replaces the constant where this product alone reads it; other readers keep the old one.
    std::string store(const std::string& wish, bool replace, Tensor<float> values) {
        std::string name = wish;
        if (!replace || uses_[wish] > 1) {
            for (int i = 2; taken(name); ++i) name = fmt::format("{}_{}", wish, i);
            if (replace) --uses_[wish];
            uses_[name] = 1;
        }
        graph_.constants[name] = std::move(values);
        return name;
    }

    bool taken(const std::string& name) const {
        if (graph_.is_constant(name) || computed_by_.contains(name)) return true;
        for (const ValueInfo& input : graph_.inputs) {
            if (input.name == name) return true;
        }
        return false;
    }

    std::size_t remove(const std::vector<bool>& removed) {
        std::vector<Node> kept;
        for (std::size_t i = 0; i < removed.size(); ++i) {
            if (!removed[i]) kept.push_back(std::move(graph_.nodes[i]));
        }
        graph_.nodes = std::move(kept);
        const auto uses = count_all_uses(graph_);
        std::erase_if(graph_.constants, [&](const auto& entry) { return !uses.contains(entry.first); });
        return removed.size() - graph_.nodes.size();
    }

    Graph& graph_;
    std::map<std::string, int> uses_;
    std::map<std::string, std::size_t> computed_by_;
};

}  // namespace

std::size_t fold_batch_normalization(Graph& graph) {
    return Folding(graph).run();
}

}  // namespace quell::network
