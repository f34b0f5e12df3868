// Thrown where a start of the denoiser unit cannot be run, or not to its end.
#pragma once

#include "tlm/denoiser_registers.h"

#include <string>

namespace quell::tlm {

struct StartRefusal {
    DenoiserError error;
    std::string message;  // one line
};

}  // namespace quell::tlm
