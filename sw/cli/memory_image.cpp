#include "sw/cli/memory_image.h"

#include "models/base/files.h"
#include "models/base/memory_file.h"
#include "models/denoiser/weight_image.h"
#include "sw/cli/block_report.h"
#include "tlm/block_platform.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace quell::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char *kInput = "input.hex", *kWeights = "weights.hex", *kOutput = "output.hex",
                     *kStreams = "lfsr.hex", *kLog = "log.hex", *kCosine = "cosine.hex",
                     *kConfiguration = "configuration.ini", *kDescription = "block.json";
constexpr const char* kAllFiles[] = {kInput, kWeights, kOutput,        kStreams,
                                     kLog,   kCosine,  kConfiguration, kDescription};

constexpr int kWordBits = 16, kTableBits = 32;

std::string hexadecimal(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

void write_text(const std::string& path, const std::string& text) {
    refuse_folder(path);
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw Error("{}: cannot be written: {}", path, std::strerror(errno));
}

// One image on its way into its folder; keeps the list of what is there.
class Writer {
public:
    Writer(std::string folder, const BlockWork& work, const BlockOutcome& outcome,
           const config::Configuration& configuration)
        : folder_(std::move(folder)), work_(work), g_(work.geometry), outcome_(outcome), c_(configuration) {}

    void write(const config::OptionTable& options, const denoiser::NoiseKey& key) {
        remove_earlier_image();
        write_map(kInput, "X", work_.x);
        write_weights();
        if (outcome_.output) write_map(kOutput, "Y", *outcome_.output);
        Json noise;
        if (g_.variance_head) noise = write_noise(key);
        std::ostringstream configuration;
        options.write_file(configuration);
        write_text(path(kConfiguration), configuration.str());
        write_text(path(kDescription), description(noise).dump(2) + "\n");
    }

private:
    std::string path(const char* name) const { return (std::filesystem::path(folder_) / name).string(); }

    MemoryFile open(const char* name, int bits, const std::string& content) {
        MemoryFile file(path(name), bits);
        file.comment("quell memory image: " + content);
        return file;
    }

    void close(const char* name, MemoryFile& file, const std::string& content) {
        file.close();
        files_.push_back(
            {{"file", name}, {"content", content}, {"words", file.size()}, {"word_bits", file.word_bits()}});
    }

    void write_map(const char* name, const char* tensor, const std::vector<denoiser::Word>& words) {
        const std::string content =
            fmt::format("{}, (C,H,W) = {}x{}x{}", tensor, g_.channels, g_.height, g_.width);
        MemoryFile file =
            open(name, kWordBits, fmt::format("{}, {} fraction bits", content, work_.weights.fraction.x));
        file.words(words);
        close(name, file, content);
    }

    void write_weights() {
        const std::string content = "the weight image as the DMA engine reads it";
        MemoryFile file = open(kWeights, kWordBits, content);
        const std::vector<denoiser::Word> image = denoiser::weight_image(work_.weights, g_);
        for (const denoiser::WeightImagePart& part : denoiser::weight_image_parts(g_)) {
            file.comment(
                fmt::format("{} {}, from word {}", part.name, to_string(part.shape), part.first_word));
            file.words(std::span(image).subspan(static_cast<std::size_t>(part.first_word),
                                                static_cast<std::size_t>(part.words)));
        }
        close(kWeights, file, content);
    }

    Json write_noise(const denoiser::NoiseKey& key) {
        const config::DenoiserConfig& d = c_.denoiser;
        const denoiser::NoiseSource source(d.lfsr_width, d.lanes, d.normals_per_pair);
        const std::uint64_t base = denoiser::base_seed(key, d.lfsr_width);
        const std::vector<std::uint64_t> starts = source.starts(base);

        std::string content = "start states of the LFSRs: U1, U2 of lane 0, of lane 1, ...";
        MemoryFile streams = open(kStreams, d.lfsr_width, content);
        Json states = Json::array();
        for (std::size_t k = 0; k < starts.size(); ++k) {
            streams.row({static_cast<std::int64_t>(starts[k])}, fmt::format("lane {} U{}", k / 2, k % 2 + 1));
            states.push_back(hexadecimal(starts[k]));
        }
        close(kStreams, streams, content);

        write_table(kLog, "log segments, rows of A, B, Q",
                    [&](std::size_t row) { return source.box_muller().log_segment(row); });
        write_table(kCosine, "cosine segments, rows of K, N, O",
                    [&](std::size_t row) { return source.box_muller().cosine_segment(row); });
        return {{"seed", key.seed},
                {"image", key.image},
                {"site", key.site},
                {"base_seed", hexadecimal(base)},
                {"lfsr_width", d.lfsr_width},
                {"lfsr_feedback", hexadecimal(numeric::lfsr_feedback(d.lfsr_width))},
                {"lfsr_leap", numeric::lfsr_leap(d.lfsr_width)},
                {"unc_outputs", d.normals_per_pair},
                {"streams", states}};
    }

    template <typename Segment>
    void write_table(const char* name, const std::string& content, Segment segment) {
        constexpr std::size_t segments = 64;
        MemoryFile file = open(name, kTableBits, content);
        for (std::size_t k = 0; k < segments; ++k) {
            const numeric::BoxMuller::Coefficients row = segment(k);
            file.row({row.constant, row.linear, row.quadratic}, std::to_string(k));
        }
        close(name, file, content);
    }

    Json description(const Json& noise) const {
        const denoiser::FractionBits& f = work_.weights.fraction;
        Json fraction = {{"x", f.x},
                         {"reduce_weight", f.reduce_weight},
                         {"reduce_out", f.reduce_out},
                         {"depthwise_weight", f.depthwise_weight},
                         {"depthwise_out", f.depthwise_out},
                         {"mean_weight", f.mean_weight},
                         {"mean_out", f.mean_out}};
        Json shifts = {{"reduce", f.reduce_shift()},
                       {"depthwise", f.depthwise_shift()},
                       {"mean", f.mean_shift()},
                       {"leaky", c_.denoiser.leaky_shift}};
        if (g_.variance_head) {
            fraction["variance_weight"] = f.variance_weight;
            fraction["variance_out"] = f.variance_out;
            shifts["variance"] = f.variance_shift();
        }
        Json tensors = Json::array();
        for (const denoiser::WeightImagePart& part : denoiser::weight_image_parts(g_)) {
            tensors.push_back({{"tensor", part.name},
                               {"shape", part.shape},
                               {"first_word", part.first_word},
                               {"words", part.words}});
        }
        const tlm::BlockMemoryMap map(g_, c_.denoiser);
        return {{"schema", "quell.memory_image/1"},
                {"fidelity", fidelity_name(c_.run.fidelity)},
                {"channels", g_.channels},
                {"height", g_.height},
                {"width", g_.width},
                {"bias", g_.bias},
                {"files", files_},
                {"weights", tensors},
                {"fraction_bits", fraction},
                {"shifts", shifts},
                {"addresses_bytes", {{"input", map.input}, {"output", map.output}, {"weights", map.weights}}},
                {"noise", noise},
                {"plan", plan_json(outcome_.plan)},
                {"cycles", outcome_.timing.cycles}};
    }

    // An output of another run must not stand beside this input, nor a description beside half an image.
    void remove_earlier_image() const {
        for (const char* name : kAllFiles) refuse_folder(path(name));
        for (const char* name : kAllFiles) {
            std::error_code error;
            std::filesystem::remove(path(name), error);
            if (error)
                throw Error("{}: of an earlier image, cannot be removed: {}", path(name), error.message());
        }
    }

    std::string folder_;
    const BlockWork& work_;
    const denoiser::Geometry& g_;
    const BlockOutcome& outcome_;
    const config::Configuration& c_;
    Json files_ = Json::array();
};

}  // namespace

void MemoryImage::register_arguments(config::OptionTable& table) {
    table.add_argument("memory-image", folder_)
        .help(
            "Write input, weights, output, LFSR states and tables to this folder, for Verilog's $readmemh "
            "(docs/numerics.md, section 9)");
}

std::string MemoryImage::file(const char* name) const {
    return (std::filesystem::path(folder_) / name).string();
}

void MemoryImage::check() const {
    std::error_code ignored;
    if (!wanted() || is_folder(folder_) || !std::filesystem::exists(folder_, ignored)) return;
    throw Error("--memory-image {}: is a file, expected a folder or a new name", folder_);
}

std::vector<std::pair<const char*, std::string>> MemoryImage::files() const {
    std::vector<std::pair<const char*, std::string>> files;
    if (!wanted()) return files;
    for (const char* name : kAllFiles) files.emplace_back("--memory-image", file(name));
    return files;
}

void MemoryImage::write(const BlockWork& work, const BlockOutcome& outcome, const config::Configuration& c,
                        const config::OptionTable& options, const denoiser::NoiseKey& key) const {
    if (!wanted()) return;
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw Error("--memory-image {}: cannot be made: {}", folder_, error.message());
    Writer(folder_, work, outcome, c).write(options, key);
}

}  // namespace quell::cli
