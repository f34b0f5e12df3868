// `quell block --memory-image`: the files alone are enough to come to the same output, by a block written
// here from docs/numerics.md with nothing of the project in it.
#include "tests/support/catch.h"
#include "tests/support/systemc_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/run_quell.h"

#include "models/base/npy.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

using namespace quell;
using nlohmann::json;
using test::contains;
using test::Outcome;
using test::run_quell;

namespace {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What IEEE 1364-2005, 17.2.9 says of $readmemh: white space, comments, @addresses and numbers.
std::map<std::uint64_t, std::uint64_t> readmemh(const std::string& path) {
    const std::string text = read_text(path);
    std::map<std::uint64_t, std::uint64_t> memory;
    std::uint64_t address = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
            ++at;
        } else if (text.compare(at, 2, "//") == 0) {
            at = text.find('\n', at);
        } else if (text.compare(at, 2, "/*") == 0) {
            at = text.find("*/", at) + 2;
        } else {
            const bool moves = text[at] == '@';
            const std::size_t from = moves ? at + 1 : at;
            std::size_t end = from;
            while (end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
            REQUIRE(end > from);
            const std::uint64_t number = std::stoull(text.substr(from, end - from), nullptr, 16);
            if (moves) {
                address = number;
            } else {
                memory[address++] = number;
            }
            at = end;
        }
    }
    return memory;
}

using Words = std::vector<std::int64_t>;

// One of the image's files as numbers, two's complement where `is_signed`.
Words read_words(const std::string& folder, const json& description, const std::string& name,
                 bool is_signed) {
    for (const json& file : description["files"]) {
        if (file["file"] != name) continue;
        const auto memory = readmemh((std::filesystem::path(folder) / name).string());
        REQUIRE(memory.size() == file["words"].get<std::size_t>());
        REQUIRE(memory.rbegin()->first + 1 == memory.size());
        const int bits = file["word_bits"];
        Words words;
        for (const auto& [address, value] : memory) {
            REQUIRE((bits == 64 || value >> bits == 0));
            const bool negative = is_signed && (value >> (bits - 1) & 1) != 0;
            words.push_back(static_cast<std::int64_t>(value) - (negative ? std::int64_t{1} << bits : 0));
        }
        return words;
    }
    FAIL("block.json names no " << name);
    return {};
}

std::int64_t round_shift(std::int64_t v, int s) {
    return s > 0 ? (v + (std::int64_t{1} << (s - 1))) >> s : v * (std::int64_t{1} << -s);
}
std::int64_t requantise(std::int64_t v, int s) {
    return std::clamp<std::int64_t>(round_shift(v, s), -32768, 32767);
}
// Of numbers below 2^52, so that the double's root is off by one at most.
std::int64_t root(std::int64_t v) {
    auto r = static_cast<std::int64_t>(std::sqrt(static_cast<double>(v)));
    while (r * r > v) --r;
    while ((r + 1) * (r + 1) <= v) ++r;
    return r;
}

// docs/numerics.md, sections 2 and 4 to 6, on the files of one folder.
class Stranger {
public:
    explicit Stranger(const std::string& folder)
        : description_(json::parse(read_text(folder + "/block.json"))), folder_(folder) {
        channels_ = description_["channels"];
        height_ = description_["height"];
        width_ = description_["width"];
        bottleneck_ = description_["plan"]["bottleneck"];
        groups_ = description_["plan"]["groups"];
        pixels_ = height_ * width_;
        image_ = read_words(folder, description_, "weights.hex", true);
    }

    Words output() {
        const Words x = read_words(folder_, description_, "input.hex", true);
        Words d = depthwise(reduce(x));
        const Words m = head("mean", d);
        const json& f = description_["fraction_bits"];
        const int fx = f["x"], fm = f["mean_out"];
        Words y(x.size());
        if (description_["noise"].is_null()) {
            const int common = std::max(fx, fm);
            for (std::size_t e = 0; e < y.size(); ++e) {
                y[e] = requantise((x[e] << (common - fx)) - (m[e] << (common - fm)), common - fx);
            }
            return y;
        }
        const Words v = head("variance", d);
        const int n = 20 + f["variance_out"].get<int>() / 2;
        const int common = std::max({fx, fm, n});
        for (const auto& [e, lane] : order()) {
            const std::int64_t s = root(std::max<std::int64_t>(v[e], 0) * 65536);
            y[e] = requantise(x[e] * (std::int64_t{1} << (common - fx)) -
                                  m[e] * (std::int64_t{1} << (common - fm)) -
                                  normal(lane) * s * (std::int64_t{1} << (common - n)),
                              common - fx);
        }
        return y;
    }

    const json& description() const { return description_; }

private:
    std::size_t first_word(const std::string& tensor) const {
        for (const json& part : description_["weights"]) {
            if (part["tensor"] == tensor) return part["first_word"];
        }
        FAIL("block.json names no " << tensor);
        return 0;
    }
    std::int64_t weight(const std::string& tensor, std::int64_t k) const {
        return image_.at(first_word(tensor + ".weight") + static_cast<std::size_t>(k));
    }
    std::int64_t bias(const std::string& tensor, std::int64_t k) const {
        if (!description_["bias"].get<bool>()) return 0;
        const std::size_t at = first_word(tensor + ".bias") + 3 * static_cast<std::size_t>(k);
        return (image_.at(at + 2) << 32) + ((image_.at(at + 1) & 0xFFFF) << 16) + (image_.at(at) & 0xFFFF);
    }
    int shift(const std::string& name) const { return description_["shifts"][name]; }
    std::int64_t leaky(std::int64_t w) const { return w >= 0 ? w : round_shift(w, shift("leaky")); }
    static std::size_t at(std::int64_t k) { return static_cast<std::size_t>(k); }

    Words reduce(const Words& x) const {
        Words r(at(bottleneck_ * pixels_));
        for (std::int64_t b = 0; b < bottleneck_; ++b) {
            for (std::int64_t p = 0; p < pixels_; ++p) {
                std::int64_t sum = bias("reduce", b);
                for (std::int64_t c = 0; c < channels_; ++c)
                    sum += weight("reduce", b * channels_ + c) * x[at(c * pixels_ + p)];
                r[at(b * pixels_ + p)] = leaky(requantise(sum, shift("reduce")));
            }
        }
        return r;
    }

    Words depthwise(const Words& r) const {
        Words d(r.size());
        for (std::int64_t b = 0; b < bottleneck_; ++b) {
            for (std::int64_t row = 0; row < height_; ++row) {
                for (std::int64_t column = 0; column < width_; ++column) {
                    std::int64_t sum = bias("depthwise", b);
                    for (std::int64_t i = 0; i < 3; ++i) {
                        for (std::int64_t j = 0; j < 3; ++j) {
                            const std::int64_t y = row + i - 1, x = column + j - 1;
                            if (y < 0 || y >= height_ || x < 0 || x >= width_) continue;
                            sum +=
                                weight("depthwise", b * 9 + i * 3 + j) * r[at(b * pixels_ + y * width_ + x)];
                        }
                    }
                    d[at(b * pixels_ + row * width_ + column)] = leaky(requantise(sum, shift("depthwise")));
                }
            }
        }
        return d;
    }

    Words head(const std::string& name, const Words& d) const {
        const std::int64_t inputs = bottleneck_ / groups_;
        Words h(at(channels_ * pixels_));
        for (std::int64_t c = 0; c < channels_; ++c) {
            const std::int64_t first = c / (channels_ / groups_) * inputs;
            for (std::int64_t p = 0; p < pixels_; ++p) {
                std::int64_t sum = bias(name, c);
                for (std::int64_t k = 0; k < inputs; ++k)
                    sum += weight(name, c * inputs + k) * d[at((first + k) * pixels_ + p)];
                h[at(c * pixels_ + p)] = requantise(sum, shift(name));
            }
        }
        return h;
    }

    // Elements as they are cancelled, each with its lane.
    std::vector<std::pair<std::size_t, std::size_t>> order() const {
        const json& plan = description_["plan"];
        const std::int64_t strip = plan["strip_pixels"], tile = plan["head_channels"],
                           lanes = plan["lanes_used"];
        std::vector<std::pair<std::size_t, std::size_t>> elements;
        for (std::int64_t p0 = 0; p0 < pixels_; p0 += strip) {
            for (std::int64_t c0 = 0; c0 < channels_; c0 += tile) {
                std::int64_t e = 0;
                for (std::int64_t c = c0; c < std::min(c0 + tile, channels_); ++c) {
                    for (std::int64_t p = p0; p < std::min(p0 + strip, pixels_); ++p)
                        elements.emplace_back(at(c * pixels_ + p), at(e++ % lanes));
                }
            }
        }
        return elements;
    }

    std::int64_t normal(std::size_t lane) {
        const json& noise = description_["noise"];
        if (streams_.empty()) {
            streams_ = read_words(folder_, description_, "lfsr.hex", false);
            log_ = read_words(folder_, description_, "log.hex", false);
            cosine_ = read_words(folder_, description_, "cosine.hex", false);
            second_.resize(streams_.size() / 2);
            // The first stream is the base seed's, and the list in block.json is the file's.
            CHECK(static_cast<std::uint64_t>(streams_[0]) ==
                  std::stoull(noise["base_seed"].get<std::string>(), nullptr, 16));
            for (std::size_t k = 0; k < streams_.size(); ++k) {
                CHECK(static_cast<std::uint64_t>(streams_[k]) ==
                      std::stoull(noise["streams"][k].get<std::string>(), nullptr, 16));
            }
        }
        if (second_[lane]) {
            const std::int64_t z2 = *second_[lane];
            second_[lane].reset();
            return z2;
        }
        const int w = noise["lfsr_width"];
        const auto u1 = static_cast<std::uint64_t>(sample(2 * lane)),
                   u2 = static_cast<std::uint64_t>(sample(2 * lane + 1));
        std::int64_t leading = 0;
        while ((u1 >> (w - 1 - leading) & 1) == 0) ++leading;
        std::int64_t t = 0;
        for (std::int64_t bit = w - 2 - leading; bit > w - 2 - leading - 24; --bit)
            t = 2 * t + (bit >= 0 ? static_cast<std::int64_t>(u1 >> bit & 1) : 0);
        const std::size_t i = at(t >> 18);
        std::int64_t d = (t % (1 << 18)) - (1 << 17), q = (d * d) >> 20;
        const std::int64_t log = log_[3 * i] + ((log_[3 * i + 1] * d) >> 16) - ((log_[3 * i + 2] * q) >> 12);
        const std::int64_t r = root(8 * std::max<std::int64_t>(0, (leading + 1) * 744261118 - log));
        const std::int64_t phase = static_cast<std::int64_t>(w >= 24 ? u2 >> (w - 24) : u2 << (24 - w));
        if (noise["unc_outputs"] == 2)
            second_[lane] = requantise(r * cosine((phase - (1 << 22)) & 0xFFFFFF), 20);
        return requantise(r * cosine(phase), 20);
    }

    std::int64_t cosine(std::int64_t phase) const {
        const std::int64_t quadrant = phase >> 22;
        std::int64_t h = phase % (1 << 22);
        if (quadrant == 1 || quadrant == 3) h = (1 << 22) - 1 - h;
        const std::size_t j = at(h >> 16);
        const std::int64_t d = 2 * (h % (1 << 16)) + 1 - (1 << 16), q = (d * d) >> 18;
        const std::int64_t c = round_shift(
            cosine_[3 * j] - ((cosine_[3 * j + 1] * d) >> 15) - ((cosine_[3 * j + 2] * q) >> 12), 14);
        return quadrant == 1 || quadrant == 2 ? -c : c;
    }

    std::int64_t sample(std::size_t stream) {
        const json& noise = description_["noise"];
        const std::uint64_t feedback = std::stoull(noise["lfsr_feedback"].get<std::string>(), nullptr, 16);
        const std::int64_t taken = streams_[stream];
        auto state = static_cast<std::uint64_t>(taken);
        for (int step = 0; step < noise["lfsr_leap"].get<int>(); ++step)
            state = (state >> 1) ^ ((state & 1) != 0 ? feedback : 0);
        streams_[stream] = static_cast<std::int64_t>(state);
        return taken;
    }

    json description_;
    std::string folder_;
    std::int64_t channels_, height_, width_, bottleneck_, groups_, pixels_;
    Words image_, streams_, log_, cosine_;
    std::vector<std::optional<std::int64_t>> second_;
};

std::vector<std::string> block(const std::string& folder, const std::vector<std::string>& more) {
    std::vector<std::string> words{"block", "--memory-image", folder};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "another block comes to the same output from the image alone") {
    const std::vector<std::string> more = GENERATE(
        std::vector<std::string>{"--channels", "8", "--height", "5", "--width", "6"},
        // Six strips, halves of the channels, both normals of a pair, a leap that is not the width.
        std::vector<std::string>{"--channels",
                                 "12",
                                 "--height",
                                 "9",
                                 "--width",
                                 "7",
                                 "--fidelity",
                                 "cycle",
                                 "--denoiser.bias",
                                 "true",
                                 "--denoiser.heads",
                                 "grouped",
                                 "--denoiser.schedule",
                                 "overlapped",
                                 "--denoiser.unc_outputs",
                                 "2",
                                 "--denoiser.lfsr_width",
                                 "36",
                                 "--denoiser.activation_sram_bytes",
                                 "2048",
                                 "--denoiser.leaky_shift",
                                 "3",
                                 "--seed",
                                 "77",
                                 "--image",
                                 "5",
                                 "--site",
                                 "2"},
        std::vector<std::string>{"--channels", "3", "--height", "4", "--width", "1", "--denoiser.lfsr_width",
                                 "18", "--denoiser.lanes", "3"},
        std::vector<std::string>{"--channels", "7", "--height", "3", "--width", "5", "--denoiser.sampling",
                                 "mean", "--denoiser.bottleneck_ratio", "0.5"});
    const test::TemporaryFolder folder;
    const Outcome outcome = run_quell(block(folder.file("image"), more));
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    Stranger stranger(folder.file("image"));
    const Words y = read_words(folder.file("image"), stranger.description(), "output.hex", true);
    const Words expected = stranger.output();
    REQUIRE(y.size() == expected.size());
    const auto [ours, other] = std::mismatch(y.begin(), y.end(), expected.begin());
    INFO("from word " << ours - y.begin());
    CHECK(ours == y.end());
}

TEST_CASE_METHOD(test::SystemCFixture, "the image holds the words that the arrays hold") {
    const test::TemporaryFolder folder;
    const Outcome outcome =
        run_quell(block(folder.file("deep/image"),
                        {"--channels", "6", "--height", "3", "--width", "3", "--dump", folder.file("y.npy"),
                         "--dump-input", folder.file("x.npy"), "--dump-weights", folder.file("w.npz"),
                         "--denoiser.bottleneck_ratio", "0.5"}));
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    const std::string image = folder.file("deep/image");
    const json description = json::parse(read_text(image + "/block.json"));
    const auto equals = [&](const NpyArray& array, const char* file, std::size_t first) {
        const Words words = read_words(image, description, file, true);
        const auto expected = expect<std::int16_t>(array, file).values;
        for (std::size_t k = 0; k < expected.size(); ++k) CHECK(words.at(first + k) == expected[k]);
        return expected.size();
    };
    CHECK(equals(read_npy(folder.file("x.npy")), "input.hex", 0) == 54);
    CHECK(equals(read_npy(folder.file("y.npy")), "output.hex", 0) == 54);
    // reduce (3,6), depthwise (3,3,3), mean and variance (6,3), in this order.
    const auto weights = read_npz(folder.file("w.npz"));
    CHECK(equals(weights.at("reduce.weight"), "weights.hex", 0) == 18);
    CHECK(equals(weights.at("depthwise.weight"), "weights.hex", 18) == 27);
    CHECK(equals(weights.at("mean.weight"), "weights.hex", 45) == 18);
    CHECK(equals(weights.at("variance.weight"), "weights.hex", 63) == 18);
    // In the platform's memory 54 words are 108 bytes, in beats of 16.
    CHECK(description["addresses_bytes"] == json{{"input", 0}, {"output", 112}, {"weights", 224}});
    CHECK(std::filesystem::file_size(image + "/configuration.ini") > 0);
}

TEST_CASE("an image without values has no output, not even an old one") {
    const test::TemporaryFolder folder;
    const std::vector<std::string> shape{"--channels", "4", "--height", "2", "--width", "3"};
    {
        const test::SystemCFixture kernel;
        REQUIRE(run_quell(block(folder.path(), shape)).code == 0);
    }
    CHECK(std::filesystem::exists(folder.file("output.hex")));
    std::ofstream(folder.file("mine.txt")) << "kept";
    std::vector<std::string> analytic = shape;
    analytic.insert(analytic.end(), {"--fidelity", "analytic", "--denoiser.sampling", "mean"});
    const Outcome outcome = run_quell(block(folder.path(), analytic));
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        names.insert(entry.path().filename());
    CHECK(names ==
          std::set<std::string>{"block.json", "configuration.ini", "input.hex", "mine.txt", "weights.hex"});
    CHECK(json::parse(read_text(folder.file("block.json")))["noise"].is_null());
}

TEST_CASE("an image that cannot be written says where it failed") {
    const test::TemporaryFolder folder;
    const std::vector<std::string> shape{"--channels", "4", "--height",   "2",
                                         "--width",    "3", "--fidelity", "analytic"};
    const auto refused = [&](const std::string& where, const std::string& message) {
        const Outcome outcome = run_quell(block(where, shape));
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(outcome.error_lines() == 1);
        CHECK_THAT(outcome.err, contains(message));
    };
    std::ofstream(folder.file("file")) << "a file";
    refused(folder.file("file"), "--memory-image " + folder.file("file") + ": is a file, expected a folder");
    refused(folder.file("file/below"), "--memory-image " + folder.file("file/below"));
    refused("/proc/no/folder", "--memory-image /proc/no/folder: cannot be made");
    std::filesystem::create_directories(folder.file("image/weights.hex"));
    refused(folder.file("image"), folder.file("image/weights.hex") + ": a folder, not a file");
    CHECK_FALSE(std::filesystem::exists(folder.file("image/input.hex")));
}

TEST_CASE("no other result goes into a file of the image") {
    const test::TemporaryFolder folder;
    const Outcome outcome = run_quell({"block", "--channels", "4", "--height", "2", "--width", "3",
                                       "--memory-image", folder.path(), "--dump", folder.file("block.json")});
    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, contains("--dump") && contains("same file"));
    CHECK(std::filesystem::is_empty(folder.path()));
}
