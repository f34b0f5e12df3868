#include "tests/support/crossbar_network.h"

#include <Eigen/SparseCholesky>

#include <vector>

namespace quell::test {
namespace {

class Network {
public:
    Network(const Eigen::MatrixXd& cells, double segment, int row_lead, int column_lead)
        : rows_(static_cast<int>(cells.rows())),
          columns_(static_cast<int>(cells.cols())),
          driver_(1 / (segment * (1 + row_lead))),
          sense_(1 / (segment * (1 + column_lead))) {
        const double wire = 1 / segment;
        std::vector<Eigen::Triplet<double>> entries;
        const auto to_fixed = [&](int a, double g) { entries.emplace_back(a, a, g); };
        const auto between = [&](int a, int b, double g) {
            to_fixed(a, g);
            to_fixed(b, g);
            entries.emplace_back(a, b, -g);
            entries.emplace_back(b, a, -g);
        };
        for (int m = 0; m < rows_; ++m) {
            to_fixed(row_node(m, 0), driver_);
            for (int j = 0; j + 1 < columns_; ++j) between(row_node(m, j), row_node(m, j + 1), wire);
        }
        for (int j = 0; j < columns_; ++j) {
            for (int m = 0; m + 1 < rows_; ++m) between(column_node(m, j), column_node(m + 1, j), wire);
            to_fixed(column_node(rows_ - 1, j), sense_);
        }
        for (int m = 0; m < rows_; ++m) {
            for (int j = 0; j < columns_; ++j) between(row_node(m, j), column_node(m, j), cells(m, j));
        }
        Eigen::SparseMatrix<double> conductances(nodes(), nodes());
        conductances.setFromTriplets(entries.begin(), entries.end());
        solver_.compute(conductances);
    }

    // Node voltages for these at the drivers.
    Eigen::VectorXd driven(const Eigen::VectorXd& voltages) const {
        Eigen::VectorXd injected = Eigen::VectorXd::Zero(nodes());
        for (int m = 0; m < rows_; ++m) injected(row_node(m, 0)) = driver_ * voltages(m);
        return solver_.solve(injected);
    }

    // Node voltages for one volt at a column's sense end and none at the drivers.
    Eigen::VectorXd driven_back(int column) const {
        Eigen::VectorXd injected = Eigen::VectorXd::Zero(nodes());
        injected(column_node(rows_ - 1, column)) = sense_;
        return solver_.solve(injected);
    }

    double current(const Eigen::VectorXd& voltages, int column) const {
        return sense_ * voltages(column_node(rows_ - 1, column));
    }

    // Voltage over a cell, from row to column.
    double over_cell(const Eigen::VectorXd& voltages, int row, int column) const {
        return voltages(row_node(row, column)) - voltages(column_node(row, column));
    }

private:
    int nodes() const { return 2 * rows_ * columns_; }
    int row_node(int row, int column) const { return row * columns_ + column; }
    int column_node(int row, int column) const { return (rows_ + row) * columns_ + column; }

    int rows_, columns_;
    double driver_, sense_;
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver_;
};

}  // namespace

Eigen::MatrixXd effective_conductances(const Eigen::MatrixXd& cells, double segment, int row_lead,
                                       int column_lead) {
    const Network network(cells, segment, row_lead, column_lead);
    Eigen::MatrixXd effective(cells.cols(), cells.rows());
    for (int m = 0; m < cells.rows(); ++m) {
        const Eigen::VectorXd voltages = network.driven(Eigen::VectorXd::Unit(cells.rows(), m));
        for (int j = 0; j < cells.cols(); ++j) effective(j, m) = network.current(voltages, j);
    }
    return effective;
}

Eigen::MatrixXd current_sensitivities(const Eigen::MatrixXd& cells, double segment,
                                      const Eigen::VectorXd& voltages, int column) {
    const Network network(cells, segment, 0, 0);
    const Eigen::VectorXd forward = network.driven(voltages), back = network.driven_back(column);
    Eigen::MatrixXd sensitivities(cells.rows(), cells.cols());
    for (int m = 0; m < cells.rows(); ++m) {
        for (int j = 0; j < cells.cols(); ++j) {
            sensitivities(m, j) = -network.over_cell(forward, m, j) * network.over_cell(back, m, j);
        }
    }
    return sensitivities;
}

}  // namespace quell::test
