#include "sw/cli/block_files.h"

#include "models/base/files.h"
#include "models/base/npy.h"
#include "sw/cli/file_roles.h"

#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

namespace quell::cli {

using denoiser::Word;

namespace {

// The map in a file, (C,H,W).
Tensor<Word> read_map(const std::string& path) {
    const NpyArray array = read_npy(path);
    Tensor<Word> map = expect<Word>(array, path);
    if (map.shape.size() != 3 || map.size() == 0) {
        throw Error("{}: shape (C,H,W) expected, none of it zero, {} came", path, to_string(map.shape));
    }
    return map;
}

void refuse_what_is_too_large(const denoiser::Geometry& g) {
    constexpr std::int64_t most = std::int64_t{1} << 27;
    const auto refuse = [&](std::int64_t count, const char* what) {
        if (count <= most) return;
        throw Error(
            "a block of {}x{}x{} has {} {}, expected at most 2^27 where they are computed or written; "
            "--fidelity analytic gives its cycles",
            g.channels, g.height, g.width, count, what);
    };
    refuse(g.elements(), "elements");
    refuse(g.parameters(), "weights");
}

}  // namespace

void BlockFiles::register_arguments(config::OptionTable& table) {
    constexpr double largest = 2147483647;
    table.add_argument("channels", channels_).range(1, 65536).help("Channels of the feature map");
    table.add_argument("height", height_).range(1, largest).help("Rows of the feature map");
    table.add_argument("width", width_).range(1, largest).help("Columns of the feature map");
    table.add_argument("input", input_)
        .help("The feature map, int16 (C,H,W), .npy; drawn from the seed without");
    table.add_argument("weights", weights_)
        .help(
            "The block's weights, .npz; drawn from the seed without. The file decides about biases, not "
            "denoiser.bias");
    table.add_argument("dump", dump_).help("Write the output words, int16 (C,H,W), to this .npy file");
    table.add_argument("dump-input", dump_input_).help("Write the input words to this .npy file");
    table.add_argument("dump-weights", dump_weights_).help("Write the weights to this .npz file");
}

void BlockFiles::check(config::Fidelity fidelity,
                       const std::vector<std::pair<const char*, std::string>>& others) const {
    if (fidelity == config::Fidelity::analytic && !dump_.empty()) {
        throw UsageError("--dump {}: analytic computes no values, expected --fidelity transaction", dump_);
    }
    std::vector<FileRole> written{
        {"--dump", dump_}, {"--dump-input", dump_input_}, {"--dump-weights", dump_weights_}};
    // What cannot be written is said before anything is computed.
    require_places(written);
    for (const auto& [option, file] : others) written.push_back({option, file});
    require_different_files({{"--input", input_}, {"--weights", weights_}}, written);
}

// The shape asked for; what is absent comes from the input file, and what is there must agree with it.
denoiser::Geometry BlockFiles::geometry(const config::DenoiserConfig& config, const Tensor<Word>* map) const {
    std::int64_t shape[3] = {channels_, height_, width_};
    static constexpr const char* names[3] = {"--channels", "--height", "--width"};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (map != nullptr && shape[axis] != 0 && shape[axis] != map->shape[axis]) {
            throw Error("{}: {} = {} expected, the array is {}", input_, names[axis], shape[axis],
                        to_string(map->shape));
        }
        if (map != nullptr) shape[axis] = map->shape[axis];
        if (shape[axis] == 0) {
            throw UsageError("{} is missing; usage: quell block {}", names[axis], kBlockSynopsis);
        }
    }
    return denoiser::make_geometry(shape[0], shape[1], shape[2], config);
}

BlockWork BlockFiles::read(const config::Configuration& c, bool with_words) const {
    BlockWork work;
    std::optional<Tensor<Word>> map;
    if (!input_.empty()) map = read_map(input_);
    work.geometry = geometry(c.denoiser, map ? &*map : nullptr);
    if (with_words) refuse_what_is_too_large(work.geometry);
    if (!weights_.empty()) {
        work.weights = denoiser::read_weights(weights_, work.geometry);
    } else if (with_words) {
        work.weights = denoiser::draw_weights(work.geometry, c.run.seed);
    }
    if (map) {
        work.x = std::move(map->values);
    } else if (with_words) {
        work.x = denoiser::draw_input(work.geometry, c.run.seed);
    }
    return work;
}

void BlockFiles::write(const BlockWork& work, const std::vector<Word>* y) const {
    const denoiser::Geometry& g = work.geometry;
    const Shape shape{g.channels, g.height, g.width};
    if (!dump_input_.empty()) write_npy(dump_input_, Tensor<Word>(shape, work.x));
    if (!dump_weights_.empty()) denoiser::write_weights(dump_weights_, work.weights, g);
    if (!dump_.empty() && y != nullptr) write_npy(dump_, Tensor<Word>(shape, *y));
}

}  // namespace quell::cli
