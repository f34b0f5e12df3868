#include "models/base/error.h"
#include "sw/cli/commands.h"
#include "sw/cli/refuse_options.h"
#include "sw/cli/version.h"
#include "sw/study/report/report.h"

#include <limits>
#include <ostream>
#include <set>

namespace quell::cli {
namespace {

class ReportCommand final : public Command {
public:
    std::string name() const override { return "report"; }
    std::string summary() const override { return "a page with tables and figures from stored results"; }
    std::string synopsis() const override { return "INPUT [INPUT...] [--to DIR] [--metrics A,B]"; }
    std::string details() const override {
        return "INPUT is what quell run --format json printed, or the database of quell sweep. The folder "
               "gets "
               "index.html,\n"
               "one page with everything in it, and every figure as SVG, PDF, PNG, CSV and gnuplot script. "
               "gnuplot draws\n"
               "them (Debian: gnuplot-nox); without it the page has the tables alone. See docs/reports.md.";
    }
    std::size_t most_operands() const override { return std::numeric_limits<std::size_t>::max(); }

    void register_arguments(config::OptionTable& table) override {
        table.add_argument("to", folder_).help("The folder; without it the first input's name with -report");
        table.add_argument("metrics", metrics_).help("Sweeps: what is drawn instead of the objectives");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        refuse_options(arguments.table, "`quell report` draws what was computed before");
        const auto& inputs = arguments.operands;
        if (inputs.empty()) throw UsageError("no input; usage: quell report {}", synopsis());
        std::set<std::string> seen;
        for (const std::string& input : inputs) {
            if (!seen.insert(input).second) throw UsageError("{} is given twice, expected once", input);
        }
        if (folder_.empty() && arguments.table.is_given("to"))
            throw UsageError("--to: expected the name of a folder");
        const study::ReportFiles files = study::write_report({inputs, folder_, metrics_, version});
        if (!files.drawn) {
            err << "quell: no figures, gnuplot is not installed (Debian: apt-get install gnuplot-nox); the "
                   "page has "
                   "its tables, and CSV files and scripts lie beside it\n";
        }
        out << files.page << '\n';
        return 0;
    }

private:
    std::string folder_;
    std::vector<std::string> metrics_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() {
    return std::make_unique<ReportCommand>();
}

}  // namespace quell::cli
