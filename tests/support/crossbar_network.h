// A crossbar as the network of resistors that it is: the reference for models of IR drop.
#pragma once

#include <Eigen/Dense>

namespace quell::test {

// What the sense ends see of each input: currents = effective_conductances * voltages, (columns, rows), by an
// exact nodal solve of the 2 rows columns nodes in double precision. cells: (rows, columns) conductances;
// segment: wire resistance from cell to cell in the inverse unit. Drivers sit before the first column, ideal
// grounds behind the last row, each one segment away from the next cell plus these leads.
Eigen::MatrixXd effective_conductances(const Eigen::MatrixXd& cells, double segment, int row_lead = 0,
                                       int column_lead = 0);

// By how much the current of `column` changes with each cell's conductance when the rows are at these
// voltages: (rows, columns), exact (by the adjoint network).
Eigen::MatrixXd current_sensitivities(const Eigen::MatrixXd& cells, double segment,
                                      const Eigen::VectorXd& voltages, int column);

}  // namespace quell::test
