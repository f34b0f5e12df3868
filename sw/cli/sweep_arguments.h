// The command line of `quell sweep` as the plan it asks for.
#pragma once

#include "models/config/option_table.h"
#include "models/network/dataset/data_arguments.h"
#include "sw/cli/command.h"
#include "sw/study/sweep/sweep_plan.h"

#include <cstdint>
#include <optional>
#include <string>

namespace quell::cli {

class SweepArguments {
public:
    void register_arguments(config::OptionTable& table);

    // Throws UsageError for what contradicts itself and for more points than the limit.
    study::SweepPlan plan(const Arguments& arguments) const;

    const std::string& database() const { return database_; }
    int workers(std::int64_t points) const;  // processes for so many points
    bool any_build() const { return any_build_; }
    bool retry_failed() const { return retry_failed_; }
    std::optional<std::int64_t> shown_point() const { return shown_point_; }
    const network::DataArguments& data() const { return data_; }

private:
    study::Design design(const Arguments& arguments) const;

    config::Repeated axes_;
    std::int64_t latin_ = 0, limit_ = 1'000'000, images_ = 0;
    std::uint64_t latin_seed_ = 1;
    std::string points_, database_;
    std::vector<std::string> objectives_;
    int jobs_ = 0;
    bool any_build_ = false, retry_failed_ = false;
    std::optional<std::int64_t> shown_point_;
    network::DataArguments data_;
};

}  // namespace quell::cli
