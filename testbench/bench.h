// What the test benches share: how they are called, their clock and their waves.
#pragma once

#include "models/base/error.h"

#include <systemc>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace quell::testbench {

// The words behind a bench's name.
struct Arguments {
    std::string vcd;  // of --vcd NAME: draw NAME.vcd; empty: no waves
    std::vector<std::string> flags;

    bool has(const std::string& flag) const {
        return std::find(flags.begin(), flags.end(), flag) != flags.end();
    }
};

// Reads the arguments (--vcd NAME and these flags) and runs the bench, which returns whether all was as
// expected. Returns the exit code: 0 for that, 1 when something was not, 2 for words that nobody knows.
inline int run(int count, char* words[], const std::vector<std::string>& flags,
               const std::function<bool(const Arguments&)>& bench) {
    Arguments arguments;
    for (int k = 1; k < count; ++k) {
        const std::string word = words[k];
        if (word == "--vcd" && k + 1 < count) {
            arguments.vcd = words[++k];
            // SystemC adds it.
            if (arguments.vcd.ends_with(".vcd")) arguments.vcd.resize(arguments.vcd.size() - 4);
        } else if (std::find(flags.begin(), flags.end(), word) != flags.end()) {
            arguments.flags.push_back(word);
        } else {
            std::fprintf(stderr, "usage: %s", words[0]);
            for (const std::string& flag : flags) std::fprintf(stderr, " [%s]", flag.c_str());
            std::fprintf(stderr, " [--vcd NAME]\n");
            return 2;
        }
    }
    try {
        if (bench(arguments)) return 0;
        std::fprintf(stderr, "%s: not as expected\n", words[0]);
    } catch (const Error& error) {
        std::fprintf(stderr, "%s: %s\n", words[0], error.what());
    }
    return 1;
}

// 500 MHz: a cycle of 2 ns between two rising edges, the first at 1 ns.
struct Clock : sc_core::sc_clock {
    Clock() : sc_clock("clk", {2, sc_core::SC_NS}, 0.5, {1, sc_core::SC_NS}, true) {}

    // The rest of the cycle, and the edge that ends it.
    static void step() { sc_core::sc_start(2, sc_core::SC_NS); }
};

// The waves that were asked for; the file is complete when the object is gone.
class Waves {
public:
    // What is drawn: called when there is a file.
    Waves(const Arguments& arguments, const std::function<void(sc_core::sc_trace_file*)>& draw) {
        if (arguments.vcd.empty()) return;
        file_ = sc_core::sc_create_vcd_trace_file(arguments.vcd.c_str());
        file_->set_time_unit(1, sc_core::SC_NS);
        draw(file_);
    }
    Waves(const Waves&) = delete;
    Waves& operator=(const Waves&) = delete;
    ~Waves() {
        if (file_ != nullptr) sc_core::sc_close_vcd_trace_file(file_);
    }

private:
    sc_core::sc_trace_file* file_ = nullptr;
};

}  // namespace quell::testbench
