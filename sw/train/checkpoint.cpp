#include "sw/train/checkpoint.h"

#include "models/base/npy.h"
#include "models/base/sha256.h"
#include "sw/train/line_difference.h"
#include "sw/train/output_files.h"

#include <filesystem>
#include <span>
#include <variant>

namespace quell::train {
namespace {

const std::string tensor_prefix = "tensor:";
constexpr std::int64_t format_version = 2;

using Arrays = std::map<std::string, NpyArray>;

template <typename T>
const Tensor<T>& array(const Arrays& arrays, const std::string& path, const std::string& name) {
    const auto found = arrays.find(name);
    if (found == arrays.end()) throw Error("{}: no checkpoint of a training, '{}' is missing", path, name);
    return expect<T>(found->second, path + ": '" + name + "'");
}

// Of all that is in the file: the archive guards its members' contents, not their names.
std::string digest(const Arrays& arrays) {
    std::string all;
    for (const auto& [name, array] : arrays) {
        all += name + '\n';
        std::visit(
            [&](const auto& tensor) {
                all += to_string(tensor.shape) + '\n';
                const auto bytes = std::as_bytes(std::span(tensor.values));
                all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            },
            array);
    }
    return sha256(std::as_bytes(std::span(all)));
}

Tensor<std::uint8_t> text_array(const std::string& text) {
    return {{static_cast<std::int64_t>(text.size())}, {text.begin(), text.end()}};
}

void check_description(const std::string& path, const std::string& found, const std::string& expected) {
    if (found == expected) return;
    const LineDifference lines = first_difference(expected, found);
    throw Error("{}: the checkpoint of another training: '{}' expected, '{}' came", path, lines.expected,
                lines.found);
}

// All but the digest. Throws Error when the file is none of ours, or not as it was written.
Arrays whole_arrays(const std::string& path) {
    Arrays arrays = read_npz(path);
    const auto& counts = array<std::int64_t>(arrays, path, "counts");
    if (counts.shape != Shape{6} || counts.values[0] != format_version) {
        throw Error("{}: a checkpoint of format {} is expected, {} came", path, format_version,
                    counts.values.empty() ? 0 : counts.values[0]);
    }
    const Tensor<std::uint8_t> written = array<std::uint8_t>(arrays, path, "digest");
    arrays.erase("digest");
    if (written.values != text_array(digest(arrays)).values)
        throw Error("{}: damaged, its contents are not those it was written with", path);
    return arrays;
}

}  // namespace

void write_checkpoint(const std::string& path, const Checkpoint& c) {
    Arrays arrays;
    arrays.emplace("description", text_array(c.description));
    arrays.emplace("counts", Tensor<std::int64_t>({6}, {format_version, c.epoch, c.step, c.optimiser_steps,
                                                        c.images, c.correct}));
    arrays.emplace("sums", Tensor<double>({2}, {c.loss_sum, c.seconds}));
    for (const auto& [name, tensor] : c.tensors) arrays.emplace(tensor_prefix + name, tensor);
    arrays.emplace("digest", text_array(digest(arrays)));
    replace_file(path, [&](const std::string& fresh) { write_npz(fresh, arrays); });
}

void require_checkpoint(const std::string& path) {
    if (!std::filesystem::exists(path))
        throw Error("{}: no such file; a training without a checkpoint begins without --resume", path);
    whole_arrays(path);
}

Checkpoint read_checkpoint(const std::string& path, const std::string& description) {
    const Arrays arrays = whole_arrays(path);
    const auto& counts = array<std::int64_t>(arrays, path, "counts");
    Checkpoint c;
    const auto& text = array<std::uint8_t>(arrays, path, "description");
    c.description.assign(text.values.begin(), text.values.end());
    check_description(path, c.description, description);
    c.epoch = counts.values[1];
    c.step = counts.values[2];
    c.optimiser_steps = counts.values[3];
    c.images = counts.values[4];
    c.correct = counts.values[5];
    const auto& sums = array<double>(arrays, path, "sums");
    if (sums.shape != Shape{2})
        throw Error("{}: 'sums' of shape 2 expected, {} came", path, to_string(sums.shape));
    c.loss_sum = sums.values[0];
    c.seconds = sums.values[1];
    for (const auto& [name, value] : arrays) {
        if (name.rfind(tensor_prefix, 0) == 0)
            c.tensors[name.substr(tensor_prefix.size())] = expect<float>(value, path + ": '" + name + "'");
    }
    return c;
}

}  // namespace quell::train
