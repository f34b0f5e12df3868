// quell-mpi: `quell sweep` where mpirun started several processes. Rank 0 is the command; the others compute.
#include "sw/cli/dispatch.h"
#include "sw/cli/mpi_ranks.h"
#include "sw/cli/sweep_arguments.h"
#include "sw/study/sweep/local_workforce.h"
#include "sw/study/sweep/mpi/mpi_agent.h"
#include "sw/study/sweep/mpi/mpi_workforce.h"
#include "sw/study/sweep/point_runner.h"

#include <fmt/format.h>

#include <systemc>

#include <csignal>
#include <iostream>
#include <optional>
#include <sstream>

namespace {

using namespace quell;

// Between MPI_Init and MPI_Finalize.
class MpiSession {
public:
    MpiSession() { MPI_Init(nullptr, nullptr); }
    ~MpiSession() { MPI_Finalize(); }
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;
};

int run_rank_zero(const std::vector<std::string>& words) {
    const MpiSession session;
    cli::Commands commands = cli::all_commands();
    for (auto& command : commands) {
        if (command->name() != "sweep") continue;
        command = cli::make_sweep_command(
            [](study::PointRunner&, int) { return std::make_unique<study::MpiWorkforce>(); });
    }
    const int code = cli::dispatch(words, std::cout, std::cerr, commands);
    study::stop_other_ranks();
    return code;
}

// Understands the command line as rank 0 does, and has nothing to say of it: rank 0 says it.
class AgentCommand final : public cli::Command {
public:
    std::string name() const override { return "sweep"; }
    std::string summary() const override { return "a rank of a sweep"; }
    std::size_t most_operands() const override { return 1000; }
    void register_arguments(config::OptionTable& table) override { asked_.register_arguments(table); }

    int run(const cli::Arguments& arguments, std::ostream&, std::ostream&) override {
        const study::SweepPlan plan = asked_.plan(arguments);
        study::PointRunner runner(plan);
        const int workers = arguments.table.is_given("jobs") ? asked_.workers(plan.design.size()) : 1;
        // Workers are forks: before MPI has threads and memory of its own.
        study::LocalWorkforce workforce(runner, workers);
        const MpiSession session;
        served_ = true;
        try {
            study::serve_rank_zero(workforce, static_cast<std::size_t>(workers));
        } catch (const std::exception& error) {
            // Rank 0 would wait for it; what is recorded stays.
            std::cerr << fmt::format("quell: rank {}: {}\n", cli::mpi_rank(), error.what());
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
        return 0;
    }
    bool served() const { return served_; }

private:
    cli::SweepArguments asked_;
    bool served_ = false;
};

int run_agent(const std::vector<std::string>& words) {
    ::signal(SIGINT, SIG_IGN);  // rank 0 ends the sweep
    auto agent = std::make_unique<AgentCommand>();
    const AgentCommand& same = *agent;
    cli::Commands commands;
    commands.push_back(std::move(agent));
    std::ostringstream out, err;
    cli::dispatch(words, out, err, commands);
    if (same.served()) return 0;
    const MpiSession session;
    std::string why = err.str();
    while (!why.empty() && why.back() == '\n') why.pop_back();
    study::refuse_rank_zero(why);
    return 0;  // rank 0 says what the job came to
}

}  // namespace

int sc_main(int count, char* words[]) {
    const std::vector<std::string> arguments(words + 1, words + count);
    return quell::cli::mpi_rank() == 0 ? run_rank_zero(arguments) : run_agent(arguments);
}

// In place of the library's, which would print SystemC's banner at every command.
int main(int count, char* words[]) {
    ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of writing, with its one line
    return sc_core::sc_elab_and_sim(count, words);
}
