#include "models/network/dataset/image_folder.h"

#include "models/network/dataset/class_folders.h"
#include "models/network/dataset/class_names.h"
#include "models/network/dataset/image_file.h"
#include "models/network/dataset/image_resampling.h"
#include "models/network/executor.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace quell::network {
namespace {

namespace fs = std::filesystem;

// Resampling to what a network takes.
class ImageFiles final : public PixelSource {
public:
    ImageFiles(std::vector<std::string> files, Extent extent, const config::InputConfig& input)
        : files_(std::move(files)), extent_(extent), input_(input) {}

    void read(std::int64_t index, std::span<std::uint8_t> pixels) const override {
        const RgbImage image = read_image_file(files_[static_cast<std::size_t>(index)]);
        const Extent now{image.height, image.width};
        const bool fits = now == extent_ && input_.resize == 0;
        const Extent resized = fits ? now : resized_extent(now, shorter_side());
        resize_and_crop(image, resized, centre_crop(resized, extent_), input_.interpolation, pixels);
    }

    bool is_slow() const override { return true; }

private:
    // As ImageNet is evaluated: 256 for 224.
    std::int64_t shorter_side() const {
        if (input_.resize > 0) return input_.resize;
        return std::lround(256.0 / 224.0 * static_cast<double>(std::max(extent_.height, extent_.width)));
    }

    std::vector<std::string> files_;
    Extent extent_;
    config::InputConfig input_;
};

struct Listed {
    std::vector<std::string> files;
    std::vector<std::int64_t> labels;
};

// One of every class, then the next of every class that has one, ...
Listed in_turns(ClassFolders classes, const std::vector<std::int64_t>& numbers) {
    Listed listed;
    std::size_t longest = 0;
    for (const auto& files : classes.files) longest = std::max(longest, files.size());
    for (std::size_t turn = 0; turn < longest; ++turn) {
        for (std::size_t c = 0; c < classes.files.size(); ++c) {
            if (turn >= classes.files[c].size()) continue;
            listed.files.push_back(std::move(classes.files[c][turn]));
            listed.labels.push_back(numbers[c]);
        }
    }
    return listed;
}

// Leaves out what cannot be read, until `wanted` images (0: all) are found.
SkippedImages leave_out_unreadable(Listed& listed, std::int64_t wanted, int threads) {
    constexpr std::size_t portion = 256;  // looked at between two counts
    SkippedImages skipped;
    Listed kept;
    for (std::size_t first = 0; first < listed.files.size(); first += portion) {
        const std::size_t count = std::min(portion, listed.files.size() - first);
        std::vector<std::string> problems(count);
        for_each_image(static_cast<std::int64_t>(count), threads, [&](std::int64_t i, int) {
            const auto at = static_cast<std::size_t>(i);
            try {
                read_image_file(listed.files[first + at]);
            } catch (const Error& error) {
                problems[at] = error.what();
            }
        });
        for (std::size_t i = 0; i < count; ++i) {
            if (wanted > 0 && static_cast<std::int64_t>(kept.files.size()) == wanted) break;
            if (problems[i].empty()) {
                kept.files.push_back(std::move(listed.files[first + i]));
                kept.labels.push_back(listed.labels[first + i]);
            } else if (skipped.count++ == 0) {
                skipped.first = problems[i];
            }
        }
        if (wanted > 0 && static_cast<std::int64_t>(kept.files.size()) == wanted) break;
    }
    listed = std::move(kept);
    return skipped;
}

}  // namespace

bool has_training_folder(const fs::path& folder) {
    return has_folders(folder / "train");
}

fs::path image_part_folder(const fs::path& folder, Part part) {
    const fs::path train = folder / "train", val = folder / "val";
    if (part == Part::train) {
        if (has_training_folder(folder)) return train;
        throw Error(
            "{}: no such folder, or no class's folder in it; the images to train with are expected there",
            train.string());
    }
    if (has_folders(val)) return val;
    if (!has_training_folder(folder)) return folder;
    throw Error(
        "{}: no such folder, or no class's folder in it; beside train the images to test with are expected "
        "there",
        val.string());
}

LabelledImages read_image_folder(const fs::path& folder, const ImageFolderRequest& request,
                                 const config::InputConfig& input) {
    const Shape& shape = request.network_shape;
    if (shape.size() != 3 || shape[0] != 3 || shape[1] < 1 || shape[2] < 1) {
        throw Error("{}: image files have the shape 3xHxW, the network takes {}", folder.string(),
                    to_string(shape));
    }
    const std::int64_t least = std::max(shape[1], shape[2]);
    if (input.resize > 0 && input.resize < least) {
        throw UsageError("input.resize = {}: the network takes {}x{} pixels, at least {} expected",
                         input.resize, shape[1], shape[2], least);
    }
    ClassFolders classes = list_class_folders(folder);
    LabelledImages images;
    images.image_shape = shape;
    images.class_names = classes.names;
    std::vector<std::int64_t> numbers;
    if (request.class_names.empty()) {
        for (std::size_t c = 0; c < classes.names.size(); ++c)
            numbers.push_back(static_cast<std::int64_t>(c));
    } else {
        images.class_names = read_class_names(request.class_names);
        for (const std::string& name : classes.names)
            numbers.push_back(find_class(images.class_names, name, request.class_names));
    }
    images.classes = static_cast<std::int64_t>(images.class_names.size());
    Listed listed = in_turns(std::move(classes), numbers);
    if (request.unreadable == Unreadable::skip) {
        images.skipped = leave_out_unreadable(listed, request.limit, request.threads);
        if (listed.files.empty())
            throw Error("not one of {} images can be read; the first: {}", images.skipped.count,
                        images.skipped.first);
    }
    const auto count = static_cast<std::int64_t>(listed.files.size());
    if (request.limit > count && request.if_short == Short::refused)
        throw Error("{}: {} images expected, {} came", folder.string(), request.limit, count);
    if (request.limit > 0 && request.limit < count) {
        listed.files.resize(static_cast<std::size_t>(request.limit));
        listed.labels.resize(static_cast<std::size_t>(request.limit));
    }
    images.labels = std::move(listed.labels);
    images.source = std::make_shared<ImageFiles>(std::move(listed.files), Extent{shape[1], shape[2]}, input);
    return images;
}

}  // namespace quell::network
