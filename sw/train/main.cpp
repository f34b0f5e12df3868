// quell-train: the offline side, in LibTorch. `quell train` and its like hand over to it.
#include "models/base/error.h"
#include "sw/train/commands.h"

#include <iostream>

namespace {

constexpr const char* usage =
    "usage: quell-train COMMAND MODEL --data DIR [options]\n"
    "  eval            accuracy of a network in LibTorch, with noise and blocks\n"
    "  place           which convolutions get a denoiser block under a budget\n"
    "  train           denoiser blocks, or the network itself, under the machine's noise\n"
    "  harden          several ways to train a network, their accuracy against the noise\n"
    "  fit             noise.model = device as training draws it, and how well that serves\n"
    "  bench           images per second on one thread, ours beside LibTorch\n"
    "  bench-training  images per second of a training step, with noise and without\n";

int run(const std::vector<std::string>& words) {
    if (words.empty())
        throw quell::UsageError(
            "a command is missing; eval, place, train, harden, fit, bench and bench-training exist");
    if (words[0] == "--help" || words[0] == "help") {
        std::cout << usage;
        return 0;
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (words[0] == "eval") return quell::train::eval_command(rest);
    if (words[0] == "bench") return quell::train::bench_command(rest);
    if (words[0] == "bench-training") return quell::train::bench_training_command(rest);
    if (words[0] == "place") return quell::train::place_command(rest);
    if (words[0] == "train") return quell::train::train_command(rest);
    if (words[0] == "fit") return quell::train::fit_command(rest);
    if (words[0] == "harden") return quell::train::harden_command(rest);
    throw quell::UsageError(
        "'{}' is not part of this version; eval, place, train, harden, fit, bench and bench-training exist",
        words[0]);
}

}  // namespace

int main(int count, char* words[]) {
    try {
        return run({words + 1, words + count});
    } catch (const quell::UsageError& error) {
        std::cerr << "quell-train: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "quell-train: " << error.what() << '\n';
        return 1;
    }
}
