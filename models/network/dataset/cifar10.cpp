#include "models/network/dataset/cifar10.h"

#include "models/base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace quell::network {
namespace {

constexpr std::int64_t image_bytes = 3 * 32 * 32, record_bytes = 1 + image_bytes, class_count = 10,
                       file_images = 10000;  // of every file as published

struct Records {
    std::vector<std::int64_t> labels;
    std::vector<std::uint8_t> pixels;  // (N,3,32,32)

    std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
};

LabelledImages to_images(Records records) {
    return images_in_memory({3, 32, 32}, class_count, std::move(records.labels), std::move(records.pixels));
}

// The first images of the file: `wanted` of them, or all of a whole file, but no more than a whole file has.
void append(Records& images, const std::filesystem::path& file, std::optional<std::int64_t> wanted,
            Short if_short = Short::refused) {
    refuse_folder(file);
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error("{}: cannot be read: {}", file.string(), std::strerror(errno));
    std::error_code failure;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file, failure));
    if (failure) throw Error("{}: cannot be read: {}", file.string(), failure.message());
    if (size == 0 || size % record_bytes != 0) {
        throw Error(
            "{}: {} bytes are not a whole number of CIFAR-10 records of {} bytes; the file is cut short or "
            "something else",
            file.string(), size, record_bytes);
    }
    const std::int64_t records = size / record_bytes;
    if (if_short == Short::refused && !wanted && records != file_images) {
        throw Error(
            "{}: {} images expected, {} came; a limit of at most {} takes the first ones of what is there",
            file.string(), file_images, records, records);
    }
    if (if_short == Short::refused && wanted && records < *wanted) {
        throw Error("{}: {} images expected, {} came", file.string(), *wanted, records);
    }
    const std::int64_t taken = std::min(records, wanted.value_or(file_images));
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
    Records images;
    append(images, file, limit);
    return to_images(std::move(images));
}

LabelledImages read_cifar10(const std::filesystem::path& folder, Cifar10Part part,
                            std::optional<std::int64_t> limit) {
    if (!std::filesystem::is_directory(folder)) {
        throw Error("{}: no such folder; one with CIFAR-10's binary files (test_batch.bin, ...) is expected",
                    folder.string());
    }
    Records images;
    if (part == Cifar10Part::test) {
        append(images, folder / "test_batch.bin", limit);
        return to_images(std::move(images));
    }
    constexpr int files = 5;
    if (limit && *limit > files * file_images) {
        throw Error("{}: {} images expected, CIFAR-10 has {} to train with", folder.string(), *limit,
                    files * file_images);
    }
    for (int batch = 1; batch <= files && images.count() < limit.value_or(files * file_images); ++batch) {
        const std::filesystem::path file = folder / ("data_batch_" + std::to_string(batch) + ".bin");
        const std::int64_t left = limit.value_or(0) - images.count();
        append(images, file,
               limit && left < file_images ? std::optional(left) : std::optional<std::int64_t>());
    }
    return to_images(std::move(images));
}

bool has_calibration_images(const std::filesystem::path& folder) {
    return std::filesystem::exists(folder / "data_batch_1.bin");
}

LabelledImages read_cifar10_calibration(const std::filesystem::path& folder, std::int64_t count) {
    Records images;
    if (has_calibration_images(folder)) {
        append(images, folder / "data_batch_1.bin", count);
    } else {
        append(images, folder / "test_batch.bin", count, Short::taken);
    }
    return to_images(std::move(images));
}

}  // namespace quell::network
