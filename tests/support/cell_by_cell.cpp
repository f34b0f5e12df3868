#include "tests/support/cell_by_cell.h"

#include "models/analog/normal_numbers.h"

#include <algorithm>
#include <cmath>

namespace quell::test {
namespace {

using Cumulants = CellByCell::Cumulants;

// Of max(0, N(mean, sigma^2)): raw moments M_k = mean M_(k-1) + (k - 1) sigma^2 M_(k-2).
Cumulants cut_normal(double mean, double sigma) {
    if (sigma == 0) return {std::max(0.0, mean)};
    const double a = mean / sigma;
    const double below = 0.5 * std::erfc(-a / std::sqrt(2.0));
    const double m1 = mean * below + sigma * std::exp(-0.5 * a * a) / std::sqrt(2 * M_PI);
    const double m2 = mean * m1 + sigma * sigma * below;
    const double m3 = mean * m2 + 2 * sigma * sigma * m1;
    const double m4 = mean * m3 + 3 * sigma * sigma * m2;
    const double variance = m2 - m1 * m1;
    const double third = m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1;
    const double fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1;
    return {m1, variance, third, fourth - 3 * variance * variance};
}

}  // namespace

int digit(int word, int place, int bits, int dac_bits) {
    const int places = (bits + dac_bits - 1) / dac_bits;
    const long long modulus = 1LL << (places * dac_bits), base = 1LL << dac_bits;
    long long unsigned_word = ((word % modulus) + modulus) % modulus;
    for (int i = 0; i < place; ++i) unsigned_word /= base;
    const long long value = unsigned_word % base;
    return static_cast<int>(place == places - 1 && value >= base / 2 ? value - base : value);
}

void CellByCell::Cumulants::add(double factor, const Cumulants& other) {
    mean += factor * other.mean;
    variance += factor * factor * other.variance;
    third += factor * factor * factor * other.third;
    fourth += factor * factor * factor * factor * other.fourth;
}

CellByCell::CellByCell(const analog::Chip& chip, std::int64_t product, std::span<const float> weights,
                       const analog::LayerMatrix& matrix, std::uint64_t seed, Cut cut)
    : inputs_(matrix.inputs), outputs_(matrix.outputs), cut_(cut), seed_(seed), numbers_(65536) {
    used_ = numbers_.size();
    const analog::LayerCells layer = chip.cells(product, weights, matrix);
    layer.for_each_chunk(analog::LayerCells::Keep::everything, [&](const analog::CellChunk& chunk) {
        planes_.resize(chunk.planes.size());
        for (std::size_t p = 0; p < planes_.size(); ++p) {
            const analog::CellPlane& plane = chunk.planes[p];
            planes_[p].worth = layer.unit() * layer.value(static_cast<int>(p / 2)) * (p % 2 == 0 ? 1 : -1);
            for (std::size_t i = 0; i < chunk.count; ++i) {
                planes_[p].cells.push_back({plane.drifted[i], plane.read_sigma[i],
                                            plane.attenuation.empty() ? 1.0F : plane.attenuation[i]});
            }
        }
    });
}

float CellByCell::next_normal() {
    if (used_ == numbers_.size()) {
        analog::NormalKey key;
        key.seed = seed_;
        key.product = refills_++;
        key.image = 0xCE11B1CE;
        analog::fill_normal(key, numbers_);
        used_ = 0;
    }
    return numbers_[used_++];
}

float CellByCell::draw(const Cell& cell) {
    const float conductance = cell.conductance + cell.sigma * next_normal();
    return cut_ == Cut::at_zero ? std::max(0.0F, conductance) : conductance;
}

void CellByCell::accumulate(const Plane& plane, std::span<const double> inputs,
                            std::vector<double>& outputs) {
    for (std::int64_t output = 0; output < outputs_; ++output) {
        double sum = 0;
        for (std::int64_t input = 0; input < inputs_; ++input) {
            const double x = inputs[static_cast<std::size_t>(input)];
            if (x == 0) continue;  // what it draws would be lost
            const Cell& cell = plane.cells[static_cast<std::size_t>(output * inputs_ + input)];
            sum += x * static_cast<double>(draw(cell) * cell.passed);
        }
        outputs[static_cast<std::size_t>(output)] += plane.worth * sum;
    }
}

std::vector<double> CellByCell::read(std::span<const double> inputs) {
    std::vector<double> outputs(static_cast<std::size_t>(outputs_));
    for (const Plane& plane : planes_) accumulate(plane, inputs, outputs);
    return outputs;
}

std::vector<double> CellByCell::read_bit_serial(std::span<const int> words, double step, int bits,
                                                int dac_bits) {
    std::vector<double> outputs(static_cast<std::size_t>(outputs_)), digits(words.size());
    const int places = (bits + dac_bits - 1) / dac_bits;
    for (int place = 0; place < places; ++place) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            digits[i] = step * std::ldexp(digit(words[i], place, bits, dac_bits), place * dac_bits);
        }
        for (const Plane& plane : planes_) accumulate(plane, digits, outputs);
    }
    return outputs;
}

Cumulants CellByCell::cumulants(std::int64_t output, std::span<const double> inputs) const {
    Cumulants all;
    for (const Plane& plane : planes_) {
        for (std::size_t input = 0; input < inputs.size(); ++input) {
            const Cell& cell = plane.cells[static_cast<std::size_t>(output * inputs_) + input];
            all.add(plane.worth * inputs[input] * static_cast<double>(cell.passed),
                    cut_normal(static_cast<double>(cell.conductance), static_cast<double>(cell.sigma)));
        }
    }
    return all;
}

Cumulants CellByCell::bit_serial_cumulants(std::int64_t output, std::span<const int> words, double step,
                                           int bits, int dac_bits) const {
    Cumulants all;
    std::vector<double> digits(words.size());
    for (int place = 0; place < (bits + dac_bits - 1) / dac_bits; ++place) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            digits[i] = step * std::ldexp(digit(words[i], place, bits, dac_bits), place * dac_bits);
        }
        all.add(1, cumulants(output, digits));
    }
    return all;
}

}  // namespace quell::test
