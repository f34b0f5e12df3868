// The folder of a `harden` study: its plan, the networks it has trained, the accuracies it has measured. A
// file is written under another name and renamed when it is whole, so that what is there is finished.
#pragma once

#include "models/base/folder_lock.h"
#include "models/network/graph.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace quell::train {

// One training: a method's name and a seed.
struct HardenRun {
    std::string method;
    std::uint64_t seed = 1;
};

// Kind of noise ("clean", "gaussian", "device") and its sigma in percent, 0 where it has none.
using TestNoise = std::pair<std::string, double>;

class HardenStore {
public:
    // `plan`: lines "key = value", everything that a training or an accuracy depends on. Makes the folder.
    // Throws Error when another process works in it, UsageError when it holds a study and `resume` is false,
    // Error naming the first line in which its plan is another.
    HardenStore(std::string folder, const std::string& plan, bool resume);

    // FOLDER/METHOD-SEED, to which endings are put.
    std::string stem(const HardenRun& run) const;
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    // The network that a run has trained; nothing when it has not, or the file cannot be read.
    std::optional<network::Graph> find_network(const HardenRun& run) const;
    void keep_network(const HardenRun& run, const network::Graph& graph) const;

    // Accuracies in percent that were measured on this very network.
    std::map<TestNoise, double> find_accuracies(const HardenRun& run) const;
    void keep_accuracies(const HardenRun& run, const std::map<TestNoise, double>& accuracies) const;

    // A text file, as a whole.
    void write(const std::string& path, const std::string& text) const;

private:
    std::string folder_;
    std::optional<FolderLock> lock_;
};

}  // namespace quell::train
