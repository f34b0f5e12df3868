#include "models/config/option_table.h"
#include "models/config/run_config.h"
#include "models/config/section_options.h"

namespace quell::config {

void register_run_options(OptionTable& table, RunConfig& config) {
    table.section("", "The run: how it is simulated and reported");
    table
        .add("fidelity", config.fidelity,
             Choices<Fidelity>{{"analytic", Fidelity::analytic},
                               {"transaction", Fidelity::transaction},
                               {"cycle", Fidelity::cycle}})
        .help("What is simulated: closed forms, transactions with values, or every register of the denoiser")
        .source("ours: transaction is fast enough for whole networks and computes values");
    table
        .add("arithmetic", config.arithmetic,
             Choices<Arithmetic>{{"fixed16", Arithmetic::fixed16}, {"float32", Arithmetic::float32}})
        .help("The network's numbers: the machine's 16-bit words, or the floating-point reference")
        .source("arXiv 2409.18553, setup: 16-bit fixed point");
    table
        .add("format", config.format,
             Choices<Format>{{"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}})
        .help("How the result is printed")
        .source("ours: for people");
    table.add("seed", config.seed)
        .help("Seed of everything random; the same seed gives the same bits")
        .source("ours");
    table.add("batch", config.batch)
        .unit("images")
        .range(1, 4096)
        .help(
            "`quell run`: images on their way through the layers at the same time; throughput is reported "
            "beside the latency of one")
        .source("ours: one image");
    table.add("threads", config.threads)
        .unit("threads")
        .range(0, 1024)
        .help("Threads at work, 0 for as many as the machine has; no result depends on it")
        .source("ours");
    table.add("clock_mhz", config.clock_mhz)
        .unit("MHz")
        .range(1, 10000)
        .help("Clock of everything digital")
        .source("arXiv 2409.18553, hardware paragraph: 500 MHz at 45 nm");
}

}  // namespace quell::config
