// What `quell run --format json` printed, read back.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quell::study {

using NamedNumbers = std::vector<std::pair<std::string, double>>;  // in the file's order

struct RecordedLayer {
    std::int64_t number = 0;  // of a convolution, from 1; 0: not one
    std::string name, op, output;
    double macs = 0, cycles = 0, denoiser_cycles = 0;
    double energy_uj = 0, denoiser_energy_uj = 0;
    NamedNumbers breakdown, denoiser_breakdown;  // cycles
};

struct RunRecord {
    std::string model, fidelity, note;
    NamedNumbers figures;  // every other number of the record's top: "total_cycles", "latency_us", ...
    NamedNumbers energy_by_module_uj;
    std::vector<RecordedLayer> layers;  // convolutions first, then everything else

    double figure(const std::string& name) const;  // 0 where it is not there
    bool has(const std::string& name) const;
};

// Throws Error naming `file` and the key: no JSON, cut off, another schema, a key that is missing or no
// number from 0.
RunRecord parse_run(const std::string& text, const std::string& file);

}  // namespace quell::study
