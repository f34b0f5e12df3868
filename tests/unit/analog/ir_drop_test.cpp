#include "models/analog/device/ir_drop.h"

#include "models/analog/device/chip.h"
#include "tests/support/catch.h"
#include "tests/support/crossbar_network.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>
#include <vector>

using namespace quell;
using Matrix = Eigen::MatrixXd;  // (rows, columns); (columns, rows) where effective

namespace {

Approx approx(double value) {
    return Approx(value).epsilon(1e-6).margin(1e-9);
}

// By the model under test.
Matrix approximate(const Matrix& cells, double segment, int row_lead = 0, int column_lead = 0) {
    const auto rows = static_cast<std::size_t>(cells.rows()),
               columns = static_cast<std::size_t>(cells.cols());
    const Eigen::MatrixXf single = cells.cast<float>();  // column by column
    std::vector<float> attenuation(rows * columns);
    std::vector<const float*> g;
    std::vector<float*> a;
    for (std::size_t j = 0; j < columns; ++j) {
        g.push_back(single.data() + j * rows);
        a.push_back(attenuation.data() + j * rows);
    }
    analog::WiredCells wired;
    wired.conductances = g;
    wired.attenuations = a;
    wired.rows = static_cast<std::int64_t>(rows);
    wired.row_lead = row_lead;
    wired.column_lead = column_lead;
    analog::attenuate(segment, wired);
    Matrix effective(cells.cols(), cells.rows());
    for (Eigen::Index m = 0; m < cells.rows(); ++m) {
        for (Eigen::Index j = 0; j < cells.cols(); ++j) {
            effective(j, m) = cells(m, j) * static_cast<double>(a[static_cast<std::size_t>(j)][m]);
        }
    }
    return effective;
}

enum class Filling { full, uniform, network };

// full: every cell at Gmax; uniform: anything from 0 to Gmax; network: differential pairs as trained weights
// make them, one cell of each pair nearly off, the other a folded normal of a fifth.
Matrix filled(Filling filling, int rows, int columns, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::normal_distribution<double> normal(0, 0.2);
    Matrix cells(rows, columns);
    for (int m = 0; m < rows; ++m) {
        for (int j = 0; j < columns; ++j) {
            if (filling == Filling::full) cells(m, j) = 1;
            if (filling == Filling::uniform) cells(m, j) = uniform(generator);
            if (filling == Filling::network) {
                if (j % 2 == 0) {
                    const double weight = normal(generator);
                    cells(m, j) = std::clamp(weight, 0.002, 1.0);
                    if (j + 1 < columns) cells(m, j + 1) = std::clamp(-weight, 0.002, 1.0);
                }
            }
        }
    }
    return cells;
}

// Of the root mean square of all conductances.
struct Departure {
    double lost = 0;   // by the wires
    double error = 0;  // of the model
};

Departure departure(const Matrix& cells, double segment) {
    const Matrix exact = test::effective_conductances(cells, segment);
    return {(cells.transpose() - exact).norm() / cells.norm(),
            (approximate(cells, segment) - exact).norm() / cells.norm()};
}

}  // namespace

TEST_CASE("one cell is a series of its wires and itself", "[ir drop]") {
    // I = V / (r + 1 / g + r), leads included.
    Matrix cell(1, 1);
    cell << 0.4;
    CHECK(test::effective_conductances(cell, 0.05)(0, 0) == approx(1 / (0.05 + 2.5 + 0.05)));
    CHECK(approximate(cell, 0.05)(0, 0) == approx(1 / 2.6));
    CHECK(test::effective_conductances(cell, 0.05, 3, 1)(0, 0) == approx(1 / (0.2 + 2.5 + 0.1)));
    CHECK(approximate(cell, 0.05, 3, 1)(0, 0) == approx(1 / 2.8));
}

TEST_CASE("one row of two cells is a network of four resistors", "[ir drop]") {
    // r = 0.1, cells 1 and 0.5. Each cell with its column's segment: 1.1 and 2.1. The second branch is
    // reached over another segment: 2.2. Both in parallel: 1.1 * 2.2 / 3.3 = 11/15; with the driver's segment
    // 5/6. So the first node is at (11/15) / (5/6) = 0.88: currents 0.8 and 0.4.
    Matrix cells(1, 2);
    cells << 1, 0.5;
    const Matrix exact = test::effective_conductances(cells, 0.1);
    CHECK(exact(0, 0) == approx(0.8));
    CHECK(exact(1, 0) == approx(0.4));
    // The model takes the ladder of the row with the cells to ground, 1 and 0.5: 1 / 0.5 + 0.1 = 2.1, with 1
    // in parallel 2.1 / 3.1, behind 0.1: voltages 21 / 24.1 and 20 / 24.1; of the columns 1 / 1.1 and 1
    // / 1.05.
    const Matrix model = approximate(cells, 0.1);
    CHECK(model(0, 0) == approx(1 / (24.1 / 21 + 1.1 - 1)));
    CHECK(model(1, 0) == approx(0.5 / (24.1 / 20 + 1.05 - 1)));
    CHECK(model(0, 0) == Approx(0.8).epsilon(0.01));
}

TEST_CASE("two rows on one column are the same seen from the other side", "[ir drop]") {
    // The first row's cell is the farther from the sense end: by reciprocity the network above.
    Matrix cells(2, 1);
    cells << 0.5, 1;
    const Matrix exact = test::effective_conductances(cells, 0.1);
    CHECK(exact(0, 1) == approx(0.8));
    CHECK(exact(0, 0) == approx(0.4));
    const Matrix model = approximate(cells, 0.1);
    CHECK(model(0, 1) == approx(1 / (24.1 / 21 + 1.1 - 1)));
    CHECK(model(0, 0) == approx(0.5 / (24.1 / 20 + 1.05 - 1)));
}

TEST_CASE("the model is exact to first order in the wires' resistance", "[ir drop]") {
    // What is left falls with the square: a tenth of the resistance, a hundredth of the error. Down to where
    // single precision of the attenuation, some 1e-7, shows.
    for (const Filling filling : {Filling::full, Filling::uniform, Filling::network}) {
        const Matrix cells = filled(filling, 12, 12, 5);
        const Departure large = departure(cells, 1e-3), small = departure(cells, 1e-4);
        CHECK(small.lost > large.lost / 15);
        CHECK(small.error < large.error / 50 + 3e-7);
    }
}

TEST_CASE("the model stays near the exact network", "[ir drop]") {
    // The error is of second order: the bound is the square of what the wires take, with 3e-7 for single
    // precision. A model that forgot rows, columns or a lead would miss a share of the first power.
    const int rows = GENERATE(1, 4, 17, 32), columns = GENERATE(2, 16, 32);
    const double segment = GENERATE(1e-5, 1e-4, 1e-3);
    for (const Filling filling : {Filling::full, Filling::uniform, Filling::network}) {
        for (unsigned seed = 1; seed <= 3; ++seed) {
            const Departure d = departure(filled(filling, rows, columns, seed), segment);
            CAPTURE(rows, columns, segment, static_cast<int>(filling), d.lost);
            CHECK(d.error < d.lost * d.lost + 3e-7);
        }
    }
}

TEST_CASE("the noise of a read is attenuated like its conductance", "[ir drop]") {
    // All cells equally noisy, one read of all rows: the deviation of a column's current by the model, to the
    // exact one to first order in the noise, which also has the cells of other columns in it. It is off by a
    // share of what the wires take: by less than half of it.
    const double segment = GENERATE(1e-4, 1e-3);
    const Matrix cells = filled(Filling::network, 24, 24, 9);
    const Matrix model = approximate(cells, segment);
    std::mt19937 generator(3);
    std::uniform_real_distribution<double> uniform(0, 1);
    Eigen::VectorXd voltages(cells.rows());
    for (double& voltage : voltages) voltage = uniform(generator);
    const double lost = departure(cells, segment).lost;
    for (const int column : {0, 11, 23}) {
        const double exact = test::current_sensitivities(cells, segment, voltages, column).norm();
        double sum = 0;
        for (Eigen::Index m = 0; m < cells.rows(); ++m) {
            const double passed = voltages(m) * model(column, m) / cells(m, column);
            sum += passed * passed;
        }
        CAPTURE(segment, column, lost);
        CHECK(std::abs(std::sqrt(sum) / exact - 1) < 0.5 * lost);
        CHECK(std::abs(voltages.norm() / exact - 1) > 0.5 * lost);
    }
}

TEST_CASE("a layer's weights are read through the wires of its crossbars", "[ir drop]") {
    config::DeviceConfig device;
    device.preset = config::DevicePreset::generic;
    device.programming_percent = 0;
    device.read_percent = 1;
    device.wire_ohm = 20;
    device.gmax_us = 50;
    const double segment = 20 * 50e-6;
    config::TileConfig tile;
    tile.rows = 8;
    tile.columns = 8;
    // One read of the cell that was asked for this weight.
    const auto read = [](float weight) {
        return analog::cut_at_zero(std::max(0.0, static_cast<double>(weight)), 0.01);
    };
    const auto conductance = [&](float weight) { return read(weight).mean; };

    const auto check = [&](const analog::LayerMatrix& matrix, const std::vector<float>& weights,
                           const std::vector<Matrix>& crossbars, auto place) {
        const analog::LayerOnChip wired = analog::Chip(device, tile).program(1, weights, matrix);
        std::vector<Matrix> exact;
        exact.reserve(crossbars.size());
        for (const Matrix& cells : crossbars) exact.push_back(test::effective_conductances(cells, segment));
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto [crossbar, row, column] = place(static_cast<int>(i));
            const Matrix &cells = crossbars[static_cast<std::size_t>(crossbar)],
                         &currents = exact[static_cast<std::size_t>(crossbar)];
            const double plus = currents(column, row), minus = currents(column + 1, row);
            CHECK(static_cast<double>(wired.weights[i]) == Approx(plus - minus).epsilon(2e-4).margin(1e-5));
            const double passed_plus = plus / cells(row, column),
                         passed_minus = minus / cells(row, column + 1);
            const double variance_plus = read(weights[i]).variance,
                         variance_minus = read(-weights[i]).variance;
            CHECK(static_cast<double>(wired.variances[i]) ==
                  Approx(passed_plus * passed_plus * variance_plus +
                         passed_minus * passed_minus * variance_minus)
                      .epsilon(0.01));
        }
    };
    SECTION("row splits and column blocks, pairs on neighbouring columns") {
        // 10 inputs, 5 outputs: splits of 8 and 2 rows, blocks of 4 and 1 outputs.
        std::vector<float> weights(50);
        for (std::size_t i = 0; i < 50; ++i)
            weights[i] = static_cast<float>(std::sin(static_cast<double>(i * i)));
        weights[13] = -1;
        std::vector<Matrix> crossbars{Matrix(8, 8), Matrix(2, 8), Matrix(8, 2), Matrix(2, 2)};
        const auto place = [](int weight) {
            const int output = weight / 10, input = weight % 10;
            return std::tuple(output / 4 * 2 + input / 8, input % 8, output % 4 * 2);
        };
        for (int i = 0; i < 50; ++i) {
            const auto [crossbar, row, column] = place(i);
            const float weight = weights[static_cast<std::size_t>(i)];
            crossbars[static_cast<std::size_t>(crossbar)](row, column) = conductance(weight);
            crossbars[static_cast<std::size_t>(crossbar)](row, column + 1) = conductance(-weight);
        }
        check({1, 10, 5}, weights, crossbars, place);
    }
    SECTION("groups along the diagonal, nothing beside them") {
        // Groups of 2 inputs and 1 output: four of them on a crossbar of 8 rows and 8 columns; the fifth
        // alone.
        const std::vector<float> weights{1, -0.5F, 0.25F, 0.75F, -0.125F, -1, 0.5F, 0.5F, 0.8F, -0.9F};
        std::vector<Matrix> crossbars{Matrix::Zero(8, 8), Matrix::Zero(2, 2)};
        const auto place = [](int weight) {
            const int group = weight / 2;
            return std::tuple(group / 4, group % 4 * 2 + weight % 2, group % 4 * 2);
        };
        for (int i = 0; i < 10; ++i) {
            const auto [crossbar, row, column] = place(i);
            const float weight = weights[static_cast<std::size_t>(i)];
            crossbars[static_cast<std::size_t>(crossbar)](row, column) = conductance(weight);
            crossbars[static_cast<std::size_t>(crossbar)](row, column + 1) = conductance(-weight);
        }
        check({5, 2, 1}, weights, crossbars, place);
    }
}

// Prints docs/variation.md's table; asserts nothing that is not asserted above.
TEST_CASE("a table of the model's error", "[.][ir drop table]") {
    for (const auto& [filling, name] :
         {std::pair{Filling::full, "full"}, {Filling::uniform, "uniform"}, {Filling::network, "network"}}) {
        for (const int size : {32, 64, 128}) {
            for (const double segment : {2.5e-5, 2.5e-4, 1e-3}) {
                const Departure d = departure(filled(filling, size, size, 1), segment);
                std::cout << name << ' ' << size << " x " << size << ", r Gmax " << segment << ": lost "
                          << 100 * d.lost << " %, error " << 100 * d.error << " %\n";
            }
        }
    }
}
