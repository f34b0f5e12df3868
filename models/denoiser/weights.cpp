#include "models/denoiser/weights.h"

#include "models/base/npy.h"
#include "models/config/edit_distance.h"
#include "models/numeric/counter_random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace quell::denoiser {

namespace {

void check_fraction(const char* name, int bits, int most) {
    constexpr int least = -8;
    if (bits < least || bits > most) {
        throw Error("frac.{}: {} to {} fraction bits are possible, {} came", name, least, most, bits);
    }
}

void check_shift(const char* input, const char* name, int shift) {
    if (shift < -numeric::kLargestLeftShift || shift > numeric::kLargestRightShift) {
        throw Error(
            "frac.{0} + frac.{1}_weight - frac.{1}_out: a requantising shift of {2} to {3} is "
            "possible, {4} came",
            input, name, -numeric::kLargestLeftShift, numeric::kLargestRightShift, shift);
    }
}

void check_size(const char* name, std::size_t have, std::int64_t expected) {
    if (static_cast<std::int64_t>(have) != expected) {
        throw Error("{}: {} values expected, {} came", name, expected, have);
    }
}

void check_bias(const char* name, const std::vector<std::int64_t>& bias, std::int64_t outputs, bool present) {
    check_size(name, bias.size(), present ? outputs : 0);
    constexpr std::int64_t limit = std::int64_t{1} << 46;
    for (const std::int64_t value : bias) {
        if (value < -limit || value >= limit) throw Error("{}: {} does not fit in 47 bits", name, value);
    }
}

}  // namespace

void validate(const FractionBits& fraction, const Geometry& geometry) {
    check_fraction("x", fraction.x, 24);
    check_fraction("reduce_weight", fraction.reduce_weight, 30);
    check_fraction("reduce_out", fraction.reduce_out, 24);
    check_fraction("depthwise_weight", fraction.depthwise_weight, 30);
    check_fraction("depthwise_out", fraction.depthwise_out, 24);
    check_fraction("mean_weight", fraction.mean_weight, 30);
    check_fraction("mean_out", fraction.mean_out, 24);
    check_shift("x", "reduce", fraction.reduce_shift());
    check_shift("reduce_out", "depthwise", fraction.depthwise_shift());
    check_shift("depthwise_out", "mean", fraction.mean_shift());
    if (!geometry.variance_head) return;
    check_fraction("variance_weight", fraction.variance_weight, 30);
    check_fraction("variance_out", fraction.variance_out, 24);
    check_shift("depthwise_out", "variance", fraction.variance_shift());
    if (fraction.variance_out % 2 != 0) {
        throw Error(
            "frac.variance_out: an even number is needed, so that the root has a power-of-two scale; {} came",
            fraction.variance_out);
    }
}

void validate(const BlockWeights& weights, const Geometry& g) {
    validate(weights.fraction, g);
    check_size("reduce.weight", weights.reduce.size(), g.bottleneck * g.channels);
    check_size("depthwise.weight", weights.depthwise.size(), g.bottleneck * 9);
    check_size("mean.weight", weights.mean.size(), g.channels * g.head_inputs());
    check_bias("reduce.bias", weights.reduce_bias, g.bottleneck, g.bias);
    check_bias("depthwise.bias", weights.depthwise_bias, g.bottleneck, g.bias);
    check_bias("mean.bias", weights.mean_bias, g.channels, g.bias);
    if (!g.variance_head) return;
    check_size("variance.weight", weights.variance.size(), g.channels * g.head_inputs());
    check_bias("variance.bias", weights.variance_bias, g.channels, g.bias);
}

namespace {

// Which tensor of a drawn block a counter belongs to.
enum class Drawn : std::uint32_t {
    input,
    reduce,
    depthwise,
    mean,
    variance,
    reduce_bias,
    depthwise_bias,
    mean_bias,
    variance_bias
};

// count uniform integers in -limit..limit.
template <typename T>
std::vector<T> draw(std::int64_t count, std::int64_t limit, Drawn tensor, std::uint64_t seed) {
    std::vector<T> values(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; i += 4) {
        const auto words =
            numeric::random_words(seed, numeric::Purpose::drawn_block_tensor,
                                  static_cast<std::uint64_t>(i / 4), static_cast<std::uint32_t>(tensor));
        for (std::int64_t k = i; k < std::min(i + 4, count); ++k) {
            const std::uint64_t range = static_cast<std::uint64_t>(2 * limit + 1);
            const auto drawn =
                static_cast<std::int64_t>((words[static_cast<std::size_t>(k - i)] * range) >> 32);
            values[static_cast<std::size_t>(k)] = static_cast<T>(drawn - limit);
        }
    }
    return values;
}

// A uniform draw of this half-width keeps the variance of a sum over fan_in unit-variance terms.
std::int64_t unit_gain(int fraction_bits, std::int64_t fan_in) {
    return static_cast<std::int64_t>(
        std::floor(std::sqrt(std::ldexp(3.0, 2 * fraction_bits) / static_cast<double>(fan_in))));
}

}  // namespace

BlockWeights draw_weights(const Geometry& g, std::uint64_t seed) {
    BlockWeights w;
    const FractionBits& f = w.fraction;
    const std::int64_t head_limit = unit_gain(f.mean_weight, g.head_inputs());
    w.reduce =
        draw<Word>(g.bottleneck * g.channels, unit_gain(f.reduce_weight, g.channels), Drawn::reduce, seed);
    w.depthwise = draw<Word>(g.bottleneck * 9, unit_gain(f.depthwise_weight, 9), Drawn::depthwise, seed);
    w.mean = draw<Word>(g.channels * g.head_inputs(), head_limit, Drawn::mean, seed);
    if (g.variance_head)
        w.variance = draw<Word>(g.channels * g.head_inputs(), head_limit, Drawn::variance, seed);
    if (g.bias) {
        // Biases of up to a quarter, in each accumulator's scale.
        const auto quarter = [](int bits) { return std::int64_t{1} << (bits - 2); };
        w.reduce_bias =
            draw<std::int64_t>(g.bottleneck, quarter(f.x + f.reduce_weight), Drawn::reduce_bias, seed);
        w.depthwise_bias = draw<std::int64_t>(g.bottleneck, quarter(f.reduce_out + f.depthwise_weight),
                                              Drawn::depthwise_bias, seed);
        w.mean_bias =
            draw<std::int64_t>(g.channels, quarter(f.depthwise_out + f.mean_weight), Drawn::mean_bias, seed);
        if (g.variance_head) {
            w.variance_bias = draw<std::int64_t>(g.channels, quarter(f.depthwise_out + f.variance_weight),
                                                 Drawn::variance_bias, seed);
        }
    }
    return w;
}

std::vector<Word> draw_input(const Geometry& g, std::uint64_t seed) {
    return draw<Word>(g.elements(), unit_gain(FractionBits{}.x, 1), Drawn::input, seed);
}

namespace {

using Arrays = std::map<std::string, NpyArray>;

const NpyArray& member(const Arrays& arrays, const std::string& path, const std::string& name) {
    const auto found = arrays.find(name);
    if (found == arrays.end()) throw Error("{}: array '{}' is missing", path, name);
    return found->second;
}

template <typename T>
std::vector<T> tensor(const Arrays& arrays, const std::string& path, const std::string& name,
                      const Shape& shape) {
    const std::string where = fmt::format("{}: array '{}'", path, name);
    const Tensor<T>& found = expect<T>(member(arrays, path, name), where);
    if (found.shape != shape) {
        throw Error("{}: shape {} expected, {} came", where, to_string(shape), to_string(found.shape));
    }
    return found.values;
}

int scalar(const Arrays& arrays, const std::string& path, const std::string& name) {
    const std::string where = fmt::format("{}: array '{}'", path, name);
    const Tensor<std::int32_t>& found = expect<std::int32_t>(member(arrays, path, name), where);
    if (found.size() != 1) throw Error("{}: one value expected, {} came", where, found.size());
    return found.values.front();
}

// The names and fields of the nine scales, once for reading and writing.
template <typename Visit>
void for_each_fraction(auto& fraction, bool variance, Visit visit) {
    visit("frac.x", fraction.x);
    visit("frac.reduce_weight", fraction.reduce_weight);
    visit("frac.reduce_out", fraction.reduce_out);
    visit("frac.depthwise_weight", fraction.depthwise_weight);
    visit("frac.depthwise_out", fraction.depthwise_out);
    visit("frac.mean_weight", fraction.mean_weight);
    visit("frac.mean_out", fraction.mean_out);
    if (!variance) return;
    visit("frac.variance_weight", fraction.variance_weight);
    visit("frac.variance_out", fraction.variance_out);
}

// An array that nothing reads is most often one that is misspelt. The variance's may stand in a file whose
// block is run mean-only.
void refuse_unknown(const Arrays& arrays, const std::string& path) {
    std::set<std::string> known;
    FractionBits any;
    for_each_fraction(any, true, [&](const char* name, int) { known.insert(name); });
    for (const char* tensor : {"reduce", "depthwise", "mean", "variance"}) {
        known.insert(fmt::format("{}.weight", tensor));
        known.insert(fmt::format("{}.bias", tensor));
    }
    for (const auto& entry : arrays) {
        const std::string& name = entry.first;
        if (known.contains(name)) continue;
        const auto nearest = std::ranges::min_element(
            known, {}, [&](const std::string& other) { return config::edit_distance(name, other); });
        throw Error("{}: array '{}' is not one of a denoiser block's; the nearest is '{}'", path, name,
                    *nearest);
    }
}

}  // namespace

BlockWeights read_weights(const std::string& path, Geometry& g) {
    const Arrays arrays = read_npz(path);
    refuse_unknown(arrays, path);
    BlockWeights w;
    for_each_fraction(w.fraction, g.variance_head,
                      [&](const char* name, int& bits) { bits = scalar(arrays, path, name); });
    const Shape head{g.channels, g.head_inputs()};
    w.reduce = tensor<Word>(arrays, path, "reduce.weight", {g.bottleneck, g.channels});
    w.depthwise = tensor<Word>(arrays, path, "depthwise.weight", {g.bottleneck, 3, 3});
    w.mean = tensor<Word>(arrays, path, "mean.weight", head);
    if (g.variance_head) w.variance = tensor<Word>(arrays, path, "variance.weight", head);
    // The machine adds biases everywhere or nowhere: a file that has some has zeros for the others.
    g.bias = arrays.contains("reduce.bias") || arrays.contains("depthwise.bias") ||
             arrays.contains("mean.bias") || (g.variance_head && arrays.contains("variance.bias"));
    const auto bias = [&](const std::string& name, std::int64_t outputs) {
        if (!arrays.contains(name)) {
            return std::vector<std::int64_t>(static_cast<std::size_t>(g.bias ? outputs : 0), 0);
        }
        return tensor<std::int64_t>(arrays, path, name, {outputs});
    };
    w.reduce_bias = bias("reduce.bias", g.bottleneck);
    w.depthwise_bias = bias("depthwise.bias", g.bottleneck);
    w.mean_bias = bias("mean.bias", g.channels);
    if (g.variance_head) w.variance_bias = bias("variance.bias", g.channels);
    try {
        validate(w, g);
    } catch (const Error& error) {
        throw Error("{}: {}", path, error.what());
    }
    return w;
}

void write_weights(const std::string& path, const BlockWeights& w, const Geometry& g) {
    Arrays arrays;
    for_each_fraction(w.fraction, g.variance_head, [&](const char* name, int bits) {
        arrays.emplace(name, Tensor<std::int32_t>({}, {bits}));
    });
    const Shape head{g.channels, g.head_inputs()};
    arrays.emplace("reduce.weight", Tensor<Word>({g.bottleneck, g.channels}, w.reduce));
    arrays.emplace("depthwise.weight", Tensor<Word>({g.bottleneck, 3, 3}, w.depthwise));
    arrays.emplace("mean.weight", Tensor<Word>(head, w.mean));
    if (g.variance_head) arrays.emplace("variance.weight", Tensor<Word>(head, w.variance));
    if (g.bias) {
        arrays.emplace("reduce.bias", Tensor<std::int64_t>({g.bottleneck}, w.reduce_bias));
        arrays.emplace("depthwise.bias", Tensor<std::int64_t>({g.bottleneck}, w.depthwise_bias));
        arrays.emplace("mean.bias", Tensor<std::int64_t>({g.channels}, w.mean_bias));
        if (g.variance_head)
            arrays.emplace("variance.bias", Tensor<std::int64_t>({g.channels}, w.variance_bias));
    }
    write_npz(path, arrays);
}

}  // namespace quell::denoiser
