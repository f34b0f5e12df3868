#include "tests/support/crossbar_network.h"

#include <Eigen/SparseCholesky>

#include <vector>

namespace quell::test {

Eigen::MatrixXd effective_conductances(const Eigen::MatrixXd& cells, double segment, int row_lead,
                                       int column_lead) {
    const int rows = static_cast<int>(cells.rows()), columns = static_cast<int>(cells.cols());
    const auto row_node = [&](int m, int j) { return m * columns + j; };
    const auto column_node = [&](int m, int j) { return rows * columns + m * columns + j; };
    const double wire = 1 / segment;
    const double driver = 1 / (segment * (1 + row_lead)), sense = 1 / (segment * (1 + column_lead));

    std::vector<Eigen::Triplet<double>> entries;
    const auto to_fixed = [&](int a, double g) { entries.emplace_back(a, a, g); };
    const auto between = [&](int a, int b, double g) {
        to_fixed(a, g);
        to_fixed(b, g);
        entries.emplace_back(a, b, -g);
        entries.emplace_back(b, a, -g);
    };
    for (int m = 0; m < rows; ++m) {
        to_fixed(row_node(m, 0), driver);
        for (int j = 0; j + 1 < columns; ++j) between(row_node(m, j), row_node(m, j + 1), wire);
    }
    for (int j = 0; j < columns; ++j) {
        for (int m = 0; m + 1 < rows; ++m) between(column_node(m, j), column_node(m + 1, j), wire);
        to_fixed(column_node(rows - 1, j), sense);
    }
    for (int m = 0; m < rows; ++m) {
        for (int j = 0; j < columns; ++j) between(row_node(m, j), column_node(m, j), cells(m, j));
    }

    const int nodes = 2 * rows * columns;
    Eigen::SparseMatrix<double> conductances(nodes, nodes);
    conductances.setFromTriplets(entries.begin(), entries.end());
    const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver(conductances);

    Eigen::MatrixXd effective(columns, rows);
    for (int m = 0; m < rows; ++m) {
        Eigen::VectorXd injected = Eigen::VectorXd::Zero(nodes);
        injected(row_node(m, 0)) = driver;  // one volt
        const Eigen::VectorXd voltages = solver.solve(injected);
        for (int j = 0; j < columns; ++j) effective(j, m) = sense * voltages(column_node(rows - 1, j));
    }
    return effective;
}

}  // namespace quell::test
