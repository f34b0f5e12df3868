// The files that a command reads and writes: checked before anything is computed.
#pragma once

#include "models/config/option_table.h"

#include <string>
#include <vector>

namespace quell::cli {

struct FileRole {
    std::string option;  // "--dump", or what else names the file to the person
    std::string file;    // empty: none
};

// Throws UsageError when a file that is written is read as well, or written twice.
void require_different_files(const std::vector<FileRole>& read, const std::vector<FileRole>& written);

// Throws Error when one of them is a folder, or its folder is not there.
void require_places(const std::vector<FileRole>& written);

// Throws UsageError for an option that was given an empty name.
void require_names(const config::OptionTable& table, const std::vector<FileRole>& files);

}  // namespace quell::cli
