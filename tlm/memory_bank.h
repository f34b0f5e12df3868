// A memory of the platform behind its socket: scratchpad or data memory. Annotates the time of one port
// access, latency + ceil(bits / port bits); who may use how many ports at once is the interconnect's
// business. Grants DMI for the whole of it. Bytes never written read as zero.
#pragma once

#include "models/config/platform_config.h"
#include "models/timing/platform_timing.h"

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <cstdlib>
#include <memory>

namespace quell::tlm {

class MemoryBank : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<MemoryBank, 128> port{"port"};

    MemoryBank(const sc_core::sc_module_name& name, const config::MemoryConfig& config,
               const timing::PlatformTiming& timing, sc_core::sc_time cycle);

    std::uint64_t bytes() const { return bytes_; }

private:
    void access(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    unsigned debug(::tlm::tlm_generic_payload& transaction);
    bool grant_direct(::tlm::tlm_generic_payload& transaction, ::tlm::tlm_dmi& dmi);
    bool inside(const ::tlm::tlm_generic_payload& transaction) const;
    void move(::tlm::tlm_generic_payload& transaction);

    struct Free {
        void operator()(unsigned char* memory) const { std::free(memory); }
    };

    config::MemoryConfig config_;
    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
    std::uint64_t bytes_;
    std::unique_ptr<unsigned char[], Free> content_;  // from calloc: pages nobody touches cost nothing
};

}  // namespace quell::tlm
