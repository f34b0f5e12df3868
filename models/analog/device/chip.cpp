#include "models/analog/device/chip.h"

#include "models/analog/normal_numbers.h"
#include "models/base/error.h"
#include "models/numeric/counter_random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace quell::analog {

namespace {

// The chip's independent sets of numbers: cell 2i is the positive one of weight i, 2i + 1 the negative.
enum class Draw : std::uint32_t { programming = 0, drift = 1 };

std::vector<float> normal_numbers(std::uint64_t seed, std::int64_t product, Draw draw, std::size_t cells) {
    std::vector<float> numbers(cells);
    NormalKey key;
    key.seed = seed;
    key.product = static_cast<std::uint32_t>(product);
    key.image = static_cast<std::uint32_t>(draw);
    key.purpose = numeric::Purpose::chip;
    fill_normal(key, numbers);
    return numbers;
}

struct Cell {
    double programmed = 0, drifted = 0, read_sigma = 0;
};

}  // namespace

std::vector<std::int64_t> draw_cells(std::uint64_t seed, std::int64_t product, std::int64_t cells,
                                     std::int64_t skip, std::int64_t count) {
    if (count == 0) return {};
    std::vector<std::pair<std::uint64_t, std::int64_t>> order;
    order.reserve(static_cast<std::size_t>(cells));
    for (std::int64_t cell = 0; cell < cells; ++cell) {
        const auto words =
            numeric::random_words(seed, numeric::Purpose::stuck_cell, static_cast<std::uint64_t>(cell),
                                  static_cast<std::uint32_t>(product));
        order.emplace_back(std::uint64_t{words[1]} << 32 | words[0], cell);
    }
    std::nth_element(order.begin(), order.begin() + (skip + count - 1), order.end());
    if (skip > 0) std::nth_element(order.begin(), order.begin() + (skip - 1), order.begin() + skip + count);
    std::vector<std::int64_t> drawn;
    for (std::int64_t place = skip; place < skip + count; ++place) {
        drawn.push_back(order[static_cast<std::size_t>(place)].second);
    }
    return drawn;
}

std::int64_t stuck_cells(double percent, std::int64_t cells) {
    return std::llround(percent / 100.0 * static_cast<double>(cells));
}

LayerOnChip Chip::program(std::int64_t product, std::span<const float> weights) const {
    double largest = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!std::isfinite(weights[i])) {
            throw Error("product {}: weight {} is {}, expected a finite number", product, i, weights[i]);
        }
        largest = std::max(largest, std::abs(static_cast<double>(weights[i])));
    }
    const auto count = static_cast<std::int64_t>(2 * weights.size());
    const std::vector<float> programming =
        normal_numbers(config_.chip_seed, product, Draw::programming, 2 * weights.size());
    const std::vector<float> drift =
        normal_numbers(config_.chip_seed, product, Draw::drift, 2 * weights.size());

    std::vector<Cell> cells(2 * weights.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const double weight = weights[i / 2] * (i % 2 == 0 ? 1.0 : -1.0);
        const double target = weight > 0 ? weight / largest : 0.0;
        Cell& cell = cells[i];
        cell.programmed =
            std::max(0.0, target + physics_.programming_sigma(target) * static_cast<double>(programming[i]));
        const DriftExponent exponent = physics_.drift_exponent(target);
        cell.drifted =
            cell.programmed *
            physics_.drift(std::max(0.0, exponent.mean + exponent.sigma * static_cast<double>(drift[i])));
        cell.read_sigma = physics_.read_sigma(target, cell.drifted);
    }
    const std::int64_t on = stuck_cells(config_.stuck_on_percent, count);
    const std::int64_t off = std::min(count - on, stuck_cells(config_.stuck_off_percent, count));
    for (const std::int64_t cell : draw_cells(config_.chip_seed, product, count, 0, on)) {
        cells[static_cast<std::size_t>(cell)] = {1.0, 1.0, 0.0};
    }
    for (const std::int64_t cell : draw_cells(config_.chip_seed, product, count, on, off)) {
        cells[static_cast<std::size_t>(cell)] = {0.0, 0.0, 0.0};
    }

    LayerOnChip layer;
    if (config_.drift_compensation == config::DriftCompensation::global) {
        double before = 0, now = 0;
        for (const Cell& cell : cells) {
            before += cell.programmed;
            now += cell.drifted;
        }
        if (now > 0) layer.compensation = before / now;
    }
    const double unit = largest * layer.compensation;
    bool noisy = false;
    layer.weights.resize(weights.size());
    layer.variances.resize(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const CutNormal plus = cut_at_zero(cells[2 * i].drifted, cells[2 * i].read_sigma);
        const CutNormal minus = cut_at_zero(cells[2 * i + 1].drifted, cells[2 * i + 1].read_sigma);
        layer.weights[i] = static_cast<float>(unit * (plus.mean - minus.mean));
        layer.variances[i] = static_cast<float>(unit * unit * (plus.variance + minus.variance));
        noisy = noisy || layer.variances[i] > 0;
    }
    if (!noisy) layer.variances.clear();
    return layer;
}

}  // namespace quell::analog
