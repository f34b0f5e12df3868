#include "models/network/dataset/cifar10.h"

#include "models/base/files.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace quell::network {
namespace {

constexpr std::int64_t image_bytes = 3 * 32 * 32, record_bytes = 1 + image_bytes, class_count = 10;

LabelledImages empty_set() {
    return {{3, 32, 32}, class_count, {}, {}};
}

void append(LabelledImages& images, const std::filesystem::path& file, std::int64_t limit) {
    refuse_folder(file);
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error("{}: cannot be read", file.string());
    std::error_code failure;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file, failure));
    if (failure) throw Error("{}: cannot be read: {}", file.string(), failure.message());
    if (size == 0 || size % record_bytes != 0) {
        throw Error(
            "{}: {} bytes are not a whole number of CIFAR-10 records of {} bytes; the file is cut short or "
            "something else",
            file.string(), size, record_bytes);
    }
    const std::int64_t taken = std::min(size / record_bytes, limit);
    std::vector<char> record(static_cast<std::size_t>(record_bytes));
    for (std::int64_t i = 0; i < taken; ++i) {
        if (!in.read(record.data(), record_bytes)) throw Error("{}: cannot be read", file.string());
        const auto label = static_cast<std::uint8_t>(record[0]);
        if (label >= class_count) {
            throw Error("{}: image {} has label {}, CIFAR-10's go from 0 to 9", file.string(), i, label);
        }
        images.labels.push_back(label);
        images.pixels.insert(images.pixels.end(), record.begin() + 1, record.end());
    }
}

}  // namespace

LabelledImages read_cifar10_file(const std::filesystem::path& file, std::optional<std::int64_t> limit) {
    LabelledImages images = empty_set();
    append(images, file, limit.value_or(std::numeric_limits<std::int64_t>::max()));
    return images;
}

LabelledImages read_cifar10(const std::filesystem::path& folder, Cifar10Part part,
                            std::optional<std::int64_t> limit) {
    if (!std::filesystem::is_directory(folder)) {
        throw Error("{}: no such folder; one with CIFAR-10's binary files (test_batch.bin, ...) is expected",
                    folder.string());
    }
    const std::int64_t wanted = limit.value_or(std::numeric_limits<std::int64_t>::max());
    LabelledImages images = empty_set();
    if (part == Cifar10Part::test) {
        append(images, folder / "test_batch.bin", wanted);
        return images;
    }
    for (int batch = 1; batch <= 5 && images.count() < wanted; ++batch) {
        append(images, folder / ("data_batch_" + std::to_string(batch) + ".bin"), wanted - images.count());
    }
    return images;
}

LabelledImages read_cifar10_calibration(const std::filesystem::path& folder, std::int64_t count) {
    const bool has_training_images = std::filesystem::exists(folder / "data_batch_1.bin");
    return read_cifar10(folder, has_training_images ? Cifar10Part::train : Cifar10Part::test, count);
}

}  // namespace quell::network
