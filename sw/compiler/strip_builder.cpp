#include "sw/compiler/strip_builder.h"

#include <algorithm>

namespace quell::compiler {
namespace {

// Whether `next` moves the same amounts as `first`, `distance` repetitions further on.
bool continues(const std::vector<timing::Transfer>& first, const std::vector<timing::Transfer>& next,
               std::int64_t distance) {
    return std::equal(first.begin(), first.end(), next.begin(), next.end(),
                      [distance](const timing::Transfer& a, const timing::Transfer& b) {
                          return a.words == b.words && a.address + distance * a.words == b.address;
                      });
}

}  // namespace

RowRange input_rows(const network::Window& window, const RowRange& outputs, std::int64_t height) {
    const std::int64_t reach = window.dilation[0] * (window.kernel[0] - 1) + 1;
    RowRange rows{outputs.begin * window.stride[0] - window.padding.top,
                  (outputs.end - 1) * window.stride[0] - window.padding.top + reach};
    rows.begin = std::clamp<std::int64_t>(rows.begin, 0, height);
    rows.end = std::clamp<std::int64_t>(rows.end, rows.begin, height);
    return rows;
}

void StripRuns::add(timing::Strip strip) {
    const auto empty = [](const timing::Transfer& transfer) { return transfer.words == 0; };
    std::erase_if(strip.loads, empty);
    std::erase_if(strip.stores, empty);
    if (!runs_.empty()) {
        timing::StripRun& run = runs_.back();
        if (run.strip.products == strip.products && run.strip.digital == strip.digital &&
            continues(run.strip.loads, strip.loads, run.count) &&
            continues(run.strip.stores, strip.stores, run.count)) {
            ++run.count;
            return;
        }
    }
    runs_.push_back({std::move(strip), 1});
}

}  // namespace quell::compiler
