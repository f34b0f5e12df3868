#include "models/base/error.h"
#include "models/base/npy.h"
#include "tests/fuzz/targets.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace quell::fuzz {
namespace {

// Archives are read from files: one that is gone when the test is.
class TemporaryFile {
public:
    explicit TemporaryFile(Bytes bytes)
        : path_(
              (std::filesystem::temp_directory_path() / ("quell_fuzz_" + std::to_string(::getpid()) + ".npz"))
                  .string()) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace

void run_tensor(Bytes bytes) {
    try {
        if (bytes.size() > 1 && bytes[0] == 'P' && bytes[1] == 'K') {
            read_npz(TemporaryFile(bytes).path());
        } else {
            parse_npy(std::as_bytes(bytes), "fuzz.npy");
        }
    } catch (const Error&) {
    }
}

}  // namespace quell::fuzz
