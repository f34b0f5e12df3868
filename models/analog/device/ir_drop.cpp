#include "models/analog/device/ir_drop.h"

#include <cstddef>
#include <vector>

namespace quell::analog {
namespace {

// A ladder: seen from the driven end, `behind` is the conductance of a cell and of all behind it, and a
// segment in front of it passes 1 / (1 + r behind) of the voltage.
//
// All row wires at once, column by column.
void attenuate_rows(float r, const WiredCells& cells) {
    const auto rows = static_cast<std::size_t>(cells.rows);
    std::vector<float> behind(rows, 0.0F), voltage(rows);
    for (std::size_t j = cells.conductances.size(); j-- > 1;) {
        const float* g = cells.conductances[j];
        float* passed = cells.attenuations[j];
        for (std::size_t m = 0; m < rows; ++m) {
            const float all = g[m] + behind[m];
            passed[m] = 1.0F / (1.0F + r * all);
            behind[m] = all * passed[m];
        }
    }
    const float lead = r * static_cast<float>(1 + cells.row_lead);
    for (std::size_t m = 0; m < rows; ++m) {
        voltage[m] = 1.0F / (1.0F + lead * (cells.conductances[0][m] + behind[m]));
        cells.attenuations[0][m] = voltage[m];
    }
    for (std::size_t j = 1; j < cells.conductances.size(); ++j) {
        float* passed = cells.attenuations[j];
        for (std::size_t m = 0; m < rows; ++m) {
            voltage[m] *= passed[m];
            passed[m] = voltage[m];
        }
    }
}

// One column wire, into `attenuation`, which holds that of the rows.
void attenuate_column(float r, float lead, std::size_t rows, const float* g, float* attenuation,
                      std::vector<float>& passed) {
    float behind = 0;
    for (std::size_t m = 0; m + 1 < rows; ++m) {
        const float all = g[m] + behind;
        passed[m] = 1.0F / (1.0F + r * all);
        behind = all * passed[m];
    }
    float voltage = 1.0F / (1.0F + lead * (g[rows - 1] + behind));
    for (std::size_t m = rows; m-- > 0;) {
        if (m + 1 < rows) voltage *= passed[m];
        passed[m] = voltage;
    }
    for (std::size_t m = 0; m < rows; ++m) {
        attenuation[m] =
            attenuation[m] * passed[m] / (attenuation[m] + passed[m] - attenuation[m] * passed[m]);
    }
}

}  // namespace

void attenuate(double segment, const WiredCells& cells) {
    const auto r = static_cast<float>(segment);
    attenuate_rows(r, cells);
    std::vector<float> passed(static_cast<std::size_t>(cells.rows));
    const float lead = r * static_cast<float>(1 + cells.column_lead);
    for (std::size_t j = 0; j < cells.conductances.size(); ++j) {
        attenuate_column(r, lead, passed.size(), cells.conductances[j], cells.attenuations[j], passed);
    }
}

}  // namespace quell::analog
