#include "models/base/error.h"
#include "models/base/folder_lock.h"
#include "models/base/interrupt.h"
#include "sw/cli/commands.h"
#include "sw/cli/refuse_options.h"
#include "sw/study/output_file.h"
#include "sw/study/reproduction/findings.h"
#include "sw/study/reproduction/studies.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <system_error>
#include <thread>

namespace quell::cli {
namespace {

namespace fs = std::filesystem;

// As a person would type it.
std::string typed(const std::vector<std::string>& words) {
    std::string line = "quell";
    for (const std::string& word : words) {
        const bool plain = word.find_first_of(" ;*'\"") == std::string::npos;
        line += plain ? " " + word : " '" + word + "'";
    }
    return line;
}

// Runs the program itself with these words; its output goes to the file, or to standard error. Returns the
// exit code. What interrupts this process interrupts that one.
int run_program(const std::vector<std::string>& words, const std::string& output,
                const InterruptWatch& watch) {
    std::vector<std::string> line{"quell"};
    line.insert(line.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (std::string& word : line) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const int results = output.empty()
                            ? ::dup(STDERR_FILENO)
                            : ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (results < 0) throw Error("{}: {}", output, std::generic_category().message(errno));
    const pid_t parent = ::getpid(), process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // killed, it leaves nothing behind that still writes
        if (::getppid() != parent) ::_exit(1);
        ::dup2(results, STDOUT_FILENO);
        ::execv("/proc/self/exe", pointers.data());
        ::_exit(1);
    }
    ::close(results);
    if (process < 0) throw Error("{}: {}", typed(words), std::generic_category().message(errno));
    constexpr std::chrono::milliseconds between_looks{20};
    bool told = false;
    int status = 0;
    while (::waitpid(process, &status, WNOHANG) == 0) {
        if (watch.requested() && !told) told = ::kill(process, SIGTERM) == 0;
        std::this_thread::sleep_for(between_looks);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

class ReproduceCommand final : public Command {
public:
    std::string name() const override { return "reproduce"; }
    std::string summary() const override { return "the papers' studies, run again and drawn"; }
    std::string synopsis() const override {
        return "--quick | --full --network MODEL.onnx --data DIR [--to DIR] [--images N] [--training-images "
               "N] "
               "[--epochs N] [--width W] [--jobs N]";
    }
    std::string details() const override {
        return "--quick: cycles, energy and overhead of ResNet-18 in every design, and the accuracy of the "
               "network "
               "that the\n"
               "program brings along, in minutes. --full: the same for a network of yours on CIFAR-10, and "
               "everything that is\n"
               "trained: its blocks for several noises, budgets and placements, networks from scratch, and "
               "the "
               "ways to\n"
               "harden each, in hours (needs quell-train). Stopped, the same command goes on. The results, "
               "and "
               "a report of\n"
               "them, are in --to.";
    }

    void register_arguments(config::OptionTable& table) override {
        table.add_flag("quick", quick_).help("Minutes: nothing is trained, nothing is needed");
        table.add_flag("full", full_).help("Hours: with the training of the network's blocks");
        table.add_argument("network", options_.network).help("The network of --full, an ONNX file");
        table.add_argument("data", options_.data).help("CIFAR-10's folder, for --full");
        table.add_argument("to", folder_).help("Folder of the results");
        table.add_argument("images", images_)
            .range(0, 1e9)
            .unit("images")
            .help("Images for every accuracy, 0: 500 with --quick, 2000 with --full");
        table.add_argument("training-images", options_.training_images)
            .range(0, 1e9)
            .unit("images")
            .help("--full: images of every training, 0: all");
        table.add_argument("epochs", options_.epochs)
            .range(1, 1e5)
            .help("--full: epochs of blocks, and of networks from scratch");
        table.add_argument("width", options_.width)
            .above(0, 1)
            .help("--full: of the networks from scratch, as a part of the standard one");
        table.add_flag("any-build", options_.any_build)
            .help("Go on in a folder that another build of this version began");
        table.add_argument("jobs", jobs_)
            .range(0, 1024)
            .unit("processes")
            .help("Worker processes of the sweeps, 0 for as many as the machine has processors");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        refuse_options(arguments.table, "the papers' studies are what they are; `quell sweep` takes it");
        check_usage(arguments.table);
        options_.folder = folder_;
        options_.images = images_ > 0 ? images_ : full_ ? 2000 : 500;
        options_.jobs = std::to_string(jobs_);
        std::error_code failure;
        fs::create_directories(folder_, failure);
        if (!fs::is_directory(folder_)) {
            throw Error("--to {}: cannot be made a folder{}", folder_,
                        failure ? ": " + failure.message() : std::string());
        }
        const FolderLock lock(folder_);
        const std::vector<study::ReproductionStudy> studies = study::reproduction_studies(options_);
        require_same_plan(studies);
        const InterruptWatch watch;
        std::size_t number = 0;
        for (const study::ReproductionStudy& each : studies) {
            fmt::print(err, "{}/{} {}\n", ++number, studies.size(), each.title);
            for (const study::ReproductionStep& step : each.steps) take(step, watch, err);
        }
        draw(studies, watch, err);
        write(study::findings(folder_), out);
        return 0;
    }

private:
    void check_usage(const config::OptionTable& table) const {
        if (quick_ == full_) throw UsageError("quell reproduce: expected one of --quick and --full");
        if (full_ && (options_.network.empty() || options_.data.empty()))
            throw UsageError("--full: expected --network MODEL.onnx and --data DIR with it");
        if (quick_ && !(options_.network.empty() && options_.data.empty()))
            throw UsageError("--{}: has no part in --quick, expected --full with it",
                             options_.network.empty() ? "data" : "network");
        for (const char* option : {"training-images", "epochs", "width"}) {
            if (quick_ && table.is_given(option))
                throw UsageError("--{}: has no part in --quick, expected --full with it", option);
        }
        for (const std::string& file : {options_.network, options_.data}) {
            if (!file.empty() && !fs::exists(file)) throw Error("{}: is not there", file);
        }
    }

    // What the folder's results are of.
    void require_same_plan(const std::vector<study::ReproductionStudy>& studies) const {
        std::string plan = fmt::format("--{} --images {}", full_ ? "full" : "quick", options_.images);
        if (full_) {
            plan += fmt::format(" --network {} --data {} --training-images {} --epochs {} --width {}",
                                options_.network, options_.data, options_.training_images, options_.epochs,
                                options_.width);
        }
        const std::string file = folder_ + "/plan.txt";
        std::string there;
        std::getline(std::ifstream(file) >> std::ws, there);
        const bool begun = std::ranges::any_of(studies, [](const study::ReproductionStudy& each) {
            return std::ranges::any_of(each.steps, [](const study::ReproductionStep& step) {
                return fs::exists(step.result) || (!step.begun.empty() && fs::exists(step.begun));
            });
        });
        if (there.empty() && begun)
            throw UsageError("--to {}: has results of something else, expected another folder", folder_);
        if (!begun) {
            study::write_file(file, plan + "\n");
        } else if (there != plan) {
            throw UsageError("--to {}: was begun with {}, now it is {}; expected the same, or another folder",
                             folder_, there, plan);
        }
    }

    static void take(const study::ReproductionStep& step, const InterruptWatch& watch, std::ostream& err) {
        const bool sweep = step.words.front() == "sweep";
        if (!sweep && fs::exists(step.result)) return;
        std::vector<std::string> words = step.words;
        if (!step.begun.empty() && fs::exists(step.begun)) words.emplace_back("--resume");
        fmt::print(err, "  {}\n", typed(words));
        // What a step prints is whole when it has its name.
        const std::string unfinished = step.to_standard_output ? step.result + ".unfinished" : std::string();
        const int code = run_program(words, unfinished, watch);
        if (watch.requested()) throw Error("interrupted; the same command goes on");
        if (code != 0) throw Error("it stopped there, for what is said above; what is done stays");
        if (step.to_standard_output) fs::rename(unfinished, step.result);
    }

    void draw(const std::vector<study::ReproductionStudy>& studies, const InterruptWatch& watch,
              std::ostream& err) const {
        std::vector<std::string> words{"report"};
        for (const study::ReproductionStudy& each : studies) {
            for (const study::ReproductionStep& step : each.steps) {
                if (step.words.front() == "run") words.push_back(step.result);
                if (step.words.front() == "sweep")
                    words.push_back(step.result.substr(0, step.result.size() - 4) + ".sqlite");
            }
        }
        words.insert(words.end(), {"--to", folder_ + "/report"});
        fmt::print(err, "  {}\n", typed(words));
        const int code = run_program(words, "", watch);
        if (watch.requested()) throw Error("interrupted; the same command goes on");
        if (code != 0) err << "quell: the results are there, their report is not\n";
    }

    void write(const std::vector<study::Finding>& findings, std::ostream& out) const {
        std::string page = "| what | paper | here |\n| --- | --- | --- |\n";
        for (const study::Finding& each : findings)
            page += fmt::format("| {} | {} | {} |\n", each.what, each.paper, each.here);
        study::write_file(folder_ + "/findings.md", page);
        out << page;
    }

    bool quick_ = false, full_ = false;
    std::string folder_ = "reproduction";
    std::int64_t images_ = 0;
    int jobs_ = 0;
    study::ReproductionOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_reproduce_command() {
    return std::make_unique<ReproduceCommand>();
}

}  // namespace quell::cli
