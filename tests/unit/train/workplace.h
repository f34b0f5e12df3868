// quell-train as a program, in a folder with a small network and images for it. QUELL_TRAIN: its path.
#pragma once

#include "models/base/npy.h"
#include "models/network/onnx_export.h"
#include "tests/support/file_content.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/train/training_samples.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace quell::test {

// A folder with the small network and images for it, where quell-train runs.
class Workplace {
public:
    Workplace() {
        network::export_onnx(small_network(), file("small.onnx"));
        write("train", bright_planes(320));
        write("test", bright_planes(64, 2));
    }

    std::string file(const std::string& name) const { return folder_.file(name); }

    struct Outcome {
        int code = -1;
        std::string out, err;
        // Lines that name the program: errors, not what it tells on its way.
        std::int64_t error_lines() const {
            std::istringstream lines(err);
            std::int64_t count = 0;
            for (std::string line; std::getline(lines, line);) count += line.starts_with("quell-train: ");
            return count;
        }
    };

    // largest_file: in bytes; writing more fails as on a full disk.
    pid_t start(std::vector<std::string> words, rlim_t largest_file = RLIM_INFINITY) const {
        words.insert(words.begin(), QUELL_TRAIN);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            const int out = open(file("out").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            const int err = open(file("err").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
            dup2(out, STDOUT_FILENO);
            dup2(err, STDERR_FILENO);
            std::signal(SIGINT, SIG_DFL);
            if (largest_file != RLIM_INFINITY) {
                std::signal(SIGXFSZ, SIG_IGN);
                const rlimit limit{largest_file, largest_file};
                setrlimit(RLIMIT_FSIZE, &limit);
            }
            execv(QUELL_TRAIN, arguments.data());
            _exit(127);
        }
        return child;
    }

    Outcome wait(pid_t child) const {
        int status = 0;
        waitpid(child, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(file("out")), content(file("err"))};
    }

    Outcome run(const std::vector<std::string>& words) const { return wait(start(words)); }

    // `train` of the blocks of the small network, with these options beside.
    std::vector<std::string> training(const std::string& output,
                                      const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"train",
                                       file("small.onnx"),
                                       "--data",
                                       folder_.path(),
                                       "--dataset",
                                       "npy",
                                       "--output",
                                       file(output),
                                       "--input.mean",
                                       "0.5",
                                       "--input.std",
                                       "0.25",
                                       "--threads",
                                       "1",
                                       "--noise.sigma_percent",
                                       "20"};
        words.insert(words.end(), more.begin(), more.end());
        const auto method = std::find(more.begin(), more.end(), "--method");
        if (method == more.end() || *(method + 1) == "denoiser")
            words.insert(words.end(), {"--budget", "60"});
        return words;
    }

    // `harden` into a folder, with these options beside.
    std::vector<std::string> hardening(const std::string& output,
                                       const std::vector<std::string>& more = {}) const {
        auto words = training(output, more);
        words[0] = "harden";
        if (std::find(more.begin(), more.end(), "--method") == more.end()) words.resize(words.size() - 2);
        return words;
    }

private:
    void write(const std::string& part, const network::LabelledImages& images) const {
        Tensor<std::uint8_t> pixels({images.count(), 3, 8, 8});
        for (std::int64_t i = 0; i < images.count(); ++i)
            images.source->read(i, std::span(pixels.values).subspan(static_cast<std::size_t>(i) * 192, 192));
        write_npy(file(part + "_images.npy"), pixels);
        write_npy(file(part + "_labels.npy"), Tensor<std::int64_t>({images.count()}, images.labels));
    }

    TemporaryFolder folder_;
};

}  // namespace quell::test
