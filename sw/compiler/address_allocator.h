// Gives feature maps their place: first fit in the scratchpad, the data memory when there is no room.
#pragma once

#include <cstdint>
#include <map>

namespace quell::compiler {

class AddressAllocator {
public:
    // Sizes in 16-bit words.
    AddressAllocator(std::int64_t scratchpad_words, std::int64_t memory_words);

    // Address of `words` words; addresses from timing::memory_base on are in the data memory. `in_memory`
    // asks for the data memory. Throws Error when there is no room in either.
    std::int64_t allocate(std::int64_t words, bool in_memory = false);
    // What `allocate` gave. Throws Error otherwise.
    void release(std::int64_t address);

    std::int64_t scratchpad_peak() const { return scratchpad_peak_; }
    std::int64_t memory_words() const { return memory_allocated_; }  // handed out in all

private:
    std::int64_t first_fit(std::int64_t words, std::int64_t begin, std::int64_t size) const;  // -1: no room

    std::int64_t scratchpad_words_, memory_words_;
    std::map<std::int64_t, std::int64_t> used_;  // address -> words
    std::int64_t scratchpad_peak_ = 0, memory_allocated_ = 0;
};

}  // namespace quell::compiler
