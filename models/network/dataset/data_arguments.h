// The command line of a data set: the same words for every command that reads one.
#pragma once

#include "models/config/option_table.h"
#include "models/network/dataset/data_source.h"

namespace quell::network {

class DataArguments {
public:
    // data, dataset, class-names, label-offset, unreadable.
    void register_arguments(config::OptionTable& table);

    // Whether there are images: a folder was named, or a set asked for that needs none.
    bool has_images() const { return !source_.folder.empty() || source_.dataset == Dataset::synthetic; }
    // Throws UsageError for options of data sets that are given and have no effect.
    void check(const config::OptionTable& table) const;

    // The set that needs no folder, for a command that was given none.
    void take_synthetic() { source_.dataset = Dataset::synthetic; }

    const DataSource& source() const { return source_; }
    std::string name() const;  // of the set in messages: its folder, or what it is called

private:
    DataSource source_;
};

}  // namespace quell::network
