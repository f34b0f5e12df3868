#include "sw/compiler/address_allocator.h"

#include "models/base/error.h"
#include "models/timing/layer_work.h"

#include <algorithm>

namespace quell::compiler {

AddressAllocator::AddressAllocator(std::int64_t scratchpad_words, std::int64_t memory_words)
    : scratchpad_words_(scratchpad_words), memory_words_(memory_words) {}

std::int64_t AddressAllocator::first_fit(std::int64_t words, std::int64_t begin, std::int64_t size) const {
    std::int64_t at = begin;
    for (auto it = used_.lower_bound(begin); it != used_.end() && it->first < begin + size; ++it) {
        if (it->first - at >= words) return at;
        at = it->first + it->second;
    }
    return begin + size - at >= words ? at : -1;
}

std::int64_t AddressAllocator::allocate(std::int64_t words, bool in_memory) {
    words = std::max<std::int64_t>(words, 1);
    std::int64_t address = in_memory ? -1 : first_fit(words, 0, scratchpad_words_);
    if (address >= 0) {
        scratchpad_peak_ = std::max(scratchpad_peak_, address + words);
    } else {
        address = first_fit(words, timing::memory_base, memory_words_);
        if (address < 0) {
            if (in_memory) {
                throw Error("{} KiB more are needed, platform.memory_kib = {} has no room for them",
                            (2 * words + 1023) / 1024, 2 * memory_words_ / 1024);
            }
            throw Error(
                "{} KiB more are needed, platform.scratchpad_kib = {} and platform.memory_kib = {} have no "
                "room for them",
                (2 * words + 1023) / 1024, 2 * scratchpad_words_ / 1024, 2 * memory_words_ / 1024);
        }
        memory_allocated_ += words;
    }
    used_[address] = words;
    return address;
}

void AddressAllocator::release(std::int64_t address) {
    if (used_.erase(address) == 0) throw Error("address 0x{:x} was released but is not in use", address);
}

}  // namespace quell::compiler
