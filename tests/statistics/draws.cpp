#include "tests/statistics/draws.h"

#include "models/denoiser/noise_lanes.h"

#include <memory>

namespace quell::statistics {

Draw normals(const Generator& generator, std::uint64_t seed) {
    struct State {
        denoiser::NoiseSource source;
        denoiser::NoiseLanes lanes;
        Series elements;  // element e goes to lane e mod lanes
        State(const Generator& g, std::uint64_t key)
            : source(g.width, g.lanes, g.normals_per_pair),
              lanes(source, denoiser::base_seed({key, 0, 0}, g.width)) {}
    };
    const auto state = std::make_shared<State>(generator, seed);
    return [state](std::vector<Series>& series) {
        const std::size_t lanes = series.size(), count = series.front().size();
        state->elements.resize(lanes * count);
        state->lanes.fill(0, static_cast<int>(lanes), state->elements);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (std::size_t n = 0; n < count; ++n) series[lane][n] = state->elements[n * lanes + lane];
        }
    };
}

Draw registers(const Generator& generator, std::uint64_t seed) {
    struct State {
        denoiser::NoiseSource source;
        std::vector<std::uint64_t> registers;
        State(const Generator& g, std::uint64_t key)
            : source(g.width, g.lanes, g.normals_per_pair),
              registers(source.starts(denoiser::base_seed({key, 0, 0}, g.width))) {}
    };
    const auto state = std::make_shared<State>(generator, seed);
    const int shift = generator.width - 12;
    return [state, shift](std::vector<Series>& series) {
        const numeric::LfsrLeap& leap = state->source.leap();
        for (std::size_t k = 0; k < series.size(); ++k) {
            std::uint64_t word = state->registers[k];
            for (numeric::Word& sample : series[k]) {
                sample = static_cast<numeric::Word>(static_cast<std::int64_t>(word >> shift) - 2048);
                word = leap(word);
            }
            state->registers[k] = word;
        }
    };
}

}  // namespace quell::statistics
