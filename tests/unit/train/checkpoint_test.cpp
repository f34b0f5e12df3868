#include "sw/train/checkpoint.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace quell;
using namespace quell::train;

namespace {

Checkpoint sample() {
    Checkpoint c;
    c.description = "network = a\nseed = 1\n";
    c.epoch = 2;
    c.step = 7;
    c.optimiser_steps = 99;
    c.loss_sum = 1.25;
    c.images = 64;
    c.correct = 33;
    c.seconds = 4.5;
    c.tensors["parameter block 3.reduce"] = Tensor<float>({2, 1}, {1.5F, -2.25F});
    c.tensors["buffer constant bn1/running_mean"] = Tensor<float>({1}, {0.125F});
    return c;
}

}  // namespace

TEST_CASE("a checkpoint comes back as it was written") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a.checkpoint.npz");
    write_checkpoint(file, sample());
    CHECK(read_checkpoint(file, sample().description) == sample());
    CHECK_FALSE(std::filesystem::exists(file + ".new"));
}

TEST_CASE("the checkpoint of another training is refused with the line that differs") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a.checkpoint.npz");
    write_checkpoint(file, sample());
    CHECK_THROWS_WITH(read_checkpoint(file, "network = a\nseed = 2\n"),
                      test::contains("'seed = 2' expected, 'seed = 1' came"));
    CHECK_THROWS_WITH(read_checkpoint(file, "network = a\nseed = 1\nblock = 1\n"),
                      test::contains("'block = 1'"));
}

TEST_CASE("a checkpoint cut short anywhere, or that is something else, is refused by name") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a.checkpoint.npz"), cut = folder.file("cut.npz");
    write_checkpoint(file, sample());
    const auto size = std::filesystem::file_size(file);
    for (std::uintmax_t part = 0; part < size; part += size / 9) {
        std::filesystem::copy_file(file, cut, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(cut, part);
        CHECK_THROWS_WITH(read_checkpoint(cut, sample().description), test::contains("cut.npz"));
    }
    std::ofstream(cut) << "no archive";
    CHECK_THROWS_WITH(read_checkpoint(cut, sample().description), test::contains("cut.npz"));
    CHECK_THROWS_WITH(read_checkpoint(folder.file("none.npz"), ""), test::contains("none.npz"));
}

TEST_CASE("a checkpoint with any byte changed is refused by name, or still the same") {
    const test::TemporaryFolder folder;
    const std::string file = folder.file("a.checkpoint.npz"), changed = folder.file("changed.npz");
    write_checkpoint(file, sample());
    std::string bytes;
    {
        std::ifstream in(file, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string other = bytes;
        other[at] = static_cast<char>(other[at] ^ (1 << at % 8));
        std::ofstream(changed, std::ios::binary) << other;
        try {
            // Dates and the like of the archive say nothing of the training.
            if (!(read_checkpoint(changed, sample().description) == sample())) FAIL_CHECK("byte " << at);
        } catch (const Error& error) {
            ++refused;
            CHECK_THAT(std::string(error.what()), test::contains("changed.npz"));
        }
    }
    CHECK(refused > bytes.size() / 2);
}
