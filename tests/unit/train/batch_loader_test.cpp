#include "sw/train/batch_loader.h"

#include "tests/support/catch.h"
#include "tests/unit/train/training_samples.h"

#include <algorithm>
#include <set>

using namespace quell;
using namespace quell::train;

namespace {

// Pixel value 7 i + 31 c + p, so that an element says where it comes from.
network::LabelledImages counted_images(std::int64_t count) {
    std::vector<std::int64_t> labels;
    std::vector<std::uint8_t> pixels;
    for (std::int64_t i = 0; i < count; ++i) {
        labels.push_back(i % 10);
        for (int c = 0; c < 2; ++c) {
            for (int p = 0; p < 16; ++p) pixels.push_back(static_cast<std::uint8_t>(7 * i + 31 * c + p + 1));
        }
    }
    return network::images_in_memory({2, 4, 4}, 10, std::move(labels), std::move(pixels));
}

const config::InputConfig raw{1, {0}, {1}};

std::vector<Batch> epoch_of(BatchLoader& loader, std::int64_t epoch, std::int64_t step = 0) {
    std::vector<Batch> batches;
    loader.begin(epoch, step);
    while (auto batch = loader.next()) batches.push_back(std::move(*batch));
    return batches;
}

}  // namespace

TEST_CASE("an epoch has every image once, in an order of its own") {
    const auto images = counted_images(22);
    BatchLoader loader(images, raw, {}, 5, 1);
    std::vector<std::vector<std::int64_t>> orders;
    for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
        const auto batches = epoch_of(loader, epoch);
        REQUIRE(batches.size() == 5);
        CHECK(batches.back().labels.size() == 2);
        orders.emplace_back();
        for (const Batch& batch : batches) {
            for (std::size_t i = 0; i < batch.places.size(); ++i) {
                const std::int64_t place = batch.places[i];
                orders.back().push_back(place);
                CHECK(batch.labels[i] == place % 10);
                CHECK(batch.images.values[i * 32] == static_cast<float>(7 * place + 1));
                CHECK(batch.images.values[i * 32 + 16] == static_cast<float>(7 * place + 32));
            }
        }
        CHECK(std::set(orders.back().begin(), orders.back().end()).size() == 22);
    }
    CHECK(orders[0] != orders[1]);
    BatchLoader other(images, raw, {}, 5, 2);
    CHECK(epoch_of(other, 0)[0].places != epoch_of(loader, 0)[0].places);
}

TEST_CASE("an epoch begun in its middle goes on as the whole one does") {
    const auto images = counted_images(22);
    BatchLoader loader(images, raw, {true, 1}, 5, 1), other(images, raw, {true, 1}, 5, 1);
    const auto whole = epoch_of(loader, 3), rest = epoch_of(other, 3, 2);
    REQUIRE(rest.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(rest[i].images == whole[i + 2].images);
}

TEST_CASE("images are flipped every other time and shifted by up to the padding") {
    const auto images = counted_images(1);
    BatchLoader loader(images, raw, {true, 1}, 1, 1);
    int flips = 0;
    std::set<std::pair<std::int64_t, std::int64_t>> shifts;
    constexpr int epochs = 400;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const auto batch = loader.make(epoch, 0);
        int matches = 0;
        for (const bool flipped : {false, true}) {
            for (std::int64_t down = -1; down <= 1; ++down) {
                for (std::int64_t right = -1; right <= 1; ++right) {
                    bool same = true;
                    for (std::int64_t c = 0; c < 2; ++c) {
                        for (std::int64_t row = 0; row < 4; ++row) {
                            for (std::int64_t column = 0; column < 4; ++column) {
                                std::int64_t r = row + down, k = column + right;
                                const bool inside = r >= 0 && r < 4 && k >= 0 && k < 4;
                                if (flipped) k = 3 - k;
                                const float expected =
                                    inside ? static_cast<float>(31 * c + 4 * r + k + 1) : 0.0F;
                                const auto at = static_cast<std::size_t>((c * 4 + row) * 4 + column);
                                same = same && batch.images.values[at] == expected;
                            }
                        }
                    }
                    if (!same) continue;
                    ++matches;
                    flips += flipped;
                    shifts.insert({down, right});
                }
            }
        }
        CHECK(matches == 1);
    }
    // Binomial, p = 1/2: a deviation of 10.
    CHECK(std::abs(flips - epochs / 2) < 45);
    CHECK(shifts.size() == 9);
}

TEST_CASE("images in order are as the simulator normalises them") {
    const auto images = counted_images(3);
    const Batch batch = batch_in_order(images, {0.5, {1, 2}, {2, 4}}, 1, 2);
    CHECK(batch.places == std::vector<std::int64_t>{1, 2});
    CHECK(batch.labels == std::vector<std::int64_t>{1, 2});
    CHECK(batch.images.values[0] == Approx((8 * 0.5 - 1) / 2));
    CHECK(batch.images.values[16] == Approx((39 * 0.5 - 2) / 4));
}
